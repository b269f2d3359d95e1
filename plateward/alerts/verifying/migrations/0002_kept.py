"""The database itself keeps what this room has recorded."""

from django.db import migrations

from plateward.db.row_triggers import keep_rows


class Migration(migrations.Migration):
    dependencies = [("verifying", "0001_initial")]
    operations = [
        keep_rows("verifying.Door", refusal="What FMCSA answered is never altered or removed (OPR:50 5.j)."),
        keep_rows(
            "verifying.EntryRequest",
            "verifying.EntryReferral",
            "verifying.EntryAnswer",
            refusal="Who was asked whether an entry is active, and the answer, are never altered or removed (OPR:50 6.e.iv.3).",
        ),
    ]
