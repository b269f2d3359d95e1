"""Taking results along: allowed like the results themselves, bounded, and on the log before anything leaves."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from uuid import uuid4

from plateward.core.audit.events import Event
from plateward.core.audit.log import act, record_refusal
from plateward.core.pages.export_stop import may_leave
from plateward.field.reads.queries import Order, ReadSummary
from plateward.field.reads.store.away import store_answers
from plateward.ground import clock
from plateward.ground.errors import ActError, PlatewardError
from plateward.ground.policy.decision import Refusal, Refused, require
from plateward.ground.policy.trace import enforces
from plateward.people.actor import PersonActor
from plateward.people.permissions import Permission
from plateward.work.alerts.leaving import says_where_to
from plateward.work.searches.actions import allowed_search
from plateward.work.searches.exports.files import ExportMark
from plateward.work.searches.exports.pictures import PrintedRead, printed_reads, record_printed
from plateward.work.searches.exports.rules import MOST_READS, may_export
from plateward.work.searches.results.gathering import gather_reads
from plateward.work.searches.results.rows import ResultRow, result_rows
from plateward.work.searches.results.slots import requests
from plateward.work.searches.scope import left_out

Write = Callable[[ExportMark, list[ReadSummary], list[PrintedRead]], bytes]  # an export's content


@dataclass(frozen=True)
class Export:
    """What leaves."""

    mark: ExportMark
    content: bytes


@enforces("6.e.iii", "6.h.iii", "6.h.iv", "6.b.i.9", "6.b.i.10")
def export_results(actor: PersonActor, pk: int, kind: str, use: str, write: Write) -> Export:
    """All reads of a search, oldest first, as `write` writes them; on paper with pictures, for whoever may print any.
    Raises Refused; NotTheirs for somebody else's;
    ActError, if the read store cannot answer it; LogUnavailable, and then nothing leaves."""
    where_to = says_where_to(use)
    if isinstance(where_to, Refusal):
        record_refusal(actor, Event.SEARCH_EXPORT, f"search:{pk}", where_to, kind=kind, stated_reason=use)
        raise Refused(where_to)
    allowed = allowed_search(actor, pk, part="export")
    try:
        with requests.taken(actor.person.pk), store_answers():
            gathered = gather_reads(allowed, actor.person, Order.OLDEST, None, MOST_READS)
    except Refused:
        raise
    except PlatewardError as error:
        raise ActError(str(error)) from error
    decision = may_export(
        len(gathered.reads), more=gathered.more, complete=gathered.complete and not gathered.destroyed
    )
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
        entry.note(export=mark.id, bytes=len(content), sha256=digest, number=mark.number)
        record_printed(actor, mark, printed, use)
    return Export(mark, content)


@enforces("6.a.ii.2")
def _row(row: ResultRow) -> ReadSummary:
    """As the page shows it: a masked plate is its name within the search."""
    return replace(row.read, plate=str(row.plate))
