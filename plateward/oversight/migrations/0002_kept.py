"""What is never changed or removed, by what the database itself refuses."""

from django.db import migrations

from plateward.core.db.row_triggers import keep_rows


class Migration(migrations.Migration):
    dependencies = [("oversight", "0001_initial")]
    operations = [
        keep_rows(
            "oversight.Breach",
            "oversight.BreachStep",
            refusal="Breaches and what was done about them are never altered or removed (OPR:50 6.b.i.11).",
        ),
        keep_rows(
            "oversight.FindingView",
            "oversight.FindingOutcome",
            "oversight.ThresholdChange",
            refusal="Findings, who opened them and what came of them are never altered or removed (OPR:50 6.b.i.9).",
        ),
        keep_rows(
            "oversight.FoundFault",
            refusal="What a check found wrong is never altered or removed (OPR:50 6.b.i.3).",
            last=("ended_at",),
            changes=("seen_at", "at", "problem"),
        ),
        keep_rows(
            "oversight.Investigation",
            refusal="Investigations and what was done in them are never altered or removed (OPR:50 6.f.i.3).",
            last=("closed_at",),
            changes=("outside", "to", "investigator_id"),
        ),
        keep_rows(
            "oversight.Allegation",
            "oversight.InvestigationStep",
            "oversight.View",
            refusal="Investigations and what was done in them are never altered or removed (OPR:50 6.f.i.3).",
        ),
        keep_rows(
            "oversight.AuditReview",
            "oversight.AuditItem",
            "oversight.AuditItemView",
            "oversight.AuditAnswer",
            "oversight.Signature",
            "oversight.Escalation",
            refusal="Reviews of the audit log and what was said in them are never altered or removed (OPR:50 6.b.i.10).",
        ),
        keep_rows(
            "oversight.Question",
            "oversight.Reply",
            refusal="Questions of a review and their answers are never altered or removed (OPR:50 6.b.i.10).",
        ),
    ]
