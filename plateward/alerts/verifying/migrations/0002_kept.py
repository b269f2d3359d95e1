"""The database itself keeps what this room has recorded."""

from django.db import migrations

from plateward.db.kept import kept


class Migration(migrations.Migration):
    dependencies = [("verifying", "0001_initial")]
    operations = [
        kept("verifying.Door", refusal="What FMCSA answered is never altered or removed (OPR:50 5.j)."),
        kept(
            "verifying.EntryRequest",
            "verifying.EntryReferral",
            "verifying.EntryAnswer",
            refusal="Who was asked whether an entry is active, and the answer, are never altered or removed (OPR:50 6.e.iv.3).",
        ),
    ]
