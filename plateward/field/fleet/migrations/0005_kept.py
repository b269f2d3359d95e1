"""Their rows are never altered or removed; what was recorded before command staff decided deployments goes on."""

from django.db import migrations

from plateward.core.db.row_triggers import keep_rows


class Migration(migrations.Migration):
    dependencies = [("fleet", "0004_stays_decisions_changes")]
    operations = [
        keep_rows(
            "fleet.UnitLeft",
            refusal="With which units a reader was is never altered or removed (OPR:50 6.b.i.8).",
        ),
        keep_rows(
            "fleet.DeploymentDecision",
            refusal="Where readers may record is never altered or removed (OPR:50 6.b.i.5).",
        ),
        keep_rows(
            "fleet.EquipmentChange",
            refusal="Changes of equipment are never altered or removed (OPR:50 6.e.iv.2).",
            last=("recorded_id",),
        ),
        migrations.RunSQL(
            "INSERT INTO fleet_deploymentdecision (deployment_id, at, approved, answer) "
            "SELECT id, begins_at, true, '' FROM fleet_deployment",
        ),
    ]
