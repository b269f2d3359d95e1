"""What is never changed or removed, by what the database itself refuses."""

from django.db import migrations

from plateward.core.db.row_triggers import keep_rows


class Migration(migrations.Migration):
    dependencies = [("evidence", "0001_initial")]
    operations = [
        keep_rows(
            "evidence.Duty",
            "evidence.DutyStep",
            refusal="What is owed to DEMS, and what became of it, is never altered or removed (OPR:50 6.a.iv).",
        ),
    ]
