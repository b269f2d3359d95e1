"""Days whose reads cannot be used, and a restored copy that is set aside since what was kept of its day is missing."""

from dataclasses import dataclass
from datetime import date

from plateward.audit.events import Event
from plateward.audit.log import act
from plateward.errors import PlatewardError
from plateward.people.actor import PersonActor
from plateward.policy.decision import require
from plateward.policy.trace import enforces
from plateward.reads.store import configured_store
from plateward.reads.store.away import DaySetAside, store_answers
from plateward.retention.deciding import may_discard_copy
from plateward.retention.lock import retention_lock


@dataclass(frozen=True)
class UnusableDay:
    """Why the reads of a day cannot be used, and what to do; without a day, why that is not known."""

    text: str
    day: date | None = None
    set_aside: bool = False


@enforces("6.h.ii", "6.j.i")
def unusable_days() -> list[UnusableDay]:
    """Oldest first."""
    try:
        with store_answers():
            lost = configured_store().lost_days()
    except PlatewardError as error:
        return [UnusableDay(str(error))]
    return [UnusableDay(str(error), day, isinstance(error, DaySetAside)) for day, error in lost.items()]


@enforces("6.h.ii", "6.c.i.1", "6.b.i.9", "MP-6")
def discard_copy(actor: PersonActor, day: date, reason: str) -> None:
    """Destroy the restored copy of this day, on the log before it goes. What was kept of the day is lost from then on,
    unless it comes back from a backup. Raises Refused, StoreBusy, RetentionBusy."""
    with retention_lock():
        set_aside = isinstance(configured_store().lost_days().get(day), DaySetAside)
        with act(actor, Event.READ_SHRED, f"reads:{day}", reason=reason) as entry:
            require(may_discard_copy(reason, set_aside=set_aside))
            entry.note(found="reads of a restored copy")
        configured_store().discard_copy(day)
