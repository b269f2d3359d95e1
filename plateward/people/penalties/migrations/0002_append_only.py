"""The triggers that let no role of the application alter or remove an offense or a note about one."""

from django.db import migrations

from plateward.db.kept import kept


class Migration(migrations.Migration):
    dependencies = [("penalties", "0001_initial")]
    operations = [
        kept(
            "penalties.Offense",
            "penalties.Note",
            refusal="Offenses and what became of them are never altered or removed (OPR:50 6.g.i).",
        )
    ]
