"""What the printed report of a review says, for whoever prints it: nothing that they may not see on its page."""

from collections import Counter
from typing import Any

from django.db.models import QuerySet

from plateward.core.audit.models import AuditEntry
from plateward.ground.policy.trace import enforces
from plateward.oversight.reviews.audience import items_for, without_reviewer
from plateward.oversight.reviews.gathering import findings_in
from plateward.oversight.reviews.models import AuditAnswer, AuditItem, AuditReview
from plateward.oversight.reviews.risks import Why
from plateward.oversight.reviews.rules import TERMS, ReviewKind, Verdict
from plateward.people import days
from plateward.people.models import Person

CHARTS = {
    "logged": "Entries logged",
    "daily": "Entries a day, against the periods before",
    "events": "Entries by event",
    "denied": "Denied attempts, by event",
    "searches": "Searches by unit",
    "exports": "Exports by unit",
}


@enforces("6.b.i.10/review", "AU-6/weekly")
def report_of(review: AuditReview, viewer: Person) -> dict[str, Any]:
    """The data of report.typ."""
    items = items_for(viewer).filter(review=review)
    answers = AuditAnswer.objects.filter(item__in=items)
    return {
        "title": f"{review.get_kind_display()} review of the audit log",
        "period": str(review.period),
        "facts": _facts(review, items),
        "conclusion": review.signed.conclusion if review.signed else "",
        "counts": _counts(items, answers),
        "doubts": _doubts(answers),
        "findings": [
            (
                str(finding.pk),
                finding.detector,
                str(finding.subject),
                finding.outcome.get_kind_display() if hasattr(finding, "outcome") else "Needs an outcome",
            )
            for finding in findings_in(review.period, viewer)
        ],
        "charts": [(name, review.figures[key]) for key, name in CHARTS.items()],
        "chosen": [
            ("Entries of the period", f"{review.first:,} to before {review.after:,}"),
            ("First signed head over them", f"{review.head_size:,} entries, {review.head_at}"),
            ("Its root", review.head_root),
            ("Seed of the sample", review.seed),
        ],
    }


def _facts(review: AuditReview, items: QuerySet[AuditItem]) -> list[tuple[str, str]]:
    signature = review.signed
    facts = [
        ("Clause", TERMS[ReviewKind(review.kind)].clause),
        ("Opened", days.format_time(review.opened_at)),
        ("Due", days.format_time(review.due)),
        ("Signed", f"{signature.by}, {days.format_time(signature.at)}" if signature else "Not signed"),
        ("Entries that the printing person may see", f"{items.count():,}"),
        ("Of those without an answer", f"{items.filter(answer=None).count():,}"),
    ]
    if without_reviewer(review).exists():
        facts.append(
            ("Some that nobody may answer", "An auditor or a CJIS Security Officer must be authorized")
        )
    late = [f"{escalation.to}, {days.format_time(escalation.at)}" for escalation in review.escalations.all()]
    return facts + [("Escalated to", text) for text in late]


def _counts(items: QuerySet[AuditItem], answers: QuerySet[AuditAnswer]) -> list[tuple[str, ...]]:
    """For each reason: how many were listed, and answered in each way."""
    listed = Counter(items.values_list("why", flat=True))
    answered = Counter(answers.values_list("item__why", "kind"))
    return [
        (text, str(listed[why]), *(str(answered[why, answer.value]) for answer in Verdict))
        for why, text in Why.choices
        if listed[why]
    ]


def _doubts(answers: QuerySet[AuditAnswer]) -> list[tuple[str, ...]]:
    """The entries that are not in order."""
    rows = list(
        answers.exclude(kind=Verdict.IN_ORDER).select_related("item", "by").order_by("item__sequence")
    )
    entries = AuditEntry.objects.in_bulk([row.item.sequence for row in rows])
    return [
        (
            str(row.item.sequence),
            f"{entries[row.item.sequence].sentence} {days.format_time(entries[row.item.sequence].at)}",
            f"{Verdict(row.kind).label} ({row.by}): {row.text}",
        )
        for row in rows
    ]
