"""The database itself keeps reviews of the log, their work lists, answers and signatures."""

from django.db import migrations

from plateward.db.row_triggers import keep_rows


class Migration(migrations.Migration):
    dependencies = [("reviews", "0001_initial")]
    operations = [
        keep_rows(
            "reviews.AuditReview",
            "reviews.AuditItem",
            "reviews.AuditItemView",
            "reviews.AuditAnswer",
            "reviews.Signature",
            "reviews.Escalation",
            refusal="Reviews of the audit log and what was said in them are never altered or removed (OPR:50 6.b.i.10).",
        ),
    ]
