"""The clocks: what holds each read until when, what of a day is due, and when its next end comes. Pure.

Days are UTC days. A term ends with the last moment of its last day, so nothing is destroyed early, and no change of
summer time moves anything.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from uuid import UUID

from django.db.models import TextChoices

from plateward.ground import clock
from plateward.ground.policy.decision import Allow, Decision, Refusal
from plateward.ground.policy.limits import least_days, longest_days, set_by
from plateward.ground.policy.packs import policy_rows
from plateward.ground.policy.trace import enforces
from plateward.people import days

CLAUSE = "6.h.ii"


class Covers(TextChoices):
    """The class of records that a term is for."""

    READS = "reads", "Reads"
    HITS = "hits", "Reads with a hit"
    PERMITS = "permits", "Hits that were verified with FMCSA"
    LIST = "list", "Hits on a hot list"


LONGEST_DAYS = 36_500
USUAL_HIT_DAYS = 180  # where no selected pack sets any
UNSET = "no law sets it: until the Chief approves a term"
LEAST_LOG_DAYS = 365  # of the audit log (AU-11)


@enforces("6.h.ii/reads", "6.h.ii/hits")
def least_of(covers: Covers) -> int:
    """The policy's own least days: no setting goes below them."""
    return least_days(hits=covers is not Covers.READS)


@enforces("WA.retain/days", "VA.retain/days")
def most_of(covers: Covers) -> int:
    """The law's own longest days: no setting goes above them."""
    return (longest_days() if covers is Covers.READS else None) or LONGEST_DAYS


@enforces("4.b/schedule", "6.h.i/terms", "6.h.ii/reads", "6.h.ii/hits")
@dataclass(frozen=True)
class Term:
    """How many days a class of records is kept, by which legal basis. `hotlist`: the key of its list, for LIST."""

    covers: Covers
    days: int
    basis: str
    hotlist: int | None = None
    name: str = ""  # the list's

    @property
    def label(self) -> str:
        """The class in words."""
        return f"Hits on {self.name}" if self.covers is Covers.LIST else self.covers.label

    @property
    def kept_days(self) -> int:
        """The days that count: never less than the policy's and never more than the law's, whatever is set."""
        return min(max(self.days, least_of(self.covers)), most_of(self.covers))

    def is_for(self, hit: "Hit") -> bool:
        """Whether a hit belongs to this class; every read is one of READS."""
        match self.covers:
            case Covers.PERMITS:
                return hit.by_fmcsa
            case Covers.LIST:
                return hit.hotlist == self.hotlist
        return self.covers is Covers.HITS


@enforces("AU-11/term")
def log_days(terms: Iterable[Term]) -> int:
    """How many days an entry of the audit log is kept at the least: a year, and as long as any data that it speaks of.
    Nothing removes an entry, so all stay longer."""
    return max(LEAST_LOG_DAYS, *(term.kept_days for term in terms))


def first_schedule(reads_days: int) -> tuple[Term, ...]:
    """The terms before the Chief has approved any."""
    hits, hits_basis = least_of(Covers.HITS) or USUAL_HIT_DAYS, basis_of("least_days_hits_kept")
    nmac = "OPR:50 4.b, NMAC 1.21.2.507 (minimum until counsel sets the term)"
    return (
        Term(Covers.READS, reads_days, basis_of("least_days_kept", "longest_days_kept")),
        Term(Covers.HITS, hits, hits_basis),
        Term(Covers.PERMITS, hits, nmac if "4.b" in policy_rows() else hits_basis),
    )


def basis_of(*names: str) -> str:
    """The law of a term that the packs set by one of these parameters."""
    return ", ".join(rule.law for name in names for rule in set_by(name)) or UNSET


@dataclass(frozen=True)
class Hit:
    """A hit on a read. `at`: the later of its capture and the alert's arrival."""

    at: datetime
    hotlist: int = 0
    by_fmcsa: bool = False


class Ground(StrEnum):
    """Why a read is kept."""

    TERM = "term"
    EVIDENCE = "evidence"
    HOLD = "hold"


@dataclass(frozen=True)
class Claim:
    """Something that keeps a read. `until`: when it ends; None: when people end it."""

    ground: Ground
    why: str
    until: datetime | None = None

    def is_live(self, now: datetime) -> bool:
        """Whether it still keeps the read."""
        return self.until is None or now < self.until


@dataclass(frozen=True)
class DayFacts:
    """What is known about the reads of a UTC day, besides their number. `evidence`: those that nothing but an
    adjudication and a destruction order releases, and what is missing; `ordered`: the order that released others."""

    day: date
    hits: Mapping[UUID, Sequence[Hit]] = field(default_factory=dict)
    evidence: Mapping[UUID, str] = field(default_factory=dict)
    holds: Mapping[UUID, Sequence[str]] = field(default_factory=dict)
    ordered: Mapping[UUID, str] = field(default_factory=dict)

    @property
    def named(self) -> set[UUID]:
        """The reads of which anything is known."""
        return {*self.hits, *self.evidence, *self.holds}


@dataclass(frozen=True)
class DayPlan:
    """What becomes of a day at a moment. `due`: something of it is to be destroyed. `keep`: the reads that stay, each
    with what keeps it; None: all of them, by the term of every read. `next_at`: when its next end comes by the clocks
    alone. `rules`: by which rules reads go, with their number, where it is known."""

    day: date
    due: bool
    keep: Mapping[UUID, Sequence[Claim]] | None
    next_at: datetime | None
    rules: Mapping[str, int | None] = field(default_factory=dict)


def start_of(day: date) -> datetime:
    """The first moment of a UTC day."""
    return datetime.combine(day, time.min, UTC)


