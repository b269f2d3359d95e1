"""Evidence on the supervisors' review, for the compliance report."""

from collections.abc import Iterator
from datetime import timedelta

from plateward import clock
from plateward.audit.evidence import PERIOD
from plateward.hotlists.requests.models import OPEN, Decision, Later, Request
from plateward.hotlists.requests.review_after_entry import deviations
from plateward.policy.evidence import Fact, fact
from plateward.policy.trace import enforces

LONG_WAIT = timedelta(days=2)


def facts() -> Iterator[Fact]:
    """Requests reviewed and waiting, and numbers that CAD was not asked about yet."""
    yield _reviews()
    yield _after_entry()
    unchecked = Request.objects.filter(
        number_known=Request.Number.UNREACHABLE, state=Request.State.APPROVED
    ).count()
    yield fact(
        "6.a.iii",
        text="Approved entries whose number CAD has not been asked about yet: "
        "{approved_entries_with_number_not_checked_yet}.",
        approved_entries_with_number_not_checked_yet=unchecked,
        attention="Entries rest on a number that CAD has not confirmed: {late}. Check the link to CAD.",
        late=unchecked,
        route="hotlists:index",
    )


def _reviews() -> Fact:
    now = clock.now()
    waiting = Request.objects.filter(state__in=OPEN)
    late = waiting.filter(asked_at__lt=now - LONG_WAIT).count()
    reviewed = Decision.objects.filter(
        at__gte=now - PERIOD,
        kind__in=[Decision.Kind.APPROVED, Decision.Kind.REFUSED, Decision.Kind.RETURNED],
    )
    return fact(
        "6.f.i.1",
        text="Requests reviewed in the last 30 days: {reviewed:,}; waiting for review: {waiting:,}.",
        reviewed=reviewed.count(),
        waiting=waiting.count(),
        attention="Requests that wait for longer than two days: {late}. Their supervisors decide them.",
        late=late,
        route="hotlists:index",
    )


@enforces("6.f.i.1")
def _after_entry() -> Fact:
    """Review after entry is a deviation while enabled; each entry made under it stays a deviation."""
    number = deviations().count()
    allowed = Later.objects.filter(ends=None).first()
    gap = ""
    if allowed:
        since = f"since {clock.format_day(allowed.begins)}; entries in force before their review so far: {number}."
        gap = f"Deviation: the Chief has enabled review after entry {since}"
    elif number:
        gap = f"Deviation: entries that were in force before their review, while the Chief had enabled it: {number}."
    return fact(
        "6.f.i.1",
        text="Review after entry: {review_after_entry}; entries in force before their review: "
        "{entries_in_force_before_review}.",
        review_after_entry="enabled" if allowed else "not enabled",
        entries_in_force_before_review=number,
        gap=gap,
        route="requests:later",
    )
