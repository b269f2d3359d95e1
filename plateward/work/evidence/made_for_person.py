"""A file that somebody requested, on its way to them: made by a node that leases its row, and theirs alone."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any, ClassVar

from django.db import models
from uuid_utils.compat import uuid7

from plateward.core.jobs.lease import renew
from plateward.core.outbox.models import Outgoing
from plateward.core.outbox.sending import NotSent, postpone
from plateward.ground import clock
from plateward.people.models import Person
from plateward.work.evidence.waiting_file import WaitingFile, WaitingFiles

KEPT_FOR = timedelta(hours=24)  # once it is whole
MOST_TRIES = 5
SAYS_EVERY_S = 1.0


class MadeForPerson(Outgoing):
    """For the person `by` alone. The file, one of `files`, is sealed under `key`, and gone when that is. `tries`: begun
    so far, but for outages. `stage`: of its own `Stage`, with at least MAKING, READY and FAILED."""

    longest_wait = timedelta(minutes=5)
    files: ClassVar[WaitingFiles]
    Stage: ClassVar[Any]
    stage: Any
    done: Any  # of `total`
    total: Any

    id = models.UUIDField(primary_key=True, default=uuid7)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField(default=clock.now)
    key = models.BinaryField(null=True, help_text="Of its file, wrapped by the ring's.")
    expires_at = models.DateTimeField(null=True, help_text="When its file is erased.")

    class Meta:
        abstract = True

    @property
    def being_made(self) -> bool:
        """Whether the hub works on it."""
        return bool(self.stage == self.Stage.MAKING)

    @property
    def is_ready(self) -> bool:
        """Whether it can be downloaded."""
        return self.stage == self.Stage.READY and bool(self.expires_at and self.expires_at > clock.now())

    @property
    def state(self) -> str:
        """In a few words."""
        expired = self.stage == self.Stage.READY and not self.is_ready
        return "Expired" if expired else str(self.Stage(self.stage).label)

    @property
    def percent(self) -> int:
        """How far it is."""
        return min(99, self.done * 100 // self.total) if self.total else 0

    @property
    def fingerprint(self) -> str:
        """What an open page displays of it; changes with that."""
        return f"{self.state}-{self.percent}-{self.tries}"

    @property
    def file(self) -> WaitingFile | None:
        """The file, if it is here."""
        return self.files.file_of(self.id, self.key)


def record_failure(row: MadeForPerson, why: NotSent) -> None:
    """An outage is not the file's fault: it waits. What fails the hub again and again ends."""
    changes: dict[str, Any] = {}
    if why.problem != row.Problem.BROKEN:  # type: ignore[attr-defined]  # of each Problem
        changes = {"tries": row.tries, "due_at": clock.now() + row.longest_wait}
    elif row.tries + 1 >= MOST_TRIES:
        changes = {"stage": row.Stage.FAILED}
    postpone(row, why, **changes)


def progress_of(row: MadeForPerson, lease: timedelta) -> Callable[[int, int], None]:
    """Stores it, not more often than a page asks. Raises LeaseLost."""
    stored_at = 0.0

    def store(done: int, total: int) -> None:
        nonlocal stored_at
        if time.monotonic() - stored_at >= SAYS_EVERY_S:
            renew(row, lease, done=done, total=total)
            stored_at = time.monotonic()

    return store
