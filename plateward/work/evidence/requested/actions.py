"""Requests packages, gives them to who requested them, and erases them: each an act with its audit entry, which is part
of the chain of custody of every read in them."""

from collections.abc import Collection, Iterable, Sequence
from itertools import islice
from uuid import UUID

from django.db.models import QuerySet

from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.log import EntryDraft, act
from plateward.core.cases.rules import flaw
from plateward.core.db.locking import lock_row
from plateward.core.pages.export_stop import may_leave
from plateward.ground import clock
from plateward.ground.errors import ActError
from plateward.ground.policy.decision import require
from plateward.ground.policy.trace import enforces
from plateward.people.actor import PersonActor
from plateward.work.alerts.leaving import CaseEntry, Release, enter_case
from plateward.work.alerts.models import Alert
from plateward.work.evidence.made_for_person import MadeForPersonQuerySet, end_file
from plateward.work.evidence.package.gathering import count_kept, reads_of
from plateward.work.evidence.requested import rules
from plateward.work.evidence.requested.audience import is_known, may_still_have
from plateward.work.evidence.requested.models import FILES, RequestedPackage
from plateward.work.evidence.verify.layout import MOST_READS
from plateward.work.evidence.waiting_file import WaitingFile

HUB = Actor("system", "packages", "The hub's evidence packages")


class FileGone(ActError):
    """There is nothing to download: the sentence says why."""


@enforces("6.a.iv/download", "6.e.iv.4/evidence", "6.h.iii/approval", "6.c.ii/cases", "6.b.i.9/entries")
def request_package(
    actor: PersonActor, release: Release, alerts: Iterable[int], of_case: QuerySet[Alert]
) -> RequestedPackage:
    """Have these alerts packaged for this person. `of_case`: those that they see of the case with this number. Raises
    Refused."""
    person, chosen = actor.person, sorted(set(islice(alerts, MOST_READS + 1)))
    number = release.number
    with act(actor, Event.EVIDENCE_REQUEST, f"alert:{min(chosen, default=0)}", reason=release.why) as entry:
        _name(entry, number, chosen)
        entry.note(**release.notes)
        lock_row(person)  # of two requests, the second counts the first
        require(may_leave())
        visible = of_case.filter(pk__in=chosen)
        require(
            rules.may_request(
                release,
                chosen,
                set(visible.values_list("pk", flat=True)),
                reads=len(reads_of(chosen)),
                now=clock.now(),
                known=not flaw(number) or is_known(number, visible),
                live=RequestedPackage.objects.live().filter(by=person).count(),
            )
        )
        row = RequestedPackage.objects.create(by=person, number=number, alerts=chosen, use=release.why)
        entry.note(requested=str(row.pk))
    return row


@enforces("6.e.iii/vetted", "6.e.iii/folder", "6.a.iv/dems", "6.c.ii/cases")
def enter_case_with(
    actor: PersonActor, release: Release, alerts: Iterable[int], of_case: QuerySet[Alert]
) -> CaseEntry:
    """Have these alerts enter their case through DEMS, each by its own package; of the case, those that this person
    sees. Raises Refused."""
    chosen = sorted(set(islice(alerts, MOST_READS + 1)))
    seen = set(of_case.filter(pk__in=chosen).values_list("pk", flat=True))
    with act(actor, Event.EVIDENCE_REQUEST, f"alert:{min(chosen, default=0)}", reason=release.why) as entry:
        _name(entry, release.number, chosen)
        reads = len(reads_of(chosen))
        require(rules.may_request(release, chosen, seen, reads=reads, now=clock.now(), known=False, live=0))
        return enter_case(actor, release, alerts=chosen)


@enforces("6.h.iv/custody")
def _name(entry: EntryDraft, number: str, alerts: Sequence[int]) -> None:
    """The entry is found by each alert, and by each read of these."""
    entry.note(number=number, alerts=list(alerts))
    entry.mention(*(f"alert:{alert}" for alert in alerts))
    entry.mention(*(f"read:{key.id}" for key in reads_of(alerts)))


@enforces(
    "6.h.iv/custody",
    "6.b.i.9/entries",
    "6.b.i.9/first",
    "6.b.i.11/contained",
    "6.c.ii/cases",
    "6.h.ii/destruction",
)
def take_package(actor: PersonActor, row: RequestedPackage) -> WaitingFile:
    """The file, once its download is on the log. Raises Refused; FileGone; StoreAway; LogUnavailable, and then nothing
    leaves."""
    with act(actor, Event.EVIDENCE_DOWNLOAD, f"alert:{row.alerts[0]}", reason=row.use) as entry:
        _name(entry, row.number, row.alerts)
        entry.note(requested=str(row.pk))
        require(may_leave())
        require(may_still_have(actor.person, row.alerts))
        file = row.file if row.is_ready else None
        if file is None or row.package is None:
            raise FileGone(
                "This package is not ready, or no longer here. See its status; if it was erased, request it again."
            )
        require(rules.are_kept(row.reads, count_kept(reads_of(row.alerts))))
        entry.note(package=row.package.pk, sha256=row.package.sha256, bytes=row.package.size)
    return file


@enforces("MP-6/erased", "6.b.i.9/entries")
def discard(actor: Actor, row: RequestedPackage) -> bool:
    """Its key and its file are gone; a node that makes it stops. False: there was nothing left to erase."""
    ended = _end(actor, RequestedPackage.objects.standing(), row, "Its owner discarded it.")
    FILES.erase(row.pk)
    return ended


@enforces("MP-6/erased", "6.b.i.9/entries")
def expire(row: RequestedPackage) -> None:
    """The same once it is due."""
    if _end(HUB, RequestedPackage.objects.expired(), row, "It expired."):
        FILES.erase(row.pk)


@enforces("6.h.ii/destruction", "MP-6/erased", "6.b.i.9/entries")
def end_with(reads: Collection[UUID]) -> int:
    """Within the act that destroyed these reads: nobody downloads a package with one of them any longer, and a node
    that makes one stops. The files go with the next round of the job. Returns how many ended."""
    gone, ended = set(reads), 0
    for row in RequestedPackage.objects.standing() if gone else ():
        if not gone.isdisjoint(key.id for key in reads_of(row.alerts)):
            ended += _end(
                HUB,
                RequestedPackage.objects.standing(),
                row,
                "Its reads were destroyed.",
                RequestedPackage.Problem.GONE,
            )
    return ended


def _end(
    actor: Actor, rows: MadeForPersonQuerySet, row: RequestedPackage, why: str, problem: str = ""
) -> bool:
    with act(actor, Event.EVIDENCE_DISCARD, f"alert:{row.alerts[0]}") as entry:
        _name(entry, row.number, row.alerts)
        entry.note(requested=str(row.pk), why=why)
        return end_file(entry, rows, row, problem=problem)
