"""Evidence on searches and shared reads, for the compliance report."""

from collections.abc import Iterator
from datetime import timedelta
from functools import reduce
from operator import or_

from django.db.models import Q

from plateward.core.audit.events import Event
from plateward.core.audit.evidence import entries_of
from plateward.ground import clock
from plateward.ground.policy.evidence import Fact, fact
from plateward.ground.policy.limits import set_by
from plateward.ground.policy.parameters import LogField
from plateward.ground.policy.trace import enforces
from plateward.work.searches.models import Search, StoppedRequest
from plateward.work.searches.sharing.models import ReadShare

LONG_WAIT = timedelta(days=7)
# Where a search keeps what a law asks of its record; its entry in the log has the same.
KEPT_IN = {
    LogField.PURPOSE: "purpose",
    LogField.OFFENSE: "offense",
    LogField.NUMBER: "number",
    LogField.USER: "person",
    LogField.TIME: "at",
}


def facts() -> Iterator[Fact]:
    """Searches asked for, refused, stopped, exported; images seen."""
    yield fact(
        "6.a.i.1",
        "6.a.iii",
        "6.e.vi",
        text="Searches of the last 30 days, each with a purpose, a reason and a number: {searches:,}; refused: "
        "{refused_searches:,}.",
        searches=entries_of(Event.SEARCH_ASK, outcome="done"),
        refused_searches=entries_of(Event.SEARCH_ASK, outcome="refused"),
        route="searches:flagged",
    )
    yield from _access_log()
    stopped = StoppedRequest.objects.filter(decision=None)
    late = stopped.filter(at__lt=clock.now() - LONG_WAIT).count()
    yield fact(
        "SB40.share",
        "SB40.use",
        text="Searches stopped for a purpose that the law bars, in all: {stopped:,}; waiting for the administrator: "
        "{stopped_waiting:,}.",
        stopped=StoppedRequest.objects.count(),
        stopped_waiting=stopped.count(),
        attention="Stopped requests that wait for over a week: {late}. Decide them under Search, Stopped requests.",
        late=late,
        route="searches:stopped",
    )
    exports = entries_of(Event.SEARCH_EXPORT, outcome="done")
    yield fact(
        "6.e.iii",
        "6.h.iii",
        text="Search results exported in the last 30 days, each marked and on the log: {exports:,}.",
        exports=exports,
        route="audit:index",
    )
    yield fact(
        "6.h.iv",
        text="Images seen in the last 30 days, each on the log: {images:,}.",
        images=entries_of(Event.IMAGE_VIEW),
        route="audit:index",
    )
    yield fact(
        "6.e.ii",
        text="Reads shared with a named colleague, in all: {shares:,}; shares in force: {live_shares:,}.",
        shares=ReadShare.objects.count(),
        live_shares=ReadShare.objects.live(clock.now()).count(),
        route="audit:index",
    )


@enforces("WA.access/fields", "VA.trail/fields")
def _access_log() -> Iterator[Fact]:
    """For each law that says what the record of a search has: how many lack any of it."""
    for law in set_by("access_log"):
        fields = [LogField(field) for field in law.value]
        lacks = [Q(**{f"{KEPT_IN[field]}__isnull": True}) for field in fields]
        lacks += [
            Q(**{KEPT_IN[field]: ""}) for field in fields if field not in (LogField.USER, LogField.TIME)
        ]
        yield fact(
            law.row,
            text="Searches on record, each with {fields} ({law}): {kept:,}; that lack any: {late:,}.",
            fields=", ".join(field.label.lower() for field in fields),
            law=law.law,
            kept=Search.objects.count(),
            attention="Searches that lack what {law} asks of their record: {late:,}. They were asked before it was "
            "required.",
            late=Search.objects.filter(reduce(or_, lacks)).count(),
            route="searches:flagged",
        )
