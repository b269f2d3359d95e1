"""The database prevents changes to this room's records."""

from django.db import migrations

from plateward.db.row_triggers import keep_rows


class Migration(migrations.Migration):
    dependencies = [("checks", "0001_initial")]
    operations = [
        keep_rows(
            "checks.Check",
            "checks.CheckAnswer",
            refusal="Start-of-shift checks are never altered or removed (OPR:50 6.e.iv.1).",
        ),
    ]
