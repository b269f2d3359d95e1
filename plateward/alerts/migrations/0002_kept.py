"""The database itself keeps what this room has recorded."""

from django.db import migrations

from plateward.db.row_triggers import keep_rows


class Migration(migrations.Migration):
    dependencies = [("alerts", "0001_initial")]
    operations = [
        keep_rows(
            "alerts.Recall",
            refusal="A recall is never altered or removed (OPR:50 6.b.i.9).",
        ),
        keep_rows(
            "alerts.Explanation",
            refusal="Why a vehicle differs is never altered or removed (OPR:50 6.e.iv.3).",
        ),
    ]
