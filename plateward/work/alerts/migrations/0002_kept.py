"""What is never changed or removed, by what the database itself refuses."""

from django.db import migrations

from plateward.core.db.row_triggers import keep_rows


class Migration(migrations.Migration):
    dependencies = [("alerts", "0001_initial")]
    operations = [
        keep_rows(
            "alerts.Share",
            refusal="A share is ended, once, and never altered or deleted (OPR:50 6.e.ii).",
            last=("ended_at",),
        ),
        keep_rows(
            "alerts.Mute",
            "alerts.MuteReview",
            refusal="That an alarm was withheld, and its reviews, are never altered or removed (OPR:50 6.f.i.2).",
        ),
        keep_rows("alerts.Recall", refusal="A recall is never altered or removed (OPR:50 6.b.i.9)."),
        keep_rows(
            "alerts.Explanation",
            refusal="Why a vehicle differs is never altered or removed (OPR:50 6.e.iv.3).",
        ),
        keep_rows(
            "alerts.Disposition",
            "alerts.Enforcement",
            "alerts.Review",
            refusal="A disposition and what was said of it are never altered or removed (OPR:50 6.e.vii).",
        ),
        keep_rows(
            "alerts.Fault",
            "alerts.Override",
            "alerts.Referral",
            "alerts.OverrideFinding",
            refusal="What was answered to an alert is never altered or removed (OPR:50 6.e.iv.3).",
        ),
        keep_rows(
            "alerts.DangerException",
            refusal="Who allowed overrides, why and until when, is never altered or removed (OPR:50 6.e.iv.3).",
            last=("ended_at", "ended_by_id", "end_reason"),
        ),
        keep_rows(
            "alerts.Mark",
            refusal="A mark of an alert is never altered or removed; how it ended is filled in once (OPR:50 6.e.vii).",
            last=("ended_at", "end", "disposition_id"),
        ),
        keep_rows("alerts.Door", refusal="What FMCSA answered is never altered or removed (OPR:50 5.j)."),
        keep_rows(
            "alerts.EntryRequest",
            "alerts.EntryReferral",
            "alerts.EntryAnswer",
            refusal="Who was asked whether an entry is active, and the answer, are never altered or removed (OPR:50 6.e.iv.3).",
        ),
    ]
