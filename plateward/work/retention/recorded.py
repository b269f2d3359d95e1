"""What decides which reads stay is what the log says it is, or none is destroyed: who writes the database past the hub
can take away an alert, a disposition or a hold, or confirm a date, and would leave the rest to the next run."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db.models import Exists, Model, OuterRef

from plateward.core.audit.records.integrity import compare, one_moment
from plateward.core.audit.records.tables import record_tables
from plateward.core.jobs.check import Fault
from plateward.field.fleet.models import Reader
from plateward.field.hotlists.models import Entry, HotList
from plateward.field.reads.models import LossAcknowledgment
from plateward.ground.errors import ActError
from plateward.ground.policy.trace import enforces
from plateward.people.models import Person
from plateward.work.alerts.models import Act, Alert, Disposition, Sighting
from plateward.work.alerts.verifying.models import Verification
from plateward.work.dispatch.models import Call, CallAlert
from plateward.work.evidence.dems.models import Duty, DutyStep
from plateward.work.retention.models import (
    Adjudication,
    DateConfirmation,
    Destruction,
    DestructionOrder,
    Hold,
    OrderItem,
    Run,
    Schedule,
    ScheduleTerm,
)

DECIDING: tuple[type[Model], ...] = (
    Alert, Sighting, Act, Disposition, Verification, HotList,  # hits, and which of them are evidence
    Duty, DutyStep, Call, CallAlert, Adjudication, DestructionOrder, OrderItem, Person,  # what evidence waits for
    Hold, Schedule, ScheduleTerm,
    DateConfirmation, Run, Destruction, Reader, LossAcknowledgment,  # whether the clock is right, and what was begun
)  # fmt: skip
MOST_NAMED = 3


class RecordsDiffer(ActError):
    """Records that decide what is kept are not as the log says; nothing is destroyed."""


@contextmanager
def as_logged() -> Iterator[None]:
    """A moment of which everything that decides is as the log says: what a plan asks within the block, it asks of that
    moment. Not after a write of the same transaction. Raises RecordsDiffer."""
    with one_moment():
        if problem := difference_from_log():
            raise RecordsDiffer(problem)
        yield


@enforces("6.b.i.9/records", "6.h.ii/enforcement", "6.h.ii/held", "6.b.i.2/hold")
def difference_from_log() -> str:
    """What of the records that decide differs from the log, in sentences; empty: nothing. 100,000 rows take 1.5 s."""
    tables = record_tables()
    found = [fault for model in DECIDING for fault in compare(tables[model._meta.db_table])[1]]
    found += _without_entry()
    named = list(
        dict.fromkeys(f"{fault.object[:1].upper()}{fault.object[1:]}: {fault.problem}" for fault in found)
    )
    if not named:
        return ""
    more = f" And {len(named) - MOST_NAMED:,} more." if len(named) > MOST_NAMED else ""
    return (
        "Records that decide what is kept differ from the audit log, so nothing is destroyed (OPR:50 6.b.i.9, 6.h.ii). "
        "Report a breach; when it is settled, restore them from a backup or let two people accept them. "
        f"{' '.join(named[:MOST_NAMED])}{more}"
    )


def _without_entry() -> list[Fault]:
    """The lines of lists are no records, and a hit whose line is gone would be none."""
    gone = Alert.objects.filter(~Exists(Entry.objects.filter(pk=OuterRef("entry_id"))))
    return [
        Fault(f"alert {alert}", "Its hot list entry is gone.") for alert in gone.values_list("pk", flat=True)
    ]
