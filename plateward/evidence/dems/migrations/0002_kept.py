"""The database itself keeps what this room has recorded."""

from django.db import migrations

from plateward.db.row_triggers import keep_rows


class Migration(migrations.Migration):
    dependencies = [("alert_owed", "0001_initial")]
    operations = [
        keep_rows(
            "alert_owed.Duty",
            "alert_owed.Step",
            refusal="What is owed to DEMS, and what became of it, is never altered or removed (OPR:50 6.a.iv).",
        ),
    ]
