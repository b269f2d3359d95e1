"""Taking results along: allowed like the results themselves, bounded, and on the log before anything leaves."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from uuid import uuid4

from plateward.core.audit.events import Event
from plateward.core.audit.log import act, record_refusal
from plateward.core.pages.export_stop import may_leave
from plateward.field.reads.queries import Order, ReadSummary
from plateward.field.reads.store import ReadKey
from plateward.field.reads.store.away import store_answers
from plateward.ground import clock
from plateward.ground.errors import ActError, PlatewardError
from plateward.ground.policy.decision import Decision, Refusal, Refused, require
from plateward.ground.policy.trace import enforces
from plateward.people.actor import PersonActor
from plateward.people.permissions import Permission
from plateward.work.alerts.leaving import CaseEntry, Release, enter_case, may_release
from plateward.work.searches.actions import AllowedSearch, allowed_search
from plateward.work.searches.exports.files import ExportMark
from plateward.work.searches.exports.pictures import PrintedRead, printed_reads, record_printed
from plateward.work.searches.exports.rules import MOST_READS, has_open_plates, may_export
from plateward.work.searches.results.gathering import GatheredReads, gather_reads
from plateward.work.searches.results.rows import ResultRow, result_rows
from plateward.work.searches.results.slots import requests
from plateward.work.searches.scope import left_out

Write = Callable[[ExportMark, list[ReadSummary], list[PrintedRead]], bytes]  # an export's content


@dataclass(frozen=True)
class Export:
    """What leaves."""

    mark: ExportMark
    content: bytes


@enforces("6.e.iii/marked", "6.h.iii/approval", "6.h.iv/custody", "6.b.i.9/entries", "6.b.i.10/failure")
def export_results(actor: PersonActor, pk: int, kind: str, release: Release, write: Write) -> Export:
    """All reads of a search, oldest first, as `write` writes them; on paper with pictures, for whoever may print any.
    Raises Refused; NotTheirs for somebody else's;
    ActError, if the read store cannot answer it; LogUnavailable, and then nothing leaves."""
    _require_release(actor, pk, kind, release)
    allowed, gathered = _gathered(actor, pk)
    decision = _may_export(gathered)
    use = release.why
    mark = ExportMark(
        uuid4().hex[:12],
        f"{actor.name} ({actor.id})",
        clock.now(),
        pk,
        allowed.search.number,
        left_out(allowed.reach),
    )
    # Written before the act, whose transaction would otherwise stay open over thousands of rows.
    content, printed = b"", list[PrintedRead]()
    if not isinstance(decision, Refusal):
        rows = result_rows(allowed, gathered.reads)
        if kind == "print" and Permission.IMAGE_PRINT in actor.person.permissions:
            printed = printed_reads(mark, rows)
        content = write(mark, [_row(row) for row in rows], printed)
    with act(actor, Event.SEARCH_EXPORT, f"search:{pk}", reason=use) as entry:
        entry.note(kind=kind, reads=len(gathered.reads), masked=allowed.masked)
        require(may_leave())  # gathering takes a while: exports may have been stopped since
        require(decision)
        digest = hashlib.sha256(content).hexdigest()
        entry.mention(*(f"read:{read.id}" for read in gathered.reads))
        entry.note(export=mark.id, bytes=len(content), sha256=digest, number=mark.number, **release.notes)
        record_printed(actor, mark, printed, use)
    return Export(mark, content)


@enforces("6.e.iii/vetted", "6.e.iii/folder", "6.a.iv/dems", "6.a.ii.2/place", "6.b.i.9/entries")
def enter_case_with(actor: PersonActor, pk: int, release: Release) -> CaseEntry:
    """Have the search's reads enter its case through DEMS, in one package. A read whose plate is masked stays out: its
    photographs show it. Raises as `export_results`."""
    _require_release(actor, pk, "dems", release)
    allowed, gathered = _gathered(actor, pk)
    rows = [row for row in result_rows(allowed, gathered.reads) if not row.plate.masked]
    with act(actor, Event.SEARCH_EXPORT, f"search:{pk}", reason=release.why) as entry:
        entry.note(
            kind="dems", reads=len(rows), masked=allowed.masked, number=release.number, **release.notes
        )
        entry.mention(*(f"read:{row.read.id}" for row in rows))
        require(may_leave())
        require(_may_export(gathered))
        require(has_open_plates(len(rows)))
        keys = [ReadKey(row.read.captured_at.date(), row.read.id) for row in rows]
        return enter_case(actor, release, reads=keys)


def _require_release(actor: PersonActor, pk: int, kind: str, release: Release) -> None:
    decision = may_release(release, clock.now())
    if isinstance(decision, Refusal):
        notes = {"kind": kind, "stated_reason": release.why, **release.notes}
        record_refusal(actor, Event.SEARCH_EXPORT, f"search:{pk}", decision, **notes)
        raise Refused(decision)


def _gathered(actor: PersonActor, pk: int) -> tuple[AllowedSearch, GatheredReads]:
    allowed = allowed_search(actor, pk, part="export")
    try:
        with requests.taken(actor.person.pk), store_answers():
            return allowed, gather_reads(allowed, actor.person, Order.OLDEST, None, MOST_READS)
    except Refused:
        raise
    except PlatewardError as error:
        raise ActError(str(error)) from error


def _may_export(gathered: GatheredReads) -> Decision:
    return may_export(
        len(gathered.reads), more=gathered.more, complete=gathered.complete and not gathered.destroyed
    )


@enforces("6.a.ii.2/place")
def _row(row: ResultRow) -> ReadSummary:
    """As the page shows it: a masked plate is its name within the search."""
    return replace(row.read, plate=str(row.plate))
