"""Labels and messages in plain words; nothing in the database changes."""

from django.db import migrations, models

import plateward.alerts.dems.rules


class Migration(migrations.Migration):
    dependencies = [
        ("alert_owed", "0003_due"),
    ]

    operations = [
        migrations.AlterField(
            model_name="step",
            name="kind",
            field=models.CharField(
                choices=[
                    (plateward.alerts.dems.rules.DutyStepKind["EXPORTED"], "Export recorded"),
                    (plateward.alerts.dems.rules.DutyStepKind["CONFIRMED"], "Confirmed in DEMS"),
                    (
                        plateward.alerts.dems.rules.DutyStepKind["RETURNED"],
                        "Returned: not found in DEMS as recorded",
                    ),
                    (
                        plateward.alerts.dems.rules.DutyStepKind["DROPPED"],
                        "Ended: the disposition no longer names enforcement",
                    ),
                    (
                        plateward.alerts.dems.rules.DutyStepKind["RESUMED"],
                        "Due again: the disposition names enforcement",
                    ),
                ],
                max_length=9,
            ),
        ),
    ]
