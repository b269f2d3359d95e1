"""What keeps the reads that a signed order names, until a run can destroy them."""

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from plateward import clock
from plateward.errors import PlatewardError
from plateward.people import days
from plateward.policy.trace import enforces
from plateward.reads.store import configured_store
from plateward.retention.gathering import Keeping, cases_of, ends_of, reads_by_day
from plateward.retention.models import DestructionOrder
from plateward.retention.rules import Claim, DayFacts, Ground, claims_on


@enforces("6.h.ii")
def waits_of(orders: Iterable[DestructionOrder]) -> dict[int, list[str]]:
    """By each order that is neither revoked nor carried out, what it waits for; nothing: the next run."""
    open_alerts = {
        order.pk: {item.alert_id for item in order.items.all() if item.done_at is None}
        for order in orders
        if order.revoked_at is None
    }
    keeping = Keeping.now()
    return {order: _waits(alerts, keeping) for order, alerts in open_alerts.items() if alerts}


def _waits(alerts: Collection[int], keeping: Keeping) -> list[str]:
    ends = [end for case in cases_of(alerts).values() for end in ends_of(case, keeping.ended).items()]
    waits = [f"case {tag} reopened" for tag in sorted({tag for tag, end in ends if end is None})]
    reopened, now = bool(waits), clock.now()
    term_ends = list[datetime]()
    stored = set(configured_store().days())
    for day, reads in sorted(reads_by_day(alerts).items()):
        if day not in stored:
            continue
        try:
            facts = keeping.facts_on(day)
        except PlatewardError:
            waits.append(f"reads of {clock.format_day(day)}, which cannot be read")
            continue
        for claim in _live_claims(reads, keeping, facts, now):
            if claim.until is not None:
                term_ends.append(claim.until)
            elif claim.ground is not Ground.EVIDENCE or not reopened:  # evidence: of another alert
                waits.append(claim.why)
    if term_ends:  # the longest counts
        waits.append(f"retention term until {clock.format_day(days.day_of(max(term_ends)))}")
    return list(dict.fromkeys(waits))


def _live_claims(reads: Iterable[UUID], keeping: Keeping, facts: DayFacts, now: datetime) -> list[Claim]:
    return [
        claim
        for read in sorted(reads)
        for claim in claims_on(read, keeping.terms, facts)
        if claim.is_live(now)
    ]
