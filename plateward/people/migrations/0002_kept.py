"""What is never changed or removed, by what the database itself refuses."""

from django.db import migrations

from plateward.core.db.row_triggers import keep_rows


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]
    operations = [
        keep_rows(
            "people.Version",
            "people.MaterialFile",
            "people.MaterialAcknowledgment",
            "people.Concern",
            "people.RetrainingException",
            refusal="Training records are kept; they end, or are withdrawn (OPR:50 6.b.i.4, CJIS AT-4).",
        ),
        keep_rows(
            "people.Record",
            refusal="Training records are kept; they end, or are withdrawn (OPR:50 6.b.i.4, CJIS AT-4).",
            last=("withdrawn_at", "withdrawn_by", "withdrawn_reason"),
        ),
        keep_rows(
            "people.Requirement",
            refusal="Training records are kept; they end, or are withdrawn (OPR:50 6.b.i.4, CJIS AT-4).",
            last=("ends", "ended_by", "end_agreed_with", "end_agreed_on"),
        ),
        keep_rows(
            "people.Duty",
            refusal="Training records are kept; they end, or are withdrawn (OPR:50 6.b.i.4, CJIS AT-4).",
            last=("closed_at", "closed_by"),
            changes=("owner_id",),
        ),
        keep_rows(
            "people.Offense",
            "people.Note",
            refusal="Offenses and what became of them are never altered or removed (OPR:50 6.g.i).",
        ),
        keep_rows(
            "people.Original",
            "people.ProtocolAcknowledgment",
            refusal="Protocols and acknowledgments are kept; a protocol is withdrawn (OPR:50 6.b.i.1).",
        ),
        keep_rows(
            "people.Protocol",
            refusal="Protocols and acknowledgments are kept; a protocol is withdrawn (OPR:50 6.b.i.1).",
            last=("withdrawn_at", "withdrawn_by", "withdrawn_reason"),
        ),
        keep_rows(
            "people.ProtocolVersion",
            refusal="Protocols and acknowledgments are kept; a protocol is withdrawn (OPR:50 6.b.i.1).",
            last=("approved_at", "approved_by", "effective_at"),
            changes=(
                "title",
                "kind",
                "summary",
                "text",
                "original_id",
                "sha256",
                "effective_on",
                "acknowledge_within",
                "roles",
                "units",
                "courses",
                "retrain_within",
                "drafted_by",
                "drafted_at",
                "submitted_at",
                "returned_note",
            ),
        ),
    ]
