"""A storage recorded, checked and ended: each an act with its entry."""

from datetime import date

from plateward.core.audit.events import Event
from plateward.core.audit.log import act
from plateward.core.db.locking import change_row, lock_row
from plateward.ground import clock
from plateward.ground.policy.decision import require
from plateward.ground.policy.trace import enforces
from plateward.people import days
from plateward.people.actor import PersonActor
from plateward.work.retention.storage import rules
from plateward.work.retention.storage.models import Storage, StorageCheck


@enforces("6.h.ii/storage", "6.b.i.9/entries")
def record_storage(
    actor: PersonActor, kind: str, vendor: str, contract: str, approved_by: str, approved_on: date
) -> Storage:
    """Record a storage that the agency approved. Raises Refused."""
    with act(actor, Event.STORAGE_RECORD, "storage") as entry:
        entry.note(
            kind=kind, vendor=vendor.strip(), contract=contract.strip(), approved_by=approved_by.strip()
        )
        require(rules.may_record(vendor, contract, approved_by, approved_on, days.today()))
        storage = Storage.objects.create(
            kind=kind,
            vendor=vendor.strip(),
            contract=contract.strip(),
            approved_by=approved_by.strip(),
            approved_on=approved_on,
            by=actor.person,
        )
        entry.note(storage=storage.pk)
    return storage


@enforces("6.h.ii/storage", "6.b.i.9/entries")
def record_check(
    actor: PersonActor, storage: Storage, checked_on: date, finding: str, *, sound: bool
) -> None:
    """Record what a check found. Raises Refused."""
    with act(actor, Event.STORAGE_CHECK, f"storage:{storage.pk}") as entry:
        entry.note(checked_on=checked_on.isoformat(), sound=sound)
        current = lock_row(storage)
        require(rules.may_check(checked_on, finding, days.today(), ended=current.ended_at is not None))
        StorageCheck.objects.create(
            storage=current, checked_on=checked_on, finding=finding.strip(), sound=sound, by=actor.person
        )


@enforces("6.h.ii/storage", "6.b.i.9/entries")
def end_storage(actor: PersonActor, storage: Storage, reason: str) -> None:
    """It is no longer in use. Raises Refused."""
    with act(actor, Event.STORAGE_END, f"storage:{storage.pk}", reason=reason.strip()):
        current = lock_row(storage)
        require(rules.may_end(reason, ended=current.ended_at is not None))
        change_row(current, ended_at=clock.now(), ended_by=actor.person, end_reason=reason.strip())
