"""The database prevents changes to this room's records."""

from django.db import migrations

from plateward.db.row_triggers import keep_rows


class Migration(migrations.Migration):
    dependencies = [("read_sharing", "0001_initial")]
    operations = [
        keep_rows(
            "read_sharing.ReadShare",
            refusal="A share is ended, once, and never altered or removed (OPR:50 6.e.ii).",
            last=("ended_at",),
        ),
    ]
