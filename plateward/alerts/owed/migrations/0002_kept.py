"""The database itself keeps what this room has recorded."""

from django.db import migrations

from plateward.db.kept import kept


class Migration(migrations.Migration):
    dependencies = [("alert_owed", "0001_initial")]
    operations = [
        kept(
            "alert_owed.Duty",
            "alert_owed.Step",
            "alert_owed.Reminder",
            refusal="What is owed to DEMS, and what became of it, is never altered or removed (OPR:50 6.a.iv).",
        ),
    ]
