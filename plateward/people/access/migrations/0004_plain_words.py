"""Labels and messages in plain words; nothing in the database changes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0003_high_risk"),
    ]

    operations = [
        migrations.AlterField(
            model_name="access",
            name="decision",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "Waiting for a decision"),
                    ("approved", "Approved"),
                    ("denied", "Denied"),
                    ("withdrawn", "Withdrawn by requester"),
                ],
                default="",
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="reviewitem",
            name="decision",
            field=models.CharField(
                blank=True,
                choices=[("kept", "Kept"), ("changed", "Change requested"), ("ended", "Ended")],
                max_length=10,
            ),
        ),
    ]
