"""The triggers that let no role of the application alter or remove a function check or an answer of one."""

from django.db import migrations

from plateward.db.kept import kept


class Migration(migrations.Migration):
    dependencies = [("checks", "0001_initial")]
    operations = [
        kept(
            "checks.Check",
            "checks.Answer",
            refusal="Start-of-shift checks are never altered or removed (OPR:50 6.e.iv.1).",
        )
    ]
