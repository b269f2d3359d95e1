"""The database itself keeps what this room has recorded."""

from django.db import migrations

from plateward.db.kept import kept


class Migration(migrations.Migration):
    dependencies = [("checks", "0001_initial")]
    operations = [
        kept(
            "checks.Check",
            "checks.Answer",
            refusal="Start-of-shift checks are never altered or removed (OPR:50 6.e.iv.1).",
        ),
    ]
