"""The database itself keeps when files could not leave, and why: a stop ends once, and is never removed."""

from django.db import migrations

from plateward.db.row_triggers import keep_rows


class Migration(migrations.Migration):
    dependencies = [("pages", "0002_exportstop")]
    operations = [
        keep_rows(
            "pages.ExportStop",
            refusal="Stops of exports are kept; they end (OPR:50 6.b.i.11).",
            last=("ends", "ended_by"),
        ),
    ]
