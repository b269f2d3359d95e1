"""What is never changed or removed, by what the database itself refuses."""

from django.db import migrations

from plateward.core.db.row_triggers import keep_rows


class Migration(migrations.Migration):
    dependencies = [("retention", "0001_initial")]
    operations = [
        keep_rows(
            "retention.Storage",
            refusal="Approved storage and its checks are never altered or removed (OPR:50 6.h.ii).",
            last=("ended_at", "ended_by_id", "end_reason"),
        ),
        keep_rows(
            "retention.StorageCheck",
            refusal="Approved storage and its checks are never altered or removed (OPR:50 6.h.ii).",
        ),
        keep_rows(
            "retention.ScheduleTerm",
            "retention.HoldReview",
            "retention.Adjudication",
            "retention.DateConfirmation",
            refusal="What was decided on retention is kept; a decision is followed by another (OPR:50 6.h.i, 6.h.ii).",
        ),
        keep_rows(
            "retention.Schedule",
            refusal="What was decided on retention is kept; a decision is followed by another (OPR:50 6.h.i, 6.h.ii).",
            last=("decided_at", "decided_by", "approved", "note"),
        ),
        keep_rows(
            "retention.Hold",
            refusal="What was decided on retention is kept; a decision is followed by another (OPR:50 6.h.i, 6.h.ii).",
            last=("lifted_at", "lifted_by", "lifted_reason"),
        ),
        keep_rows(
            "retention.DestructionOrder",
            refusal="What was decided on retention is kept; a decision is followed by another (OPR:50 6.h.i, 6.h.ii).",
            last=("revoked_at", "revoked_by", "revoked_reason"),
        ),
        keep_rows(
            "retention.OrderItem",
            refusal="What was decided on retention is kept; a decision is followed by another (OPR:50 6.h.i, 6.h.ii).",
            last=("done_at",),
        ),
        keep_rows(
            "retention.Destruction",
            refusal="What was decided on retention is kept; a decision is followed by another (OPR:50 6.h.i, 6.h.ii).",
            last=("completed_at",),
            changes=(
                "run_id",
                "stage",
                "begun_at",
                "switched_at",
                "rules",
                "kept",
                "reads",
                "images",
                "bytes",
                "stays",
                "copies",
                "tombstone",
            ),
        ),
    ]
