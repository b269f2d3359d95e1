"""Requests copies of the log, gives each to who requested it, once, and erases them: each an act with its entry."""

import shutil

from django.conf import settings

from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.log import act
from plateward.core.audit.models import Tree
from plateward.core.db.locking import change_row, lock_row
from plateward.core.pages.export_stop import may_leave
from plateward.ground import clock
from plateward.ground.policy.decision import require
from plateward.ground.policy.trace import enforces
from plateward.oversight.log_files import rules
from plateward.oversight.log_files.models import FILES, TAKEN_WITHIN, LogFile
from plateward.people.actor import PersonActor
from plateward.people.models import Person
from plateward.work.evidence.made_for_person import end_file
from plateward.work.evidence.waiting_file import WaitingFile


def latest_of(person: Person) -> LogFile | None:
    """The copy that this person requested last."""
    return LogFile.objects.filter(by=person).first()


@enforces("6.b.i.9/read", "6.b.i.9/entries", "6.b.i.11/contained")
def request_file(actor: PersonActor) -> LogFile:
    """Have the whole log written to a file for this person. Raises Refused."""
    with act(actor, Event.AUDIT_REQUEST, "audit log") as entry:
        lock_row(actor.person)  # of two requests, the second counts the first
        require(may_leave())
        live = LogFile.objects.live().filter(by=actor.person).exclude(stage=LogFile.Stage.TAKEN).count()
        free = shutil.disk_usage(settings.DATA).free
        require(rules.may_request(live=live, entries=Tree.objects.get().size, free=free))
        row = LogFile.objects.create(by=actor.person)
        entry.note(requested=str(row.pk))
    return row


@enforces("6.b.i.9/read", "6.b.i.9/entries", "6.b.i.9/first", "6.b.i.11/contained")
def take_file(actor: PersonActor) -> tuple[LogFile, WaitingFile]:
    """This person's copy, once, when its download is on the log. Raises Refused; LogUnavailable, and then nothing
    leaves."""
    row = latest_of(actor.person)
    with act(actor, Event.AUDIT_DOWNLOAD, row.subject if row else "audit log") as entry:
        require(may_leave())
        row = lock_row(row) if row else None
        file = row.file if row and row.is_ready else None
        require(rules.may_take(ready=file is not None))
        assert row and file  # noqa: PT018, S101, as the rule requires
        entry.note(bytes=row.size, sha256=row.sha256, entries=row.entries)
        change_row(row, stage=LogFile.Stage.TAKEN, expires_at=clock.now() + TAKEN_WITHIN)
    return row, file


@enforces("MP-6/erased", "6.b.i.9/entries")
def discard(actor: Actor, row: LogFile, why: str = "Its owner discarded it.") -> None:
    """Its key and its file are gone; a node that makes it stops."""
    with act(actor, Event.AUDIT_DISCARD, row.subject) as entry:
        if not end_file(entry, LogFile.objects.standing(), row):
            return
        entry.note(why=why)
    FILES.erase(row.pk)
