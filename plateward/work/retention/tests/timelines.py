"""An agency in memory: reads, hits, holds, orders and runs, and what must be so, in other words than the rules."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from plateward.work.retention.rules import Covers, DayFacts, Hit, Term, plan

DAY = timedelta(days=1)


@dataclass
class MadeRead:
    """A read, and what happens to it, each at its moment; None: never."""

    id: UUID
    captured_at: datetime
    stored_at: datetime
    hits: list[Hit] = field(default_factory=list)
    holds: list[tuple[datetime, datetime | None]] = field(default_factory=list)  # placed, lifted
    evidence_at: datetime | None = None
    released_at: datetime | None = None  # adjudicated, and an order signed
    gone_at: datetime | None = None

    def must_stay(self, now: datetime, terms: tuple[Term, ...]) -> bool:
        """In the words of the policy: days that have not passed, a hold that nobody lifted, evidence not released."""
        if any(placed <= now and (lifted is None or now < lifted) for placed, lifted in self.holds):
            return True
        if (
            self.evidence_at
            and self.evidence_at <= now
            and not (self.released_at and self.released_at <= now)
        ):
            return True
        return now < self.term_ends(now, terms)

    def term_ends(self, now: datetime, terms: tuple[Term, ...]) -> datetime:
        """The midnight, in UTC, after the last day of the longest term."""
        moments = {Covers.READS: [self.captured_at]}
        for covers, fits in (
            (Covers.HITS, lambda hit: True),
            (Covers.PERMITS, lambda hit: hit.by_fmcsa),
            (Covers.LIST, lambda hit: hit.hotlist == 7),
        ):
            moments[covers] = [hit.at for hit in self.hits if hit.at <= now and fits(hit)]
        ends = [moment + term.days * DAY for term in terms for moment in moments[term.covers]]
        last = max(ends)
        return (last + DAY).replace(hour=0, minute=0, second=0, microsecond=0)


@dataclass
class Agency:
    """Its reads, and what the runs do with them."""

    terms: tuple[Term, ...]
    reads: list[MadeRead]
    renewed: set[date] = field(default_factory=set)
    renewals: int = 0

    def moments(self) -> set[datetime]:
        """When anything happens or ends."""
        every: set[datetime] = set()
        for read in self.reads:
            starts = {read.captured_at, read.stored_at, *(hit.at for hit in read.hits)}
            every |= starts | {
                start + (term.days + n) * DAY for start in starts for term in self.terms for n in (0, 1)
            }
            every |= {moment for hold in read.holds for moment in hold if moment}
            every |= {moment for moment in (read.evidence_at, read.released_at) if moment}
        return every

    def run(self, now: datetime) -> list[MadeRead]:
        """Do as the run does; returns what went."""
        days: dict[date, list[MadeRead]] = defaultdict(list)
        for read in self.reads:
            if read.gone_at is None and read.stored_at <= now:
                days[read.captured_at.date()].append(read)
        gone = []
        for day, there in sorted(days.items()):
            left = {read.id for read in there} if day in self.renewed else None
            made = plan(now, self.terms, self.facts(day, there, now), left)
            if not made.due:
                continue
            keep = made.keep or {}
            gone += [read for read in there if read.id not in keep]
            self.renewed.add(day)
            self.renewals += bool(keep)
        for read in gone:
            read.gone_at = now
        return gone

    def facts(self, day: date, there: list[MadeRead], now: datetime) -> DayFacts:
        """As the database would have it."""
        hits: dict[UUID, list[Hit]] = {}
        evidence: dict[UUID, str] = {}
        ordered: dict[UUID, str] = {}
        holds: dict[UUID, list[str]] = {}
        for read in there:
            if known := [hit for hit in read.hits if hit.at <= now]:
                hits[read.id] = known
            if read.evidence_at and read.evidence_at <= now:
                done = read.released_at and read.released_at <= now
                (ordered if done else evidence)[read.id] = "order 1" if done else "evidence"
            live = [
                placed for placed, lifted in read.holds if placed <= now and (lifted is None or now < lifted)
            ]
            if live:
                holds[read.id] = ["hold"] * len(live)
        return DayFacts(day, hits, evidence, holds, ordered)


def utc(
    year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0, us: int = 0
) -> datetime:
    return datetime(year, month, day, hour, minute, second, us, UTC)
