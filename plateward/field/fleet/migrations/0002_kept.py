"""What is never changed or removed, by what the database itself refuses."""

from django.db import migrations

from plateward.core.db.row_triggers import keep_rows


class Migration(migrations.Migration):
    dependencies = [("fleet", "0001_initial")]
    operations = [
        keep_rows(
            "fleet.Instructions",
            "fleet.ReaderCheck",
            "fleet.CheckAnswer",
            refusal="Start-of-shift checks and their instructions are never altered or removed (OPR:50 6.e.iv.1).",
        ),
        keep_rows(
            "fleet.ExclusionZone",
            refusal="Where readers may record is never altered or removed (OPR:50 6.a.ii.1).",
            last=("ended_at", "ended_by", "end_reason"),
        ),
        keep_rows(
            "fleet.Deployment",
            refusal="Where readers may record is never altered or removed (OPR:50 6.a.ii.1).",
            last=("ended_at", "ended_by", "end_reason"),
            forward=True,
        ),
        keep_rows(
            "fleet.Authorization",
            "fleet.Ending",
            "fleet.Modification",
            "fleet.Repair",
            refusal="Malfunctions, repairs, modifications and who was authorized to make them are never altered or removed (OPR:50 6.e.iv.2).",
        ),
        keep_rows(
            "fleet.Malfunction",
            refusal="Malfunctions, repairs and who was authorized to make them are never altered or removed (OPR:50 6.e.iv.2).",
            last=("ended_at",),
        ),
        keep_rows(
            "fleet.Assignment",
            "fleet.SignificantIncident",
            refusal="Transfers of readers, who had them and what happened there are never altered or removed (OPR:50 6.e.v, 6.b.i.5).",
        ),
        keep_rows(
            "fleet.Transfer",
            refusal="Transfers of readers, who had them and what happened there are never altered or removed (OPR:50 6.e.v, 6.b.i.5).",
            last=("decided_at", "decided_by_id", "approved", "answer"),
        ),
        keep_rows(
            "fleet.DeploymentArea",
            refusal="Where readers may record is never altered or removed (OPR:50 6.a.ii.1).",
        ),
    ]
