"""The database itself keeps what this room has recorded."""

from django.db import migrations

from plateward.db.kept import kept


class Migration(migrations.Migration):
    dependencies = [("closing", "0001_initial")]
    operations = [
        kept(
            "alerts.Disposition",
            "closing.Enforcement",
            "closing.Review",
            refusal="A disposition and what was said of it are never altered or removed (OPR:50 6.e.vii).",
        ),
    ]
