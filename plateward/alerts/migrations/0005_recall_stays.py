"""The triggers that let no role of the application alter or remove a recall."""

from django.db import migrations

from plateward.db.kept import kept


class Migration(migrations.Migration):
    dependencies = [("alerts", "0004_recall")]
    operations = [
        kept(
            "alerts.Recall",
            refusal="A recall is never altered or removed (OPR:50 6.b.i.9).",
        )
    ]
