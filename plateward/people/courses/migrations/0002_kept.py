"""The database itself keeps what this package recorded (AT-4): nothing is deleted, only ended."""

from django.db import migrations

from plateward.db.row_triggers import keep_rows

REFUSAL = "Training records are kept; they end, or are withdrawn (OPR:50 6.b.i.4, CJIS AT-4)."


class Migration(migrations.Migration):
    dependencies = [("courses", "0001_initial")]
    operations = [
        keep_rows(
            "courses.Version",
            "courses.MaterialFile",
            "courses.Acknowledgment",
            "courses.Concern",
            "courses.RetrainingException",
            refusal=REFUSAL,
        ),
        keep_rows(
            "courses.Record",
            refusal=REFUSAL,
            last=("withdrawn_at", "withdrawn_by", "withdrawn_reason"),
        ),
        keep_rows(
            "courses.Requirement",
            refusal=REFUSAL,
            last=("ends", "ended_by", "end_agreed_with", "end_agreed_on"),
        ),
        keep_rows(
            "courses.Duty",
            refusal=REFUSAL,
            last=("closed_at", "closed_by"),
            changes=("owner_id",),  # who may leave the agency
        ),
    ]
