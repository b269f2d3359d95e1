"""The triggers that let no role of the application alter or remove a disposition, what it names, or a review."""

from django.db import migrations

from plateward.db.kept import kept


class Migration(migrations.Migration):
    dependencies = [("closing", "0001_dispositions")]
    operations = [
        kept(
            "alerts.Disposition",
            "closing.Enforcement",
            "closing.Review",
            refusal="A disposition and what was said of it are never altered or removed (OPR:50 6.e.vii).",
        )
    ]
