"""What the page says: how many reads are kept as what, what goes next, and what people keep."""

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.urls import reverse

from plateward.ground.policy.decision import refusal_in
from plateward.work.retention.models import DayStanding
from plateward.work.retention.rules import may_trust_clock
from plateward.work.retention.run import clock_facts
from plateward.work.retention.standing import Class

MOST_ENDS = 14
BUCKETS = ((1, "Due now"), (7, "Within 7 days"), (30, "Within 30 days"), (180, "Within 180 days"))


def classes_of(standings: Sequence[DayStanding]) -> list[tuple[str, int]]:
    """How many reads are kept as what."""
    counted = Counter[str]()
    for standing in standings:
        counted.update(standing.classes)
    return [(str(name), counted[name]) for name in Class]


def ends_of(standings: Sequence[DayStanding], now: datetime) -> list[tuple[str, int]]:
    """How many reads have their next end when. That of a day which was renewed is the end of the first of them."""
    counted = Counter[str]()
    for standing in standings:
        counted[_bucket(standing.next_at, now)] += standing.reads
    names = [*(name for _, name in BUCKETS), "Later", "When people end a hold or sign an order"]
    return [(name, counted[name]) for name in names]


def _bucket(at: datetime | None, now: datetime) -> str:
    if at is None:
        return "When people end a hold or sign an order"
    if at <= now:
        return BUCKETS[0][1]
    left = (at - now).days
    return next((name for most, name in BUCKETS[1:] if left <= most), "Later")


def awaits_date(standings: Sequence[DayStanding], now: datetime) -> bool:
    """Whether a run would destroy what is due if only an administrator confirmed the date. Where the clock was set
    back, or a day cannot be read, that helps nobody."""
    due = [item for item in standings if item.next_at and item.next_at <= now]
    ending = sum(item.generation == 0 for item in due)
    facts = replace(clock_facts(), due=len(due), ending=ending)
    confirmed = replace(facts, confirmed_on=now.date())
    return bool(refusal_in(may_trust_clock(now, facts))) and not refusal_in(may_trust_clock(now, confirmed))


@dataclass(frozen=True)
class NextEnd:
    """What goes of a day at its next end, and what stays then."""

    standing: DayStanding
    stays: list[tuple[str, int, datetime | None]]

    @property
    def stay(self) -> int:
        """How many."""
        return sum(number for _, number, _ in self.stays)

    @property
    def go(self) -> int:
        """How many."""
        return max(0, self.standing.reads - self.stay)


def next_ends(standings: Sequence[DayStanding]) -> tuple[list[NextEnd], int]:
    """The first ends to come, and how many there are in all."""
    coming = sorted((item for item in standings if item.next_at), key=lambda item: (item.next_at, item.day))
    ends = [
        NextEnd(
            item,
            [(why, n, datetime.fromisoformat(until) if until else None) for why, n, until in item.stays],
        )
        for item in coming[:MOST_ENDS]
    ]
    return ends, len(coming)


@dataclass(frozen=True)
class Kept:
    """Reads of a day that no clock ends, and where people can."""

    day: date
    number: int
    why: str
    url: str


def kept_by_people(standings: Sequence[DayStanding], holds: Collection[int]) -> tuple[list[Kept], int]:
    """The days of which nothing ends by itself, oldest first, and how many rows there are in all. `holds`: those that
    the viewer may see."""
    rows = [
        Kept(item.day, number, why, _released_under(why, holds))
        for item in standings
        if item.next_at is None
        for why, number, _ in item.stays
    ]
    return rows[:MOST_ENDS], len(rows)


def _released_under(why: str, holds: Collection[int]) -> str:
    if not (hold := re.fullmatch(r"Hold (\d+)", why)):
        return reverse("retention:evidence")
    return reverse("retention:hold", args=[hold[1]]) if int(hold[1]) in holds else ""
