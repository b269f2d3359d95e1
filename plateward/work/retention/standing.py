"""What stands in each day, and what becomes of it next: planned from the database and the read store."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from plateward.field.reads.images import day_keys
from plateward.field.reads.losses import acknowledged_losses
from plateward.field.reads.store import configured_store
from plateward.field.reads.store.away import DayLost
from plateward.ground.policy.trace import enforces
from plateward.ground.vault.day_keys import DayDestroyed
from plateward.work.retention.gathering import Keeping, read_ids
from plateward.work.retention.models import DayStanding
from plateward.work.retention.rules import Claim, DayFacts, DayPlan, plan


class Class(StrEnum):
    """What a read is kept as: the strongest of what keeps it."""

    READS = "Reads without a hit"
    HITS = "Reads with a hit"
    EVIDENCE = "Evidence"
    HOLD = "Legal hold"


@dataclass(frozen=True)
class DayNow:
    """A day as it is: its generation, how many reads it has, what is known of them, and the plan. `reads`: their ids,
    where they are few."""

    day: date
    generation: int
    count: int
    facts: DayFacts
    reads: Collection[UUID] | None
    plan: DayPlan

    @property
    def goes(self) -> int:
        """How many reads of it are due."""
        return max(0, self.count - len(self.plan.keep or ()))


@enforces("6.h.ii/reads")
def assess_day(day: date, keeping: Keeping, now: datetime) -> DayNow | None:
    """The day as it is; None if nothing is left of it. Raises what the read store raises: then nothing may go, unless
    the Chief acknowledged the loss of the day's reads."""
    try:
        generation = day_keys().generation(day)
        reads = None if generation == 0 else frozenset(read_ids(day))
        count = configured_store().counts(day)[0] if reads is None else len(reads)
    except DayDestroyed:
        return None
    except DayLost:
        if day not in acknowledged_losses():
            raise
        return _lost(day, generation, keeping, now)
    facts = keeping.facts_on(day)
    planned = plan(now, keeping.terms, facts, reads)
    if reads is None and planned.due and count <= len(facts.named):  # perhaps all of them stay
        reads = frozenset(read_ids(day))
        planned = plan(now, keeping.terms, facts, reads)
    return DayNow(day, generation, count, facts, reads, planned)


def _lost(day: date, generation: int, keeping: Keeping, now: datetime) -> DayNow:
    """A day of which the photographs and the key are left. Without its reads no part of them can be kept apart from the
    rest, so all goes together, once no term, hold or evidence keeps anything of that day."""
    facts = keeping.without_spans().facts_on(day)
    planned = plan(now, keeping.terms, facts)
    due = planned.due and not planned.keep and not keeping.spans_on(day)
    lost = "its reads were lost, so its photographs were not counted"
    rules = {f"{why}; {lost}": number or 0 for why, number in planned.rules.items()}
    planned = replace(planned, due=due, rules=rules)
    return DayNow(day, generation, 0, facts, None, planned)


def days_now(keeping: Keeping, now: datetime) -> Iterator[DayNow]:
    """Every day with reads, oldest first."""
    for day in configured_store().days():
        if day_now := assess_day(day, keeping, now):
            yield day_now


def note_standing(day_now: DayNow, keeping: Keeping, now: datetime) -> None:
    """Keep for the page how the day stands: what goes and stays at its next end, which of a due day is now."""
    at = now if day_now.plan.due else day_now.plan.next_at
    coming = day_now.plan
    if at and not day_now.plan.due:
        coming = plan(at, keeping.terms, day_now.facts, day_now.reads)
    DayStanding.objects.update_or_create(
        day=day_now.day,
        defaults={
            "looked_at": now,
            "reads": day_now.count,
            "generation": day_now.generation,
            "next_at": at,
            "classes": _classes(day_now),
            "goes": [[why, number] for why, number in coming.rules.items()] if at else [],
            "stays": summary((coming.keep or {}).values()),
        },
    )


def summary(kept: Iterable[Sequence[Claim]]) -> list[list[str | int | None]]:
    """By what keeps it longest: why, how many reads, and until when; the most first."""
    counted: Counter[tuple[str, str | None]] = Counter()
    for claims in kept:
        last = max(claims, key=lambda claim: (claim.until is None, claim.until and claim.until.timestamp()))
        counted[last.why, last.until.isoformat() if last.until else None] += 1
    return [[why, number, until] for (why, until), number in counted.most_common()]


def _classes(day_now: DayNow) -> dict[str, int]:
    facts, counted = day_now.facts, Counter[str]()
    there = day_now.facts.named if day_now.reads is None else day_now.reads
    for read in there:
        if read in facts.holds:
            counted[Class.HOLD] += 1
        elif read in facts.evidence:
            counted[Class.EVIDENCE] += 1
        else:
            counted[Class.HITS if read in facts.hits else Class.READS] += 1
    if day_now.reads is None:
        counted[Class.READS] += max(0, day_now.count - len(there))
    return {str(name): number for name, number in counted.items() if number}
