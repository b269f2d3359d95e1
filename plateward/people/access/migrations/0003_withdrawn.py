from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0002_recovery"),
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
                    ("withdrawn", "Withdrawn by who asked"),
                ],
                default="",
                max_length=10,
            ),
        ),
    ]
