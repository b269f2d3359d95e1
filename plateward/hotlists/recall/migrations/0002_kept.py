"""The database itself keeps what this room has recorded."""

from django.db import migrations

from plateward.db.kept import kept


class Migration(migrations.Migration):
    dependencies = [("hotlist_recall", "0001_initial")]
    operations = [
        kept(
            "hotlist_recall.RecalledPlate",
            refusal="A recalled plate is let go once, and never altered or deleted (OPR:50 6.f.i.1).",
            last=("ended_at", "end", "ended_by"),
        ),
        kept(
            "hotlist_recall.Return",
            refusal="A return is decided once, and never altered or deleted (OPR:50 6.f.i.1).",
            last=("decided_at", "decided_by", "approved", "answer"),
        ),
    ]
