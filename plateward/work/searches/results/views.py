"""The page of a search's results, and the stream that fills it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from typing import Any

from asgiref.sync import sync_to_async
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from plateward.field.reads.store import configured_store
from plateward.ground.policy.decision import Refusal, Refused
from plateward.ground.policy.trace import enforces
from plateward.people.http import actor_of, person_of, refusal_json
from plateward.people.sign_in.open_sessions import session_of
from plateward.work.searches.actions import AllowedSearch, allowed_search, running_search
from plateward.work.searches.http import own_search_or_404
from plateward.work.searches.records import NotTheirs, facts_of
from plateward.work.searches.results.events import ResultPage, format_event
from plateward.work.searches.results.kept import read_page_key
from plateward.work.searches.results.layouts import ORDER_LABELS, Layout, order_of, orders_of
from plateward.work.searches.results.running import RunningSearch, running_searches
from plateward.work.searches.results.slots import TOO_MANY
from plateward.work.searches.scope import left_out


def allowed_or_404(request: HttpRequest, pk: int, *, listed: bool = False, **details: Any) -> AllowedSearch:
    """The search, allowed now and on the log with these details, unless an entry of a moment ago has them (`listed`).
    Raises Refused, and Http404 for somebody else's."""
    try:
        if listed:
            with suppress(Refused):  # a refusal has no entry yet: it is asked for again, on the log
                return running_search(person_of(request), pk)
        return allowed_search(actor_of(request), pk, **details)
    except NotTheirs as error:
        raise Http404("There is no such search.") from error


def refused_page(request: HttpRequest, pk: int, refusal: Refusal) -> HttpResponse:
    """Why this search shows no results now."""
    return render(request, "searches/results/refused.html", {"refusal": refusal, "pk": pk}, status=409)


def _layout(name: str) -> Layout:
    if name not in set(Layout):
        raise Http404("There is no such view.")
    return Layout(name)


@require_GET
def index(request: HttpRequest, pk: int) -> HttpResponse:
    """To the first view of one's own search: the pictures."""
    own_search_or_404(request, pk)
    return redirect("results:page", pk=pk, layout=Layout.STRIP)


@require_GET
@enforces("6.e.iii/marked")
def page(request: HttpRequest, pk: int, layout: str) -> HttpResponse:
    """A view of the results, empty at first: its stream brings them."""
    chosen = _layout(layout)
    try:
        allowed = allowed_or_404(request, pk, view=str(chosen), part="page")
    except Refused as refused:
        return refused_page(request, pk, refused.refusal)
    order = order_of(request.GET.get("order", ""), chosen, masked=allowed.masked)
    stream_url = reverse("results:stream", args=[pk, chosen])
    context = results_context(allowed, chosen) | {
        "layout": chosen,
        "layout_template": f"searches/results/layout_{chosen}.html",
        "hours": range(24),
        "compares": allowed.search.query.match != "exact" and not allowed.masked,
        "order": order,
        "orders": [
            {"label": ORDER_LABELS[item], "value": item, "current": item == order}
            for item in orders_of(chosen, masked=allowed.masked)
        ],
        "later": "after" in request.GET,
        "stream_url": f"{stream_url}?{request.GET.urlencode()}",
    }
    return render(request, "searches/results/page.html", context)


def results_context(allowed: AllowedSearch, current: str) -> dict[str, Any]:
    """What every page of results has: search, masked, and the ways to its views and patterns."""
    pk = allowed.search.pk
    layouts = [
        {
            "label": layout.label,
            "url": reverse("results:page", args=[pk, layout]),
            "current": layout == current,
        }
        for layout in Layout
    ]
    names = ["last_seen", "traveled_with", "both_scenes"] if allowed.masked else ["last_seen", "common_stops"]
    patterns = [
        {
            "label": PATTERN_LABELS[name],
            "url": reverse(f"results:{name}", args=[pk]),
            "current": name == current,
        }
        for name in names
    ]
    return {
        "search": allowed.search,
        "query": allowed.search.query,
        "ends_at": facts_of(allowed.search).ends_at,
        "masked": allowed.masked,
        "left_out": left_out(allowed.reach),
        "layouts": layouts,
        "patterns": patterns,
    }


PATTERN_LABELS = {
    "last_seen": "Last seen",
    "common_stops": "Common stops",
    "traveled_with": "Traveled with",
    "both_scenes": "Seen at both scenes",
}


@enforces("6.b.i.9/first")
async def stream(request: HttpRequest, pk: int, layout: str) -> HttpResponse | StreamingHttpResponse:
    """Events `rows`, `progress`, `counted`, `missing`, and last `end`, `refused` or `again`: a page of results, begun
    once the log holds what is shown. It ends with its session, and with the browser that listens."""
    opened = await sync_to_async(_open)(request, pk, _layout(layout))
    if isinstance(opened, HttpResponse):
        return opened
    running = RunningSearch(session_of(request), opened.actor, pk, asyncio.get_running_loop())
    return StreamingHttpResponse(
        _events(running, opened.events()),
        content_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def _begins(running: RunningSearch) -> bool:
    """Whether it may begin; a page that is loaded again waits for the end of its first stream."""
    for _ in range(20):
        if running_searches.begin(running):
            return True
        await asyncio.sleep(0.05)
    return False


@enforces("6.b.i.10/failure")
def _open(request: HttpRequest, pk: int, layout: Layout) -> ResultPage | HttpResponse:
    text = request.GET.get("after", "")[:64]
    try:
        allowed = allowed_or_404(
            request,
            pk,
            view=str(layout),
            order=request.GET.get("order", "")[:10],
            page_size=layout.limit,
            after=text,
        )
    except Refused as refused:
        return refusal_json(refused.refusal, 409)
    order = order_of(request.GET.get("order", ""), layout, masked=allowed.masked)
    store = configured_store()
    after = read_page_key(store, text, allowed.queries) if text else None
    if text and after is None:
        gone = Refusal(
            "6.h.ii", "The read that this page continues from is gone.", "Start at the first page."
        )
        return refusal_json(gone, 409)
    address = f"{reverse('results:page', args=[pk, layout])}?order={order}"
    return ResultPage(actor_of(request), allowed, store, layout, order, after, address)


async def _events(running: RunningSearch, events: Iterator[str]) -> AsyncIterator[str]:
    """The steps run in the request's own thread, one after the other; the last one closes them."""
    if not await _begins(running):
        yield _farewell((TOO_MANY,))
        return
    step: Callable[[], Any] = sync_to_async(lambda: next(events, None))
    coming: asyncio.Future[Any] = running.dismissed
    try:
        while True:
            coming = asyncio.ensure_future(step())
            await asyncio.wait({coming, running.dismissed}, return_when=asyncio.FIRST_COMPLETED)
            if running.dismissed.done():
                yield _farewell(running.dismissed.result())
                return
            text = coming.result()
            if text is None:
                return
            yield text
    finally:
        running_searches.end(running)
        if not coming.done():
            await asyncio.wait({coming})  # what runs in the thread is a short step, and cannot be interrupted
        await sync_to_async(events.close)()  # type: ignore[attr-defined]  # a generator


def _farewell(reasons: tuple[Refusal, ...]) -> str:
    if not reasons:
        return format_event("again", {})  # the page opens it anew, with its session's key
    first = reasons[0]
    return format_event("refused", {"reason": first.reason, "help": first.help, "clause": first.clause})
