"""Words: an alert has its DEMS duty, which is due."""

import django.db.models.deletion
from django.db import migrations, models

import plateward.evidence.dems.rules


class Migration(migrations.Migration):
    dependencies = [
        ("alert_owed", "0002_kept"),
        ("alerts", "0002_kept"),
    ]

    operations = [
        migrations.AlterField(
            model_name="duty",
            name="alert",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="dems_duty", to="alerts.alert"
            ),
        ),
        migrations.AlterField(
            model_name="step",
            name="kind",
            field=models.CharField(
                choices=[
                    (plateward.evidence.dems.rules.DutyStepKind["EXPORTED"], "Export recorded"),
                    (plateward.evidence.dems.rules.DutyStepKind["CONFIRMED"], "Seen in DEMS"),
                    (
                        plateward.evidence.dems.rules.DutyStepKind["RETURNED"],
                        "Returned: not found in DEMS as recorded",
                    ),
                    (
                        plateward.evidence.dems.rules.DutyStepKind["DROPPED"],
                        "Ended: the disposition names no enforcement any more",
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
