from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("requested_packages", "0001_requested")]

    operations = [
        migrations.AddField(
            model_name="requestedpackage",
            name="reads",
            field=models.PositiveIntegerField(default=0, help_text="In it; those destroyed before are not."),
        ),
        migrations.AlterField(
            model_name="requestedpackage",
            name="tries",
            field=models.PositiveIntegerField(default=0, help_text="Begun so far, but for outages."),
        ),
    ]
