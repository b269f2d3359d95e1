"""What is never changed or removed, by what the database itself refuses."""

from django.db import migrations

from plateward.core.db.row_triggers import keep_rows


class Migration(migrations.Migration):
    dependencies = [("hotlists", "0001_initial")]
    operations = [
        keep_rows(
            "hotlists.Vehicle",
            refusal="A row of the register of vehicles is ended, once, and never altered or deleted (OPR:50 6.a.ii.3).",
            last=("ended_at", "ended_by"),
        ),
        keep_rows(
            "hotlists.RecalledPlate",
            refusal="A recalled plate is let go once, and never altered or deleted (OPR:50 6.f.i.1).",
            last=("ended_at", "end", "ended_by"),
        ),
        keep_rows(
            "hotlists.Return",
            refusal="A return is decided once, and never altered or deleted (OPR:50 6.f.i.1).",
            last=("decided_at", "decided_by", "approved", "answer"),
        ),
        keep_rows(
            "hotlists.Version",
            "hotlists.Decision",
            "hotlists.RequestCheck",
            refusal="Versions of requests and what became of them are never altered or removed (OPR:50 6.f.i.1).",
        ),
        keep_rows(
            "hotlists.EncounterBasis",
            refusal="What the Chief set for a list is revoked, once, and never altered or removed (OPR:50 6.e.iv.3).",
            last=("ends", "ended_by", "end_reason"),
        ),
    ]
