"""A year of an agency through the clocks of retention: every end of every day, and an account of its own of what had to
stay. In memory: reads without a hit are numbers, all others one by one."""

import random
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from plateward.bench.figures import Figure
from plateward.retention.rules import Covers, DayFacts, DayPlan, Hit, Term, plan

FIRST, DAYS, RUN_OUT = date(2025, 1, 1), 365, 800  # the year, and then until its reads are gone
A_DAY, HITS, LATE, ACTED = 350_000, 1_000, 50, 6  # reads; hits, of them late, and acted upon
HOLDS = 3  # a week
ZONE = ZoneInfo("America/Denver")
TERMS = (
    Term(Covers.READS, 30, "OPR:50 6.h.ii"),
    Term(Covers.HITS, 180, "OPR:50 6.h.ii"),
    Term(Covers.PERMITS, 365, "NMAC 1.21.2.507"),
)
SECONDS = 300.0  # target: minutes


@dataclass
class Named:
    """A read of which something is known, each from a moment on; `free_from`: when people released it."""

    captured_at: datetime
    hits: list[Hit] = field(default_factory=list)
    evidence: tuple[datetime, datetime | None] | None = None
    holds: list[tuple[datetime, datetime | None]] = field(default_factory=list)

    def stays(self, now: datetime) -> bool:
        """By an account of its own: whole days since each moment, in UTC, and what people ended."""
        spans = [*self.holds, *([self.evidence] if self.evidence else [])]
        if any(begin <= now and (end is None or now < end) for begin, end in spans):
            return True
        today, known = now.date().toordinal(), [hit for hit in self.hits if hit.at <= now]
        days = [(self.captured_at, 30)]
        days += [(hit.at, 365 if hit.by_fmcsa else 180) for hit in known]
        return any(today - moment.date().toordinal() <= least for moment, least in days)


@dataclass
class Year:
    """What is there of each day, and what became of it."""

    chance: random.Random
    named: dict[date, dict[UUID, Named]] = field(default_factory=dict)
    plain: dict[date, int] = field(default_factory=dict)
    renewed: set[date] = field(default_factory=set)
    next_at: dict[date, datetime] = field(default_factory=dict)
    changes: dict[date, list[tuple[datetime, date]]] = field(default_factory=lambda: defaultdict(list))
    counts: Counter[str] = field(default_factory=Counter)

    def capture(self, day: date) -> None:
        """A day's traffic: its hits, those that come late, the ones acted upon, and now and then a hold."""
        begin = datetime(day.year, day.month, day.day, tzinfo=UTC)
        reads: dict[UUID, Named] = {}
        for number in range(HITS):
            at = begin + timedelta(seconds=self.chance.uniform(0, 86_399))
            late = timedelta(days=self.chance.uniform(0, 29) if number < LATE else 0)
            read = Named(at, [Hit(at + late, by_fmcsa=self.chance.random() < 0.02)])
            if number >= HITS - ACTED:
                over = at + timedelta(days=self.chance.uniform(60, 500))
                read.evidence = (at, over if self.chance.random() < 0.9 else None)
                self._change(day, over)
            self._change(day, at + late)
            reads[UUID(int=self.chance.getrandbits(128))] = read
        self.named[day], self.plain[day] = reads, A_DAY - HITS
        self.counts["captured"] += A_DAY
        if self.chance.random() < HOLDS / 7:
            self._hold(day, begin)

    def _hold(self, day: date, begin: datetime) -> None:
        """On hits and on reads without one, which are then known one by one."""
        placed = begin + timedelta(days=self.chance.uniform(1, 29))
        lifted = placed + timedelta(days=self.chance.uniform(10, 400))
        chosen = self.chance.sample(list(self.named[day].values()), self.chance.randint(0, 20))
        for _ in range(self.chance.randint(1, 500)):
            read = Named(begin + timedelta(seconds=self.chance.uniform(0, 86_399)))
            self.named[day][UUID(int=self.chance.getrandbits(128))] = read
            self.plain[day] -= 1
            chosen.append(read)
        for read in chosen:
            read.holds.append((placed, lifted))
        self._change(day, placed)
        self._change(day, lifted)
        self.counts["holds"] += 1

    def _change(self, day: date, at: datetime) -> None:
        self.changes[at.date()].append((at, day))

    def run(self, now: datetime) -> None:
        """The daily run: days whose end has come by their clocks, or by what people did since yesterday."""
        touched = {
            day for back in (0, 1) for _, day in self.changes.get(now.date() - timedelta(days=back), ())
        }
        due = [day for day in self.named if self.next_at.get(day, now) <= now or day in touched]
        for day in due:
            self._end(day, now)

    def _end(self, day: date, now: datetime) -> None:
        reads = self.named[day]
        found = plan(now, TERMS, _facts(day, reads, now), set(reads) if day in self.renewed else None)
        if found.next_at:
            self.next_at[day] = found.next_at
        else:
            self.next_at[day] = datetime.max.replace(tzinfo=UTC)
        if found.due:
            self._destroy(day, now, found)

    def _destroy(self, day: date, now: datetime, found: DayPlan) -> None:
        keep, reads = found.keep or {}, self.named[day]
        if self.plain[day]:
            early = now.date().toordinal() - day.toordinal() <= 30
            self.counts["early"] += self.plain[day] * early
            self.counts["at 30 days"] += self.plain.pop(day)
            self.plain[day] = 0
        for key in reads.keys() - keep.keys():
            self.counts["early"] += reads.pop(key).stays(now)
            self.counts["later"] += 1
        self.counts["certificates"] += 1
        self.counts["renewals"] += bool(keep)
        self.renewed.add(day)
        if not keep:
            del self.named[day], self.plain[day]

    def late(self, now: datetime) -> int:
        """What is there and should not be, by the account of its own."""
        today = now.date().toordinal()
        plain = sum(number for day, number in self.plain.items() if today - day.toordinal() > 30)
        return plain + sum(not read.stays(now) for reads in self.named.values() for read in reads.values())


