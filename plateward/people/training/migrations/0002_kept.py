"""The database itself keeps what this room has recorded (AT-4): nothing is deleted, and what changes is how it ends."""

from django.db import migrations

from plateward.db.kept import kept

REFUSAL = "Training records are kept; they end, or are withdrawn (OPR:50 6.b.i.4, CJIS AT-4)."


class Migration(migrations.Migration):
    dependencies = [("training", "0001_initial")]
    operations = [
        kept(
            "training.Version",
            "training.File",
            "training.Acknowledgment",
            "training.Concern",
            "training.Excepted",
            refusal=REFUSAL,
        ),
        kept(
            "training.Record",
            refusal=REFUSAL,
            last=("withdrawn_at", "withdrawn_by", "withdrawn_reason"),
        ),
        kept(
            "training.Requirement",
            refusal=REFUSAL,
            last=("ends", "ended_by", "end_agreed_with", "end_agreed_on"),
        ),
        kept(
            "training.Duty",
            refusal=REFUSAL,
            last=("closed_at", "closed_by"),
            changes=("owner_id",),  # who may leave the agency
        ),
    ]
