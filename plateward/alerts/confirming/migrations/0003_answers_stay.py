"""The triggers that let no role of the application alter or remove what was answered to an alert."""

from django.db import migrations

from plateward.db.kept import kept


class Migration(migrations.Migration):
    dependencies = [("confirming", "0002_overrides")]
    operations = [
        kept(
            "confirming.Fault",
            "confirming.Override",
            "confirming.Referral",
            "confirming.Finding",
            refusal="What was answered to an alert is never altered or removed (OPR:50 6.e.iv.3).",
        )
    ]
