"""Which reads are one event, for whom an alert rings, and who is next if nobody acknowledges. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum

from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.people.chain_of_command.rules import Candidate, reasons
from plateward.people.permissions import Role
from plateward.work.alerts.facts import AlertOutcome

# A listed plate seen again within this of its open alert is the same event, whichever reader saw it.
SAME_EVENT_WITHIN = timedelta(minutes=10)
LATE_AFTER = timedelta(minutes=1)
# A read that reaches the hub later than this raises no alarm: the vehicle may be anywhere.
EARLIER_READ_AFTER = timedelta(hours=1)
# Quiet hours never silence these reasons, whatever priority their list gave them.
NEVER_QUIET = frozenset({"amber_alert", "violent_crime"})


class NotifyReason(StrEnum):
    """Why somebody is notified."""

    READER = "reader"
    NEAR = "near"
    COMMUNICATIONS = "communications"
    NAMED = "named"
    EVERYONE = "everyone"
    ESCALATED = "escalated"


@dataclass(frozen=True)
class NotifyTarget:
    """Somebody to notify: a unit, a person, or all that `why` names. Always within the list's audience."""

    why: NotifyReason
    unit: int | None = None
    person: int | None = None
    meters: int | None = None


@dataclass(frozen=True)
class AudiencePresence:
    """Who of a list's audience is there: units with members, units with somebody on duty, Communications."""

    units: frozenset[int] = frozenset()
    on_duty: frozenset[int] = frozenset()
    communications: bool = False
    communications_on_duty: bool = False


@dataclass(frozen=True)
class QuietPeriod:
    """The hours, by the agency's clock, when low and normal alarms are silent for somebody."""

    begins: time
    ends: time

    def holds(self, at: time) -> bool:
        """Whether it is quiet then; hours that begin in the evening run past midnight."""
        if self.begins <= self.ends:
            return self.begins <= at < self.ends
        return at >= self.begins or at < self.ends


@dataclass(frozen=True)
class Recipient:
    """What decides which alerts reach one person, and which of them ring."""

    person: int = 0
    lists: frozenset[int] = frozenset()
    shared: frozenset[int] = frozenset()  # alerts of other lists that colleagues share; none rings
    unit: int | None = None
    role: str = ""
    quiet: QuietPeriod | None = None
    here: tuple[float, float] | None = None  # where a reader of their unit was within the last minutes


@dataclass(frozen=True)
class RingFacts:
    """The alert's facts that decide for whom it rings. `open`: it rings and nobody has begun with it;
    `hotlist`: its list's key; it rings for nobody outside that audience (0: not asked)."""

    open: bool
    priority: str
    reason: str
    targets: tuple[NotifyTarget, ...] = ()
    acknowledged: frozenset[int] = field(default_factory=frozenset)
    hotlist: int = 0


class AlarmSound(StrEnum):
    """What an alert does on one person's page."""

    NONE = ""
    SILENT = "silent"
    LOUD = "loud"


# Which reads are one event.


@enforces("5.b/which")
def is_earlier_read(moment: datetime, now: datetime) -> bool:
    """Whether a read arriving now is an earlier one: shown, but ringing for nobody."""
    return now - moment > EARLIER_READ_AFTER


@enforces("5.b/which")
def joins_alert(moment: datetime, first: datetime, last: datetime) -> bool:
    """Whether a read belongs to an alert seen from `first` to `last`: late reads fall between or before."""
    return first - SAME_EVENT_WITHIN <= moment <= last + SAME_EVENT_WITHIN


def clock_warning(captured_at: datetime, moment: datetime, error_ms: int | None) -> str:
    """What is wrong with the read's time, in a sentence; empty if it can be trusted."""
    sentences = []
    if off := captured_at - moment:
        where = "ahead of" if off > timedelta(0) else "behind"
        sentences.append(
            f"The reader's clock was {clock.format_span(abs(off))} {where} the hub's: it said "
            f"{captured_at:%H:%M:%S} UTC."
        )
    if error_ms is not None and error_ms >= 1000:
        sentences.append(
            f"By its own estimate it may be off by {clock.format_span(timedelta(milliseconds=error_ms))}."
        )
    return " ".join(sentences)


def delay_text(moment: datetime, arrived: datetime) -> str:
    """How late a read came, if that matters."""
    late = arrived - moment
    return f"It arrived {clock.format_span(late)} after the read." if late >= LATE_AFTER else ""


# For whom it rings.


@enforces("5.b/reaches", "6.c.ii/lists")
def first_targets(
    audience: AudiencePresence, *, covert: bool, reader_unit: int | None, near: Iterable[tuple[int, float]]
) -> tuple[NotifyTarget, ...]:
    """Who is notified first. `near`: units whose reader was close by, each with its distance in meters.

    The unit whose reader saw it; nearby units with somebody on duty; Communications. If none of these is on
    duty: everyone in the audience. An alert of a covert list goes only to the people it names.
    """
    if covert:
        return (NotifyTarget(NotifyReason.NAMED),)
    targets, heard = [], audience.communications_on_duty
    if reader_unit in audience.units:
        targets.append(NotifyTarget(NotifyReason.READER, unit=reader_unit))
        heard = heard or reader_unit in audience.on_duty
    for unit, meters in sorted(near, key=lambda pair: pair[1]):
        if unit in audience.on_duty and unit != reader_unit:
            targets.append(NotifyTarget(NotifyReason.NEAR, unit=unit, meters=round(meters)))
            heard = True
    if audience.communications:
        targets.append(NotifyTarget(NotifyReason.COMMUNICATIONS))
    return (*targets, *(() if heard else (NotifyTarget(NotifyReason.EVERYONE),)))


