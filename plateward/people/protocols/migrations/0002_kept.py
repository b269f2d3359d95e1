"""The database itself keeps what was approved and acknowledged; a draft changes until its approval."""

from django.db import migrations

from plateward.db.row_triggers import keep_rows

REFUSAL = "Protocols and acknowledgments are kept; a protocol is withdrawn (OPR:50 6.b.i.1)."


class Migration(migrations.Migration):
    dependencies = [("protocols", "0001_initial")]
    operations = [
        keep_rows("protocols.Original", "protocols.Acknowledgment", refusal=REFUSAL),
        keep_rows(
            "protocols.Protocol",
            refusal=REFUSAL,
            last=("withdrawn_at", "withdrawn_by", "withdrawn_reason"),
        ),
        keep_rows(
            "protocols.ProtocolVersion",
            refusal=REFUSAL,
            last=("approved_at", "approved_by", "effective_at"),
            changes=(
                *("title", "kind", "summary", "text", "original_id", "sha256", "effective_on"),
                *("acknowledge_within", "roles", "units", "drafted_by", "drafted_at"),
                *("submitted_at", "returned_note"),
            ),
        ),
    ]