def _facts(day: date, reads: dict[UUID, Named], now: datetime) -> DayFacts:
    def live(span: tuple[datetime, datetime | None]) -> bool:
        return span[0] <= now and (span[1] is None or now < span[1])

    hits = {key: [hit for hit in read.hits if hit.at <= now] for key, read in reads.items()}
    return DayFacts(
        day,
        hits={key: known for key, known in hits.items() if known},
        evidence={key: "Evidence" for key, read in reads.items() if read.evidence and live(read.evidence)},
        holds={key: ["Hold"] for key, read in reads.items() if any(live(span) for span in read.holds)},
        ordered={key: "Order" for key, read in reads.items() if read.evidence and not live(read.evidence)},
    )


def measure_year(progress: Callable[[str], None]) -> list[Figure]:
    """The year, with a run each night at one hour of Mountain Time, and its counts."""
    year, began = Year(random.Random(17)), time.perf_counter()  # noqa: S311
    late = 0
    for number in range(DAYS + RUN_OUT):
        day = FIRST + timedelta(days=number)
        now = datetime(day.year, day.month, day.day, 2, 30, tzinfo=ZONE).astimezone(UTC)
        year.run(now)
        if number % 7 == 0:
            late += year.late(now)
            progress(f"Retention: {day}, {year.counts['certificates']} certificates")
        if number < DAYS:
            year.capture(day)
    seconds = time.perf_counter() - began
    counts = year.counts
    left = sum(len(reads) for reads in year.named.values())
    return [
        Figure("a year: reads captured", counts["captured"], "reads"),
        Figure("a year: reads destroyed after 30 days", counts["at 30 days"], "reads"),
        Figure("a year: hits, evidence and held reads destroyed later", counts["later"], "reads"),
        Figure("a year: legal holds", counts["holds"], "holds"),
        Figure("a year: certificates", counts["certificates"], "certificates"),
        Figure("a year: days renewed with what stays", counts["renewals"], "renewals"),
        Figure("a year: evidence never released, still kept", left, "reads"),
        _none("a year: destroyed early, or though held", counts["early"]),
        _none("a year: found past its term", late),
        _none(
            "a year: captured and unaccounted for",
            counts["captured"] - counts["at 30 days"] - counts["later"] - left - sum(year.plain.values()),
        ),
        Figure("a year: simulated in", seconds, "s", SECONDS, seconds <= SECONDS),
    ]


def _none(name: str, number: int) -> Figure:
    return Figure(name, number, "reads", 0, number == 0)
