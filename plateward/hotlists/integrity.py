"""The checks of hot lists: fresh, fed from where nobody else writes, never suddenly small, for no reason that SB 40
bars."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from django.conf import settings

from plateward import clock
from plateward.hotlists.health import Health, freshness
from plateward.hotlists.models import HotList, Reason
from plateward.jobs.check import Check, Fault, Group, whole
from plateward.policy.trace import enforces
from plateward.reasons.barred import barred_ground


def fault_of(hotlist: HotList, problem: str) -> Fault:
    """A fault of a list; the name of a covert one is for its own audience."""
    name = f"covert list {hotlist.pk}" if hotlist.covert else f"hot list {hotlist}"
    return Fault(name, problem, link=hotlist.get_absolute_url())


@enforces("6.b.i.3", "5.h")
def _look_at_freshness() -> tuple[int, Iterator[Fault]]:
    lists = HotList.objects.filter(retired_at=None)
    return len(lists), (fault_of(hotlist, text) for hotlist in lists if (text := _lateness(hotlist)))


def _lateness(hotlist: HotList) -> str:
    zone, now = ZoneInfo(settings.TIME_ZONE), clock.now()
    found = freshness(hotlist.refreshed_at, hotlist.refresh_at, hotlist.stale_after_hours, zone, now)
    if found.health is Health.STALE:
        return f"{found.health.label}."
    if found.health is Health.LATE and found.next_due:
        return f"A new copy was due {clock.format_span(now - found.next_due)} ago."
    return ""


@enforces("6.b.i.3", "6.h.i", "SB40.use", "SB40.share")
def _look_at_reasons() -> tuple[int, list[Fault]]:
    """The reasons that the administrator added: what SB 40 bars from searches lists no plate either."""
    reasons = Reason.current()
    barred = {text: ground for text in reasons.values() if (ground := barred_ground(text))}
    return len(reasons), [
        Fault(f"reason “{text}”", f"{ground.clause} bars it: {ground.says}.")
        for text, ground in barred.items()
    ]


CHECKS = (
    Check(
        "hotlists.freshness", Group.FEEDS, "Hot lists are fresh", "lists", "5.h",
        "Look at the list's feed, or load a new copy.",
        whole(_look_at_freshness),
    ),
    Check(
        "hotlists.reasons", Group.POLICY, "Reasons for listing a plate", "reasons", "SB40.use",
        "Retire the reason, and recall the entries that give it.",
        whole(_look_at_reasons),
    ),
)  # fmt: skip
