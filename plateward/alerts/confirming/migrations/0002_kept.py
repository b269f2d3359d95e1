"""The database itself keeps what this room has recorded."""

from django.db import migrations

from plateward.db.row_triggers import keep_rows


class Migration(migrations.Migration):
    dependencies = [("confirming", "0001_initial")]
    operations = [
        keep_rows(
            "confirming.Fault",
            refusal="What was answered to an alert is never altered or removed (OPR:50 6.e.iv.3).",
        ),
    ]
