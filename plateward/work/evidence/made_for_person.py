"""A file that somebody requested, on its way to them: made by a node that leases its row, and theirs alone.

The node says about once a second how far it is. One that is killed is followed by another when its lease is over, which
erases what is left of the first and begins this file again. What kills or fails the hub again and again ends; what an
outage or a stop of exports delays, waits."""

import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

from asgiref.sync import sync_to_async
from django.db import models
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from uuid_utils.compat import uuid7

from plateward.core.audit.events import Event
from plateward.core.audit.log import DONE_MEANWHILE, EntryDraft, record
from plateward.core.db.locking import lock_row
from plateward.core.jobs.lease import finish, release, renew
from plateward.core.outbox.models import Outgoing
from plateward.core.outbox.sending import NotSent, postpone, send_due
from plateward.core.pages.export_stop import may_leave
from plateward.ground import clock
from plateward.ground.errors import PlatewardError
from plateward.ground.policy.decision import require
from plateward.people.http import actor_of
from plateward.people.models import Person
from plateward.work.evidence.waiting_file import WaitingFile, WaitingFiles

KEPT_FOR = timedelta(hours=24)  # once it is whole
MOST_TRIES = 5
SAYS_EVERY_S = 1.0
Progress = Callable[[int, int], None]  # so much of so much


class Hopeless(PlatewardError):
    """There will be no such file, however often it is tried; the sentence says why."""


@dataclass(frozen=True)
class MadeFile:
    """What was written: its SHA-256 in hex, and what its row is to say of it."""

    sha256: str
    facts: dict[str, Any]


class MadeForPersonQuerySet(models.QuerySet[Any]):
    """Queries for files that were requested."""

    def live(self) -> "MadeForPersonQuerySet":
        """Those that are made, or have a file."""
        Stage = MadeForPerson.Stage
        kept = Q(stage__in=(Stage.READY, Stage.TAKEN), expires_at__gt=clock.now())
        return self.filter(Q(stage=Stage.MAKING) | kept)

    def standing(self) -> "MadeForPersonQuerySet":
        """Those that are made or can be downloaded, perhaps too late."""
        return self.filter(stage__in=(MadeForPerson.Stage.MAKING, MadeForPerson.Stage.READY))

    def expired(self) -> "MadeForPersonQuerySet":
        """Those whose file is to be erased."""
        return self.filter(stage=MadeForPerson.Stage.READY, expires_at__lte=clock.now())


class MadeForPerson(Outgoing):
    """For the person `by` alone. The file, one of `files`, is sealed under `key`, and gone when that is. `tries`: begun
    so far, but for outages."""

    longest_wait = timedelta(minutes=5)
    files: ClassVar[WaitingFiles]
    done: Any  # of `total`
    total: Any

    class Stage(models.TextChoices):
        MAKING = "making", "Being made"
        READY = "ready", "Ready to download"
        TAKEN = "taken", "Downloaded"
        FAILED = "failed", "Could not be made"
        ENDED = "ended", "Erased"

    id = models.UUIDField(primary_key=True, default=uuid7)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField(default=clock.now)
    key = models.BinaryField(null=True, help_text="Of its file, wrapped by the ring's.")
    expires_at = models.DateTimeField(null=True, help_text="When its file is erased.")
    stage = models.CharField(max_length=6, choices=Stage, default=Stage.MAKING)

    objects = MadeForPersonQuerySet.as_manager()

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


@dataclass(frozen=True)
class Making:
    """How files of a kind are made. `lease`: longer than any of its steps; `most` of a round. `hopeless`: why there
    will be no such file, or nothing. `write`: into the path; raises Hopeless. `expire`: nobody took it."""

    rows: type[MadeForPerson]
    lease: timedelta
    most: int
    hopeless: Callable[[Any], str]
    write: Callable[[Any, Path, Progress], MadeFile]
    expire: Callable[[Any], object]

    def make_due(self) -> int:
        """Make each that is due, and erase those that expired. Returns how many are ready. Several nodes may run this
        at once."""
        objects = self.rows._default_manager
        due = objects.filter(stage=MadeForPerson.Stage.MAKING).select_related("by")
        done = send_due(due, self.lease, self._make, most=self.most, failed=record_failure)
        for row in objects.expired():
            self.expire(row)
        self.rows.files.erase_all_but(objects.live())
        return done

    def _make(self, row: MadeForPerson) -> bool:
        try:
            if why := self.hopeless(row):
                raise Hopeless(why)
            require(may_leave())
            # Now: a process that is killed counts nothing afterward.
            renew(row, self.lease, tries=row.tries + 1)
            with self.rows.files.making(row.pk) as file:
                made = self.write(row, file.plain, progress_of(row, self.lease))
                renew(row, self.lease)
                file.seal(made.sha256)
                facts = {
                    "key": file.wrapped,
                    "expires_at": clock.now() + KEPT_FOR,
                    "problem": "",
                    **made.facts,
                }
                finish(row, stage=MadeForPerson.Stage.READY, **facts)
        except Hopeless as error:
            finish(row, stage=MadeForPerson.Stage.FAILED, problem="hopeless", detail=str(error)[:300])
            return False
        return True


def end_file(entry: EntryDraft, rows: MadeForPersonQuerySet, row: MadeForPerson, **changes: object) -> bool:
    """Within the act: its key is gone, and a node that makes it stops. False: it is none of these rows now, since
    another act was faster. The caller erases the file afterward."""
    lock_row(row)
    if not rows.filter(pk=row.pk).exists():
        entry.note(passed=DONE_MEANWHILE)
        return False
    ended = {"stage": MadeForPerson.Stage.ENDED, "key": None, "due_at": clock.now(), **changes}
    release(type(row)._default_manager.filter(pk=row.pk), **ended)
    return True


def show_progress(request: HttpRequest, row: MadeForPerson | None, event: Event, thing: str) -> HttpResponse:
    """How far it is, for its open page, which asks again and again: nothing, while that page is right."""
    if row is None or row.fingerprint == request.GET.get("shown"):
        return HttpResponse(status=204)
    record(actor_of(request), event, thing, progress=True)
    return render(request, "packages/progress.html", {"row": row, "progress": request.path})


async def pieces_of(file: WaitingFile) -> AsyncIterator[bytes]:
    """The file, as it is sent."""
    offset = 0
    while piece := await sync_to_async(file.piece_from)(offset):
        yield piece
        offset += len(piece)


def progress_of(row: MadeForPerson, lease: timedelta) -> Progress:
    """Stores it, not more often than a page asks. Raises LeaseLost."""
    stored_at = 0.0

    def store(done: int, total: int) -> None:
        nonlocal stored_at
        if time.monotonic() - stored_at >= SAYS_EVERY_S:
            renew(row, lease, done=done, total=total)
            stored_at = time.monotonic()

    return store
