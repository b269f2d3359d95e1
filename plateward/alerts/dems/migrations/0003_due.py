"""Words: an alert has its DEMS duty, which is due."""

import django.db.models.deletion
from django.db import migrations, models

import plateward.alerts.dems.rules


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
                    (plateward.alerts.dems.rules.DutyStepKind["EXPORTED"], "Export recorded"),
                    (plateward.alerts.dems.rules.DutyStepKind["CONFIRMED"], "Seen in DEMS"),
                    (
                        plateward.alerts.dems.rules.DutyStepKind["RETURNED"],
                        "Returned: not found in DEMS as recorded",
                    ),
                    (
                        plateward.alerts.dems.rules.DutyStepKind["DROPPED"],
                        "Ended: the disposition names no enforcement any more",
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