@enforces("6.h.ii/reads", "6.h.ii/hits")
def end_of_term(moment: datetime, days: int) -> datetime:
    """When something of that moment has been kept for so many whole days: the last moment of its UTC day counts."""
    return start_of(moment.astimezone(UTC).date() + timedelta(days=days + 1))


@enforces("6.h.ii/reads", "6.h.ii/hits", "6.h.ii/enforcement", "6.b.i.2/hold")
def claims_on(read: UUID, terms: Iterable[Term], facts: DayFacts) -> list[Claim]:
    """All that keeps this read, or did: by the term of each class that it belongs to, as evidence, by holds."""
    claims = []
    hits = facts.hits.get(read, ())
    for term in terms:
        moments = [hit.at for hit in hits if term.is_for(hit)]
        if term.covers is Covers.READS:
            moments.append(start_of(facts.day))
        if moments:
            until = end_of_term(max(moments), term.kept_days)
            claims.append(Claim(Ground.TERM, f"{term.label}: {term.kept_days} days ({term.basis})", until))
    if missing := facts.evidence.get(read):
        claims.append(Claim(Ground.EVIDENCE, missing))
    claims += [Claim(Ground.HOLD, name) for name in facts.holds.get(read, ())]
    return claims


@enforces("6.h.ii/reads", "6.h.ii/hits", "6.b.i.2/hold")
def plan(
    now: datetime, terms: Sequence[Term], facts: DayFacts, reads: Collection[UUID] | None = None
) -> DayPlan:
    """What becomes of a day. `reads`: all that it has; None: it still has every read that came, so that those of which
    nothing is known end together, by the term of reads."""
    common = _reads_claim(terms, facts.day)
    if reads is None and common.is_live(now):
        return DayPlan(facts.day, due=False, keep=None, next_at=common.until)
    keep: dict[UUID, list[Claim]] = {}
    rules: dict[str, int | None] = {} if reads is not None else {common.why: None}
    for read in facts.named if reads is None else reads:
        claims = claims_on(read, terms, facts)
        if live := [claim for claim in claims if claim.is_live(now)]:
            keep[read] = live
        else:
            why = facts.ordered.get(read) or max(claims, key=_end_of).why
            rules[why] = (rules.get(why) or 0) + 1 if reads is not None or why != common.why else None
    return DayPlan(
        facts.day,
        due=reads is None or len(keep) < len(reads),
        keep=keep,
        next_at=min(filter(None, map(_released_at, keep.values())), default=None),
        rules=rules,
    )


def _reads_claim(terms: Iterable[Term], day: date) -> Claim:
    claims = claims_on(UUID(int=0), terms, DayFacts(day))
    return max(claims, key=_end_of)


def _end_of(claim: Claim) -> datetime:
    return claim.until or datetime.max.replace(tzinfo=UTC)


def _released_at(claims: Iterable[Claim]) -> datetime | None:
    """When the last of these ends; None while people must end one."""
    ends = [claim.until for claim in claims]
    return None if None in ends else max(end for end in ends if end)


# The clock itself. The daily run goes on by itself while the hub runs every day.
SET_BACK = timedelta(minutes=5)  # between two nodes
MOST_AWAY = timedelta(days=3)  # a long weekend
CONTACT_WITHIN = timedelta(hours=1)  # from any reader; each asks for its hot list every few seconds


@dataclass(frozen=True)
class ClockFacts:
    """What is known of the hub's clock: the latest moment on record, the last run's (None: there was none), when a
    reader was last in contact, and the day that an administrator confirmed. `due`: of how many days something is;
    `ending`: of how many the first time."""

    latest: datetime | None
    last_run: datetime | None
    last_contact: datetime | None
    due: int
    ending: int
    confirmed_on: date | None = None


@enforces("6.h.ii/reads")
def may_trust_clock(now: datetime, facts: ClockFacts) -> Decision:
    """Whether anything may be destroyed by this clock. Set back, it certifies times that were; set forward, it would
    destroy what is not due: so a run that would end more days than have passed since the last one, that comes after a
    long time, or with no reader in contact, needs an administrator who confirms the date. A reader in contact is a
    second clock: its requests name its own time, and are refused five minutes from the hub's."""
    if facts.latest and now < facts.latest - SET_BACK:
        return Refusal(
            CLAUSE,
            f"The system clock was set back: it is {_in_full(now)}, and the record already has entries of "
            f"{_in_full(facts.latest)}.",
            "Have IT Support set the clock. Nothing is destroyed until then.",
        )
    if not facts.due or facts.confirmed_on == now.date():
        return Allow()
    due = f"Reads of {facts.due} day{'s' if facts.due > 1 else ''} of capture would be destroyed now"
    help = f"Confirm today's date under Retention: {_in_full(now)}. If that is wrong, have IT Support set the clock."
    if facts.last_run is None:
        return Refusal(CLAUSE, f"{due}, and there was no run before.", help)
    passed = now - facts.last_run
    if passed > MOST_AWAY:
        return Refusal(CLAUSE, f"{due}, and the last run was {clock.format_span(passed)} ago.", help)
    if facts.ending > passed.days + MOST_AWAY.days:
        return Refusal(CLAUSE, f"{due}, and more days end than have passed since the last run.", help)
    if facts.last_contact is None or now - facts.last_contact > CONTACT_WITHIN:
        since = f"for {clock.format_span(now - facts.last_contact)}" if facts.last_contact else "yet"
        no_clock = f"no reader has been in contact {since}, whose clock would agree with the hub's"
        return Refusal(CLAUSE, f"{due}, and {no_clock}.", f"Reconnect a reader. {help}")
    return Allow()


def _in_full(moment: datetime) -> str:
    """As people know it, and as the days of capture count."""
    return f"{days.format_time(moment)} ({clock.format_day(moment)}, {moment:%H:%M} UTC)"
