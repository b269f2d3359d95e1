"""What is never changed or removed, by what the database itself refuses."""

from django.db import migrations

from plateward.core.db.row_triggers import keep_rows


class Migration(migrations.Migration):
    dependencies = [("pages", "0001_initial")]
    operations = [
        keep_rows(
            "pages.ExportStop",
            refusal="Stops of exports are kept; they end (OPR:50 6.b.i.11).",
            last=("ends", "ended_by"),
        ),
    ]