@enforces("5.b/reaches")
def is_for(recipient: Recipient, targets: Iterable[NotifyTarget]) -> bool:
    """Whether a target includes this person, who is in the list's audience."""
    return any(
        target.why in (NotifyReason.NAMED, NotifyReason.EVERYONE)
        or (target.why is NotifyReason.COMMUNICATIONS and recipient.role == Role.COMMUNICATIONS)
        or (target.unit is not None and target.unit == recipient.unit)
        or (target.person is not None and target.person == recipient.person)
        for target in targets
    )


def is_own(recipient: Recipient, targets: Iterable[NotifyTarget]) -> bool:
    """Whether a reader of this person's own unit saw the vehicle."""
    return recipient.unit is not None and any(
        target.why is NotifyReason.READER and target.unit == recipient.unit for target in targets
    )


@enforces("5.b/reaches", "5.b/which", "6.c.ii/lists")
def alarm_sound(recipient: Recipient, facts: RingFacts, at: time) -> AlarmSound:
    """What an alert does for one person of its audience, `at` this time of day."""
    shared = facts.hotlist and facts.hotlist not in recipient.lists  # to be seen only
    if (
        not facts.open
        or shared
        or recipient.person in facts.acknowledged
        or not is_for(recipient, facts.targets)
    ):
        return AlarmSound.NONE
    never_quiet = facts.priority == "high" or facts.reason in NEVER_QUIET
    return (
        AlarmSound.SILENT
        if recipient.quiet and recipient.quiet.holds(at) and not never_quiet
        else AlarmSound.LOUD
    )


# Who is next if nobody acknowledges.


@dataclass(frozen=True)
class EscalationStep:
    """Whom an unacknowledged alert goes to. `level`: where the chain continues; None: it has ended."""

    people: tuple[Candidate, ...]
    passed: tuple[Candidate, ...]
    level: int | None

    @property
    def why(self) -> str:
        """Who was passed over, in words; empty if nobody."""
        return reasons(self.passed)


@enforces("5.b/reaches")
def unanswered_by(rang: Mapping[int, datetime], since: datetime) -> set[int]:
    """The units (keys) that it has rung for at least since then: nobody answers for a unit that it rang for later."""
    return {unit for unit, at in rang.items() if at <= since}


@enforces("5.b/reaches", "6.b.i.8/scope")
def next_escalation(
    chain: Sequence[Sequence[Candidate]], level: int, notified: Collection[int]
) -> EscalationStep:
    """The next in the chain of command who can be notified usefully and was not notified before."""
    passed: list[Candidate] = []
    for number, candidates in enumerate(chain[level:], start=level + 1):
        able = tuple(
            candidate
            for candidate in candidates
            if not candidate.cannot and candidate.person.pk not in notified
        )
        passed += [candidate for candidate in candidates if candidate.cannot]
        if able:
            return EscalationStep(able, tuple(passed), number)
    return EscalationStep((), tuple(passed), None)


# How long the next car learns how it was handled: one shift.
HANDLED_LATELY = timedelta(hours=12)
# Lists that seek a vehicle or plate. Others may mean a person in danger or dangerous: these ring until dismissed.
VEHICLE_REASONS = frozenset(
    {"criminal_investigation", "criminal_nexus", "property_crime", "stolen_plate", "stolen_vehicle"}
)
# The vehicle seen was not the listed one, which may still come by.
OTHER_VEHICLE_OUTCOMES = frozenset(
    {AlertOutcome.MISREAD, AlertOutcome.OTHER_PLATE, AlertOutcome.WRONG_STATE, AlertOutcome.WRONG_VEHICLE}
)
# Whoever looked found nobody to look for in it.
DISMISSED_OUTCOMES = OTHER_VEHICLE_OUTCOMES | {AlertOutcome.NOT_VERIFIED, AlertOutcome.STALE}


@dataclass(frozen=True)
class LastHandled:
    """How an entry's last alert ended: its key, when, the outcome, and the key of the reader that saw its
    vehicle."""

    alert: int
    at: datetime
    outcome: AlertOutcome
    reader: int


@enforces("5.b/which")
def silent_until(
    handled: LastHandled, reason: str, reader: int, minutes: Mapping[str, int]
) -> datetime | None:
    """Until when another read of the entry, listed for this reason, rings for nobody; None: it rings now.

    `minutes`: the agency's terms by outcome; others, such as vehicle not located, are not silenced. Where a person may
    be in danger, only a dismissal silences. An outcome about another vehicle silences only the same reader, which may
    be behind that vehicle.
    """
    if reason not in VEHICLE_REASONS and handled.outcome not in DISMISSED_OUTCOMES:
        return None
    if handled.outcome in OTHER_VEHICLE_OUTCOMES and reader != handled.reader:
        return None
    term = minutes.get(handled.outcome, 0)
    return handled.at + timedelta(minutes=term) if term else None
