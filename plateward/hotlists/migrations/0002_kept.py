"""The database prevents changes to this room's records."""

from django.db import migrations

from plateward.db.row_triggers import keep_rows


class Migration(migrations.Migration):
    dependencies = [("hotlists", "0001_initial")]
    operations = [
        keep_rows(
            "hotlists.EncounterBasis",
            refusal="What the Chief set for a list is revoked, once, and never altered or removed (OPR:50 6.e.iv.3).",
            last=("ends", "ended_by", "end_reason"),
        ),
    ]
