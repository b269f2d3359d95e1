"""The database itself keeps what this room has recorded."""

from django.db import migrations

from plateward.db.kept import kept


class Migration(migrations.Migration):
    dependencies = [("alerts", "0001_initial")]
    operations = [
        kept(
            "alerts.Recall",
            refusal="A recall is never altered or removed (OPR:50 6.b.i.9).",
        ),
        kept(
            "alerts.Explanation",
            refusal="Why a vehicle differs is never altered or removed (OPR:50 6.e.iv.3).",
        ),
    ]
