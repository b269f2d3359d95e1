"""The database itself keeps what this room has recorded."""

from django.db import migrations

from plateward.db.row_triggers import keep_rows


class Migration(migrations.Migration):
    dependencies = [("marking", "0001_initial")]
    operations = [
        keep_rows(
            "marking.Mark",
            refusal="A mark of an alert is never altered or removed; how it ended is filled in once (OPR:50 6.e.vii).",
            last=("ended_at", "end", "disposition_id"),
        ),
    ]
