"""Labels and messages in plain words; nothing in the database changes."""

from django.db import migrations, models

import plateward.evidence.dems.rules


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
                    (plateward.evidence.dems.rules.DutyStepKind["EXPORTED"], "Export recorded"),
                    (plateward.evidence.dems.rules.DutyStepKind["CONFIRMED"], "Confirmed in DEMS"),
                    (
                        plateward.evidence.dems.rules.DutyStepKind["RETURNED"],
                        "Returned: not found in DEMS as recorded",
                    ),
                    (
                        plateward.evidence.dems.rules.DutyStepKind["DROPPED"],
                        "Ended: the disposition no longer names enforcement",
                    ),
                    (
                        plateward.evidence.dems.rules.DutyStepKind["RESUMED"],
                        "Due again: the disposition names enforcement",
                    ),
                ],
                max_length=9,
            ),
        ),
    ]
