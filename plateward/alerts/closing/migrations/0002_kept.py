"""The database itself keeps what this room has recorded."""

from django.db import migrations

from plateward.db.row_triggers import keep_rows


class Migration(migrations.Migration):
    dependencies = [("closing", "0001_initial")]
    operations = [
        keep_rows(
            "alerts.Disposition",
            "closing.Enforcement",
            "closing.Review",
            refusal="A disposition and what was said of it are never altered or removed (OPR:50 6.e.vii).",
        ),
    ]
