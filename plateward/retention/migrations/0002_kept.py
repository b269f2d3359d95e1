"""The database itself keeps what was decided; a certificate is complete once, and never changes then."""

from django.db import migrations

from plateward.db.row_triggers import keep_rows

REFUSAL = "What was decided on retention is kept; a decision is followed by another (OPR:50 6.h.i, 6.h.ii)."


class Migration(migrations.Migration):
    dependencies = [("retention", "0001_initial")]
    operations = [
        keep_rows(
            "retention.ScheduleTerm",
            "retention.HoldReview",
            "retention.Adjudication",
            "retention.DateConfirmation",
            refusal=REFUSAL,
        ),
        keep_rows(
            "retention.Schedule", refusal=REFUSAL, last=("decided_at", "decided_by", "approved", "note")
        ),
        keep_rows("retention.Hold", refusal=REFUSAL, last=("lifted_at", "lifted_by", "lifted_reason")),
        keep_rows(
            "retention.DestructionOrder",
            refusal=REFUSAL,
            last=("revoked_at", "revoked_by", "revoked_reason"),
        ),
        keep_rows("retention.OrderItem", refusal=REFUSAL, last=("done_at",)),
        keep_rows(
            "retention.Destruction",
            refusal=REFUSAL,
            last=("completed_at",),
            changes=(
                *("run_id", "stage", "begun_at", "switched_at", "rules", "kept", "reads", "images"),
                *("bytes", "stays", "copies", "tombstone"),
            ),
        ),
    ]
