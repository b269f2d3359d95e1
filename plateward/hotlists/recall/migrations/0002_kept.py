"""The database prevents changes to this room's records."""

from django.db import migrations

from plateward.db.row_triggers import keep_rows


class Migration(migrations.Migration):
    dependencies = [("hotlist_recall", "0001_initial")]
    operations = [
        keep_rows(
            "hotlist_recall.RecalledPlate",
            refusal="A recalled plate is let go once, and never altered or deleted (OPR:50 6.f.i.1).",
            last=("ended_at", "end", "ended_by"),
        ),
        keep_rows(
            "hotlist_recall.Return",
            refusal="A return is decided once, and never altered or deleted (OPR:50 6.f.i.1).",
            last=("decided_at", "decided_by", "approved", "answer"),
        ),
    ]
