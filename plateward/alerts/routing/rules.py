"""Which reads are one event, for whom an alert rings, and who is next when nobody answers. Pure: facts in, who out."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum
from math import asin, cos, radians, sin, sqrt

from plateward import clock
from plateward.people.command.rules import Candidate, reasons
from plateward.people.permissions import Role
from plateward.policy.trace import enforces

# A listed plate that is seen again within this of what its open alert knows is the same event (docs/decisions/0046).
AGAIN = timedelta(minutes=10)
# A reader's clock that is off by less is not told: so long a request may be on its way.
CLOCK_OFF = timedelta(seconds=30)
LATE = timedelta(minutes=1)
# What was seen longer ago than this when it reaches the hub is no alarm any more: the vehicle may be anywhere.
EARLIER = timedelta(hours=1)
# Quiet hours never hold for these reasons, whatever priority their list gave them.
NEVER_QUIET = frozenset({"amber_alert", "violent_crime"})
EARTH_M = 6_371_000


class Why(StrEnum):
    """Why somebody is told."""

    READER = "reader"
    NEAR = "near"
    COMMUNICATIONS = "communications"
    NAMED = "named"
    EVERYONE = "everyone"
    ESCALATED = "escalated"


@dataclass(frozen=True)
class Target:
    """Somebody who is told: a unit, a person, or all whom `why` names. Always within the list's audience."""

    why: Why
    unit: int | None = None
    person: int | None = None
    meters: int | None = None


@dataclass(frozen=True)
class Crowd:
    """Who of a list's audience is there: units with anybody in it, and with somebody on duty; Communications too."""

    units: frozenset[int] = frozenset()
    on_duty: frozenset[int] = frozenset()
    communications: bool = False
    communications_on_duty: bool = False


@dataclass(frozen=True)
class Quiet:
    """From when to when, by the agency's clock, low and normal alarms make no sound for somebody."""

    begins: time
    ends: time

    def holds(self, at: time) -> bool:
        """Whether it is quiet then; hours that begin in the evening go on past midnight."""
        if self.begins <= self.ends:
            return self.begins <= at < self.ends
        return at >= self.begins or at < self.ends


@dataclass(frozen=True)
class Ear:
    """What decides which alerts one person is told of, and which of them ring."""

    person: int = 0
    lists: frozenset[int] = frozenset()
    shared: frozenset[int] = frozenset()  # alerts of other lists that colleagues show to them; none rings
    unit: int | None = None
    role: str = ""
    quiet: Quiet | None = None


@dataclass(frozen=True)
class Call:
    """What of an alert decides for whom it rings. `open`: nobody has begun with it, and it rings at all; `hotlist`: its
    list, by key, without whose audience it rings for nobody (0: not asked)."""

    open: bool
    priority: str
    reason: str
    targets: tuple[Target, ...] = ()
    acknowledged: frozenset[int] = field(default_factory=frozenset)
    hotlist: int = 0


class Alarm(StrEnum):
    """What an alert does on one person's page."""

    NONE = ""
    SILENT = "silent"
    LOUD = "loud"


# Which reads are one event.


@enforces("5.b")
def seen_at(captured_at: datetime, ahead: timedelta) -> datetime:
    """When it was seen, by the hub's clock. `ahead`: how far the reader's was ahead of it when it sent the read."""
    return captured_at if abs(ahead) < CLOCK_OFF else captured_at - ahead


@enforces("5.b")
def is_earlier(seen: datetime, now: datetime) -> bool:
    """Whether a read that comes now is an earlier one: it is shown, and rings for nobody."""
    return now - seen > EARLIER


@enforces("5.b")
def joins(seen: datetime, first: datetime, last: datetime) -> bool:
    """Whether a read belongs to an alert that was seen from `first` to `last`: late ones fall between or before."""
    return first - AGAIN <= seen <= last + AGAIN


