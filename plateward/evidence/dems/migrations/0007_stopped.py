from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("alert_owed", "0006_dems")]

    operations = [
        migrations.AddField(
            model_name="upload",
            name="reads",
            field=models.PositiveIntegerField(default=0, help_text="In it; those destroyed before are not."),
        ),
        migrations.AlterField(
            model_name="step",
            name="kind",
            field=models.CharField(
                choices=[
                    ("exported", "Export recorded"),
                    ("confirmed", "Confirmed in DEMS"),
                    ("returned", "Returned: not found in DEMS as recorded"),
                    ("dropped", "Ended: the disposition no longer names enforcement"),
                    ("resumed", "Due again: the disposition names enforcement"),
                    ("started", "Export to DEMS begun"),
                    ("accepted", "Acknowledged by DEMS"),
                    ("refused", "Refused by DEMS"),
                    ("missing", "Due again: DEMS no longer has it"),
                    ("stopped", "Export to DEMS stopped"),
                ],
                max_length=9,
            ),
        ),
    ]
