"""The database itself keeps what this room has recorded."""

from django.db import migrations

from plateward.db.kept import kept


class Migration(migrations.Migration):
    dependencies = [("offenses", "0001_initial")]
    operations = [
        kept(
            "offenses.Offense",
            "offenses.Note",
            refusal="Offenses and what became of them are never altered or removed (OPR:50 6.g.i).",
        ),
    ]
