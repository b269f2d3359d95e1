"""The database itself keeps what this package has recorded."""

from django.db import migrations

from plateward.db.row_triggers import keep_rows


class Migration(migrations.Migration):
    dependencies = [("offenses", "0001_initial")]
    operations = [
        keep_rows(
            "offenses.Offense",
            "offenses.Note",
            refusal="Offenses and what became of them are never altered or removed (OPR:50 6.g.i).",
        ),
    ]