def about_the_clock(captured_at: datetime, seen: datetime, error_ms: int | None) -> str:
    """What is wrong with the time that a read gives, in a sentence; nothing where it can be trusted."""
    told = []
    if off := captured_at - seen:
        where = "ahead of" if off > timedelta(0) else "behind"
        told.append(
            f"The reader's clock was {clock.span(abs(off))} {where} the hub's: it said {captured_at:%H:%M:%S} UTC."
        )
    if error_ms is not None and error_ms >= 1000:
        told.append(f"By its own account it may be off by {clock.span(timedelta(milliseconds=error_ms))}.")
    return " ".join(told)


def about_its_coming(seen: datetime, arrived: datetime) -> str:
    """How late a read came, where that matters."""
    late = arrived - seen
    return f"It came {clock.span(late)} after it was seen." if late >= LATE else ""


# For whom it rings.


def apart(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Meters between two places, each latitude and longitude in degrees, on a round earth."""
    (a_lat, a_lon), (b_lat, b_lon) = (map(radians, place) for place in (one, other))
    half = sin((b_lat - a_lat) / 2) ** 2 + cos(a_lat) * cos(b_lat) * sin((b_lon - a_lon) / 2) ** 2
    return 2 * EARTH_M * asin(sqrt(min(1.0, half)))


@enforces("5.b", "6.c.ii")
def route(
    crowd: Crowd, *, covert: bool, reader_unit: int | None, near: Iterable[tuple[int, float]]
) -> tuple[Target, ...]:
    """Who is told of an alert first. `near`: units whose reader was close by, each with its distance in meters.

    The unit whose reader saw it; units nearby of which somebody is on duty; Communications. Where nobody of all these
    is on duty: everyone in the audience. An alert of a covert list goes to whom it names, and to nobody else.
    """
    if covert:
        return (Target(Why.NAMED),)
    told, heard = [], crowd.communications_on_duty
    if reader_unit in crowd.units:
        told.append(Target(Why.READER, unit=reader_unit))
        heard = heard or reader_unit in crowd.on_duty
    for unit, meters in sorted(near, key=lambda one: one[1]):
        if unit in crowd.on_duty and unit != reader_unit:
            told.append(Target(Why.NEAR, unit=unit, meters=round(meters)))
            heard = True
    if crowd.communications:
        told.append(Target(Why.COMMUNICATIONS))
    return (*told, *(() if heard else (Target(Why.EVERYONE),)))


@enforces("5.b")
def is_for(ear: Ear, targets: Iterable[Target]) -> bool:
    """Whether one of these is this person, who is in the list's audience."""
    return any(
        one.why in (Why.NAMED, Why.EVERYONE)
        or (one.why is Why.COMMUNICATIONS and ear.role == Role.COMMUNICATIONS)
        or (one.unit is not None and one.unit == ear.unit)
        or (one.person is not None and one.person == ear.person)
        for one in targets
    )


@enforces("5.b", "6.c.ii")
def alarm(ear: Ear, call: Call, at: time) -> Alarm:
    """What an alert does for one person of its audience, `at` this time of day."""
    shared = call.hotlist and call.hotlist not in ear.lists  # to be seen, and no more
    if not call.open or shared or ear.person in call.acknowledged or not is_for(ear, call.targets):
        return Alarm.NONE
    never_quiet = call.priority == "high" or call.reason in NEVER_QUIET
    return Alarm.SILENT if ear.quiet and ear.quiet.holds(at) and not never_quiet else Alarm.LOUD


# Who is next when nobody answers.


@dataclass(frozen=True)
class Next:
    """To whom an unanswered alert goes. `level`: from which of the chain it goes on; None: there is no more."""

    people: tuple[Candidate, ...]
    passed: tuple[Candidate, ...]
    level: int | None

    @property
    def why(self) -> str:
        """Who was passed over, in words; nothing where nobody was."""
        return reasons(self.passed)


@enforces("5.b", "6.b.i.8")
def next_up(chain: Sequence[Sequence[Candidate]], level: int, told: Collection[int]) -> Next:
    """The next of the chain of command whom it is of use to tell, and who was not told before."""
    passed: list[Candidate] = []
    for number, those in enumerate(chain[level:], start=level + 1):
        able = tuple(one for one in those if not one.cannot and one.person.pk not in told)
        passed += [one for one in those if one.cannot]
        if able:
            return Next(able, tuple(passed), number)
    return Next((), tuple(passed), None)
