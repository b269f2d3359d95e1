"""Labels and messages in plain words; nothing in the database changes."""

from django.db import migrations, models

import plateward.alerts.facts


class Migration(migrations.Migration):
    dependencies = [
        ("alerts", "0002_kept"),
    ]

    operations = [
        migrations.AlterField(
            model_name="alert",
            name="stage",
            field=models.CharField(
                choices=[
                    (plateward.alerts.facts.Stage["NEW"], "New: read the plate"),
                    (plateward.alerts.facts.Stage["CONFIRMED"], "Plate confirmed"),
                    (plateward.alerts.facts.Stage["NOT_CONFIRMED"], "Not the listed plate"),
                    (plateward.alerts.facts.Stage["OTHER_VEHICLE"], "Not the listed vehicle"),
                    (plateward.alerts.facts.Stage["OBSERVED"], "Seen on the vehicle"),
                    (plateward.alerts.facts.Stage["VERIFIED"], "Verified"),
                    (plateward.alerts.facts.Stage["NOT_VERIFIED"], "Not verified"),
                    (plateward.alerts.facts.Stage["ACTED"], "Action taken"),
                    (plateward.alerts.facts.Stage["RETURNED"], "Disposition returned"),
                    (plateward.alerts.facts.Stage["CLOSED"], "Closed"),
                ],
                default=plateward.alerts.facts.Stage["NEW"],
                max_length=14,
            ),
        ),
    ]
