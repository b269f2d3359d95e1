"""Reminders and referrals of what waits too long: each an act with its entry, on whichever node comes first."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from plateward.core.audit.actor import HUB, Actor
from plateward.core.audit.events import Event
from plateward.core.audit.log import DONE_MEANWHILE, EntryDraft, act
from plateward.core.audit.models import AuditEntry
from plateward.core.db.locking import lock_row
from plateward.ground import clock

Row = TypeVar("Row")
DAY, WEEK = timedelta(days=1), timedelta(days=7)
NODES_APART = timedelta(minutes=5)  # by their clocks


def _name(row: Any) -> str:
    return f"{row._meta.model_name}:{row.pk}"


@dataclass(frozen=True)
class Reminder(Generic[Row]):
    """What may wait too long; a room lists it as REMINDERS in its `jobs.py`. `rows`: all that waits; `is_due`: whether
    somebody is to hear of it now; `remind`: reminds them within the act, or refers it further up. `lock`: the row as it
    is now, until the act ends (None: it waits no more); `subject`: its name on the log; `again`: no sooner than so long
    after the last time; `every`: seconds."""

    event: Event
    rows: Callable[[], Iterable[Row]]
    is_due: Callable[[Row], bool]
    remind: Callable[[EntryDraft, Row], object]
    lock: Callable[[Any], Row | None] = lock_row
    subject: Callable[[Row], str] = _name
    actor: Actor = HUB
    again: timedelta | None = None
    every: float = 60.0

    def __call__(self) -> int:
        """Remind of each that is due, under its lock. Returns how many."""
        done = 0
        for row in self.rows():
            if not self._is_due(row):
                continue
            with act(self.actor, self.event, self.subject(row)) as entry:
                current = self.lock(row)
                if current is None or not self._is_due(current):
                    entry.note(passed=DONE_MEANWHILE)
                    continue
                self.remind(entry, current)
                done += 1
        return done

    def _is_due(self, row: Row) -> bool:
        lately = self.again and was_reminded(self.event, self.subject(row), self.again)
        return not lately and self.is_due(row)


def levels_late(due: datetime, now: datetime) -> int:
    """How many levels of the chain of command hear of it: none in time, then one, and one more each week."""
    return 0 if now <= due else 1 + (now - due) // WEEK


def was_reminded(event: Event, subject: str, within: timedelta) -> bool:
    """Whether this was done lately: as the log says, which has an entry even where nobody could be notified. One that a
    clock set forward dated ahead of now silences nothing until then."""
    now = clock.now()
    entries = AuditEntry.objects.filter(event=event, object=subject, outcome="done")
    return entries.filter(at__gt=now - within, at__lte=now + NODES_APART).exists()
