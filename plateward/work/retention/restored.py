"""Days whose reads cannot be used: a restored copy is set aside since what was kept of its day is missing, or the
reads of the day are lost."""

from dataclasses import dataclass
from datetime import date

from plateward.core.audit.events import Event
from plateward.core.audit.log import act, record
from plateward.core.db.locking import lock_name
from plateward.field.reads.losses import acknowledged_losses, loss_text
from plateward.field.reads.models import LossAcknowledgment
from plateward.field.reads.store import configured_store
from plateward.field.reads.store.away import DaySetAside, is_loss, store_answers
from plateward.field.reads.store.partitions import StoreBusy
from plateward.ground.errors import ActError, PlatewardError
from plateward.ground.policy.decision import require
from plateward.ground.policy.trace import enforces
from plateward.people.actor import PersonActor
from plateward.work.retention.deciding import may_acknowledge_loss, may_discard_copy
from plateward.work.retention.gathering import Keeping
from plateward.work.retention.lock import retention_lock
from plateward.work.retention.recorded import as_logged


class CopyStays(ActError):
    """A restored copy was not destroyed; the sentence says why."""


@dataclass(frozen=True)
class UnusableDay:
    """Why the reads of a day cannot be used, and what to do; without a day, why that is not known."""

    text: str
    day: date | None = None
    set_aside: bool = False
    is_lost: bool = False
    acknowledged: LossAcknowledgment | None = None


@enforces("6.j.i/proven")
def unusable_days() -> list[UnusableDay]:
    """Oldest first."""
    try:
        with store_answers():
            lost = configured_store().lost_days()
            known = acknowledged_losses()
    except PlatewardError as error:
        return [UnusableDay(str(error))]
    return [
        UnusableDay(str(error), day, isinstance(error, DaySetAside), is_loss(error), known.get(day))
        for day, error in lost.items()
    ]


@enforces("6.h.ii/held", "6.c.i.1/role", "6.b.i.9/entries")
def acknowledge_loss(actor: PersonActor, day: date, reason: str) -> None:
    """The Chief knows that the reads of this day are lost, and why they will not come back. Nothing is deleted by that:
    the day stays on the page, and is named again when something else is wrong with it; at its term a run destroys its
    photographs and key. Raises Refused, StoreAway."""
    with store_answers():
        error = configured_store().lost_days().get(day)
    with act(actor, Event.RETENTION_ACKNOWLEDGE, f"day:{day}", reason=reason) as entry:
        lock_name(f"lost day {day}")
        known = day in acknowledged_losses()
        other = loss_text(error) if error else ""
        require(may_acknowledge_loss(reason, is_lost=is_loss(error), acknowledged=known, other=other))
        row = LossAcknowledgment.objects.create(day=day, text=other, reason=reason.strip(), by=actor.person)
        entry.note(acknowledgment=row.pk, lost=row.text)


@enforces(
    "6.h.ii/destruction", "6.c.i.1/role", "6.b.i.9/entries", "6.b.i.9/first", "MP-6/erased", "MP-6/recorded"
)
def discard_copy(actor: PersonActor, day: date, reason: str) -> None:
    """Destroy the restored copy of this day, on the log before it goes. What was kept of the day is lost from then on,
    unless it comes back from a backup. Raises Refused, StoreAway, RecordsDiffer, CopyStays, RetentionBusy; if nothing
    was destroyed after all, the log has that, too."""
    store = configured_store()
    with retention_lock():
        with store_answers():
            set_aside = isinstance(store.lost_days().get(day), DaySetAside)
        with as_logged():
            keeps = Keeping.now().keeps_on(day)
        with act(actor, Event.RETENTION_DISCARD, f"day:{day}", reason=reason):
            require(may_discard_copy(reason, set_aside=set_aside, keeps=keeps))
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
