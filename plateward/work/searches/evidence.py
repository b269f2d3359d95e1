"""Evidence on searches and shared reads, for the compliance report."""

from collections.abc import Iterator
from datetime import timedelta

from plateward.core.audit.events import Event
from plateward.core.audit.evidence import entries_of
from plateward.ground import clock
from plateward.ground.policy.evidence import Fact, fact
from plateward.work.searches.models import StoppedRequest
from plateward.work.searches.sharing.models import ReadShare

LONG_WAIT = timedelta(days=7)


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
