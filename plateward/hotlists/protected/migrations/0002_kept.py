"""The database itself keeps what this room has recorded."""

from django.db import migrations

from plateward.db.kept import kept


class Migration(migrations.Migration):
    dependencies = [("hotlist_protected", "0001_initial")]
    operations = [
        kept(
            "hotlist_protected.Vehicle",
            refusal="A row of the register of vehicles is ended, once, and never altered or deleted (OPR:50 6.a.ii.3).",
            last=("ended_at", "ended_by"),
        ),
    ]
