"""Evidence on hot lists and on the supervisors' review of requests, for the compliance report."""

from collections.abc import Iterator
from datetime import timedelta

from plateward.core.audit.evidence import PERIOD
from plateward.field.hotlists.health import Health, freshness_of
from plateward.field.hotlists.models import EncounterBasis, HotList, Reason
from plateward.field.hotlists.requests.models import OPEN, Decision, Later, Request
from plateward.field.hotlists.requests.review_after_entry import deviations
from plateward.ground import clock
from plateward.ground.policy.evidence import Fact, fact
from plateward.ground.policy.trace import enforces
from plateward.people import days


def facts() -> Iterator[Fact]:
    """Lists with their freshness, reasons, and readings of the policy."""
    lists = list(HotList.objects.filter(retired_at=None))
    late = [item for item in lists if freshness_of(item).health in (Health.LATE, Health.STALE)]
    ncic = [item.refreshed_at for item in lists if item.kind == HotList.Kind.NCIC and item.refreshed_at]
    yield fact(
        "5.h",
        "5.g",
        text="Hot lists in use: {lists}; whose new copy is late: {late}; latest NCIC extract: {ncic}.",
        lists=len(lists),
        ncic=days.format_time(max(ncic)) if ncic else "none",
        attention="Lists whose new copy is late: {late}. See Hot lists, and its feeds.",
        late=len(late),
        route="hotlists:index",
    )
    yield fact(
        "5.f",
        "SB40.use",
        text="Reasons that a new entry may give: {reasons}.",
        reasons=len(Reason.current()),
        route="hotlists:index",
    )
    yield from _readings()
    yield from _requests()


@enforces("6.e.iv.3/ncic")
def _readings() -> Iterator[Fact]:
    """Accepting the entering unit's word on a list is a reading of the policy, which names NCIC and FMCSA."""
    bases = EncounterBasis.in_force().filter(hotlist__retired_at=None).select_related("hotlist")
    yield fact(
        "6.e.iv.3",
        text="Lists on which the entering unit's word is enough where NCIC has no record: "
        "{lists_verified_by_their_entering_unit}.",
        lists_verified_by_their_entering_unit=len(bases),
        route="hotlists:index",
    )
    for basis in sorted(bases, key=lambda basis: basis.begins):
        named = "a covert list" if basis.hotlist.covert else f"the list “{basis.hotlist}”"
        yield Fact(
            ("6.e.iv.3",),
            f"The Chief's setting for {named} is in force.",
            {},
            gap=f"Reading: on {named} the entering unit’s confirmation is enough for an encounter where NCIC has no "
            f"record, as the Chief set on {clock.format_day(basis.begins)}. Legal basis: {basis.legal_basis}",
            route="hotlists:index",
        )


LONG_WAIT = timedelta(days=2)


def _requests() -> Iterator[Fact]:
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


@enforces("6.f.i.1/after")
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
