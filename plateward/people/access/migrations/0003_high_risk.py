"""Access is suspended for a high risk, as on the pages."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0002_suspensions"),
    ]

    operations = [
        migrations.AlterField(
            model_name="suspension",
            name="kind",
            field=models.CharField(
                choices=[
                    ("high_risk", "High risk"),
                    ("inactive", "Not used for 90 days"),
                    ("leave", "On leave"),
                    ("locked", "Locked after failed log-ins"),
                    ("recovery", "Second factor lost"),
                    ("terminated", "Left the agency"),
                ],
                max_length=12,
            ),
        ),
    ]
