"""Evidence on hot lists, for the compliance report."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from django.conf import settings

from plateward import clock
from plateward.hotlists.health import Health, freshness
from plateward.hotlists.models import EncounterBasis, HotList, Reason
from plateward.people import days
from plateward.policy.evidence import Fact, fact
from plateward.policy.trace import enforces


def facts() -> Iterator[Fact]:
    """Lists with their freshness, reasons, and readings of the policy."""
    now, zone = clock.now(), ZoneInfo(settings.TIME_ZONE)
    lists = list(HotList.objects.filter(retired_at=None))
    late = [
        item
        for item in lists
        if freshness(item.refreshed_at, item.refresh_at, item.stale_after_hours, zone, now).health
        in (Health.LATE, Health.STALE)
    ]
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


@enforces("6.e.iv.3")
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
