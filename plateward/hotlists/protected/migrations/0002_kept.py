"""The database prevents changes to this room's records."""

from django.db import migrations

from plateward.db.row_triggers import keep_rows


class Migration(migrations.Migration):
    dependencies = [("hotlist_protected", "0001_initial")]
    operations = [
        keep_rows(
            "hotlist_protected.Vehicle",
            refusal="A row of the register of vehicles is ended, once, and never altered or deleted (OPR:50 6.a.ii.3).",
            last=("ended_at", "ended_by"),
        ),
    ]
