"""Days whose reads cannot be used, and a restored copy that is set aside since what was kept of its day is missing."""

from dataclasses import dataclass
from datetime import date

from plateward.audit.events import Event
from plateward.audit.log import act, record
from plateward.errors import ActError, PlatewardError
from plateward.people.actor import PersonActor
from plateward.policy.decision import require
from plateward.policy.trace import enforces
from plateward.reads.store import configured_store
from plateward.reads.store.away import DaySetAside, store_answers
from plateward.reads.store.partitions import StoreBusy
from plateward.retention.deciding import may_discard_copy
from plateward.retention.gathering import Keeping
from plateward.retention.lock import retention_lock


class CopyStays(ActError):
    """A restored copy was not destroyed; the sentence says why."""


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
    unless it comes back from a backup. Raises Refused, StoreAway, CopyStays, RetentionBusy; if nothing was destroyed
    after all, the log has that, too."""
    store = configured_store()
    with retention_lock():
        with store_answers():
            set_aside = isinstance(store.lost_days().get(day), DaySetAside)
        with act(actor, Event.RETENTION_DISCARD, f"day:{day}", reason=reason):
            require(may_discard_copy(reason, set_aside=set_aside, keeps=Keeping.now().keeps_on(day)))
        try:
            with store_answers():
                is_gone = store.discard_copy(day)
            if not is_gone:
                raise CopyStays(
                    "Nothing was destroyed: the copy is no longer there. Look at Retention again."
                )
        except Exception as error:
            why = str(error) if isinstance(error, PlatewardError) else type(error).__name__
            record(actor, Event.RETENTION_DISCARD, f"day:{day}", outcome="failed", reason=why)
            if isinstance(error, StoreBusy):
                raise CopyStays(why) from error
            raise
