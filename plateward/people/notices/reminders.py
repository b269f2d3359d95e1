"""Reminders of what waits too long: each an act with its entry, on whichever node comes first."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import TypeVar

from django.db.models import Model

from plateward import clock
from plateward.audit.actor import Actor
from plateward.audit.events import Event
from plateward.audit.log import DONE_MEANWHILE, EntryDraft, act
from plateward.audit.models import AuditEntry
from plateward.db.locking import lock_row

Row = TypeVar("Row", bound=Model)
HUB = Actor("system", "hub", "The hub, automatically")
WEEK = timedelta(days=7)


def levels_late(due: datetime, now: datetime) -> int:
    """How many levels of the chain of command hear of it: none in time, then one, and one more each week."""
    return 0 if now <= due else 1 + (now - due) // WEEK


def was_reminded(event: Event, row: Model) -> bool:
    """Whether this was done within a day: as the log says, which has an entry even where nobody could be notified."""
    entries = AuditEntry.objects.filter(
        event=event, object=f"{row._meta.model_name}:{row.pk}", outcome="done"
    )
    return entries.filter(at__gt=clock.now() - timedelta(days=1)).exists()


def remind_each(
    rows: Iterable[Row],
    event: Event,
    is_due: Callable[[Row], bool],
    remind: Callable[[EntryDraft, Row], None],
) -> int:
    """Remind of each of these rows that is due, under its lock. Returns how many."""
    done = 0
    for row in rows:
        if not is_due(row):
            continue
        with act(HUB, event, f"{row._meta.model_name}:{row.pk}") as entry:
            current = lock_row(row)
            if is_due(current):
                remind(entry, current)
                done += 1
            else:
                entry.note(passed=DONE_MEANWHILE)
    return done
