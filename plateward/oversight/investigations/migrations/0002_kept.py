"""The database itself keeps what this package has recorded."""

from django.db import migrations

from plateward.db.row_triggers import keep_rows

REFUSAL = "Investigations and what was done in them are never altered or removed (OPR:50 6.f.i.3)."


class Migration(migrations.Migration):
    dependencies = [("investigations", "0001_initial")]
    operations = [
        keep_rows(
            "investigations.Investigation",
            refusal=REFUSAL,
            last=["closed_at"],
            changes=["outside", "to", "investigator_id"],
        ),
        keep_rows("investigations.Allegation", "investigations.Step", "investigations.View", refusal=REFUSAL),
    ]
