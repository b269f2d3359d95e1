"""The database prevents changes to who opened a finding, what came of it, and the thresholds."""

from django.db import migrations

from plateward.db.row_triggers import keep_rows


class Migration(migrations.Migration):
    dependencies = [("findings", "0001_initial")]
    operations = [
        keep_rows(
            "findings.FindingView",
            "findings.FindingOutcome",
            "findings.ThresholdChange",
            refusal="Findings, who opened them and what came of them are never altered or removed (OPR:50 6.b.i.9).",
        ),
    ]
