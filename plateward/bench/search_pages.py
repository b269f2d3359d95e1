"""What a searcher waits for: a page of results of an approved search, as a browser requests it from a running hub, and
its first results in Chromium.

The hub, its TLS, sessions, audit entries and reads are real; the searches stand in its database as approved already, so
that nobody has to ask for hundreds of them. A page ends with the last event of its stream. In Chromium the time begins
with the navigation and ends with the frame that paints the first rows. The made reads have no pictures, so it asks for
none."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from plateward.bench.figures import Figure, percentile
from plateward.bench.made_traffic import WHOLE
from plateward.bench.search import box, made_store, misread, sampled_plates, with_unknown

if TYPE_CHECKING:
    import httpx
    from playwright.sync_api import Browser

    from plateward.people.models import Person
    from plateward.reads.store import ReadStore
    from plateward.searches.models import Search
    from plateward.searches.query import SearchQuery

READS = 1_000_000
TRIES = 40  # of each kind
PAGE_WITHIN, SCREEN_WITHIN = 150.0, 300.0  # ms
PATIENCE = 15_000  # ms
ENDED = "() => document.querySelector('[data-results=done]')"
# Milliseconds from the navigation on; none without rows.
PAINTED = """new PerformanceObserver((list, observer) => {
  if (!list.getEntriesByName("results").length) return;
  observer.disconnect();
  requestAnimationFrame(() => setTimeout(() => performance.mark("painted")));
}).observe({ type: "mark", buffered: true });"""
FIRST_ROWS = """async () => {
  const [rows] = performance.getEntriesByName("results"), [page] = performance.getEntriesByType("navigation");
  if (!rows) return null;
  while (!performance.getEntriesByName("painted").length) await new Promise((done) => setTimeout(done, 5));
  const [painted] = performance.getEntriesByName("painted");
  const stream = performance.getEntriesByType("resource").find(({ name }) => name.includes("/stream"));
  return [page.responseStart, stream.startTime, stream.responseStart, rows.startTime, painted.startTime];
}"""
STEPS = ("the page is answered", "its stream is requested", "its stream is answered", "its rows are there")
REASON = "Catalytic converter cut off at the store on Main St at 0315; the clerk's camera shows this plate leaving."


def run(progress: Callable[[str], None], reads: int = READS) -> list[Figure]:
    """Raises PlatewardError without Chromium, or if the hub does not start."""
    from plateward.demo.processes import Processes, free_port

    ports = {"PLATEWARD_PORT": str(free_port(0)), "PLATEWARD_DEVICE_PORT": str(free_port(0))}
    os.environ |= {"PLATEWARD_HOSTS": "localhost,127.0.0.1"} | ports
    store, figures = made_store(reads, progress)
    from django.conf import settings

    from plateward.bench.people import browser, sign_in
    from plateward.demo.agency import PASSWORD
    from plateward.demo.browser import chromium
    from plateward.demo.furnish import people
    from plateward.people.models import Person

    if not Person.objects.exists():  # else an earlier run left them
        people(PASSWORD)
    ada, ben = (Person.objects.get(username=name) for name in ("ada", "ben"))
    kinds = queries(store, Random(7))  # noqa: S311
    port = int(ports["PLATEWARD_PORT"])
    folder: Path = settings.HOME.parent
    with Processes(folder / "logs") as processes:
        processes.start("hub", "plateward", "serve")
        processes.await_line("hub", "People: ")
        with browser(port, sign_in(ben)) as client:
            figures += _page_figures(client, _approved(ben, kinds), progress)
        searches = _approved(ada, kinds)
        with chromium() as screen:  # which no database may be asked beside
            figures += _screen_figures(screen, f"https://localhost:{port}/", searches, progress)
    return figures


def queries(store: ReadStore, random: Random) -> dict[str, list[SearchQuery]]:
    """Of each kind, TRIES queries for what was read."""
    from plateward.reads.areas_json import write_area
    from plateward.searches.query import SearchQuery

    plates = sampled_plates(store, random)

    def of_plates(match: str, change: Callable[[str], str] = str) -> list[SearchQuery]:
        return [of_month(plates=(change(random.choice(plates)),), match=match) for _ in range(TRIES)]

    def of_month(**parts: Any) -> SearchQuery:
        return SearchQuery(WHOLE.since, WHOLE.until, **parts)

    boxes = [box(random) for _ in range(TRIES)]
    return {
        "exact": of_plates("exact"),
        "folded": of_plates("folded"),
        "one-off": of_plates("near", lambda plate: misread(plate, random)),
        "partial": of_plates("exact", lambda plate: with_unknown(plate, random)),
        "infix of 3": of_plates("exact", lambda plate: f"*{plate[1:4]}*"),
        "box of 20 km, 6 h": [
            SearchQuery(span.since, span.until, area=write_area(area)) for span, area in boxes
        ],
        "camera, a month": [of_month(cameras=(f"I-25 ahead {number % 40}",)) for number in range(TRIES)],
    }


def _approved(person: Person, kinds: Mapping[str, Sequence[SearchQuery]]) -> dict[str, list[Search]]:
    """The searches as their supervisor approved them; the made reads are old, and a place needs approval anyway."""
    return {name: [_approve(person, query) for query in searched] for name, searched in kinds.items()}


def _approve(person: Person, query: SearchQuery) -> Search:
    from plateward.cases.standing import NumberStanding
    from plateward.people.models import Person
    from plateward.searches.models import Basis, NumberCheck, Search, SearchDecision
    from plateward.searches.query import write_query
    from plateward.searches.rules import Brake

    place = query.starts_from_place
    search = Search.objects.create(
        key=uuid4(),
        person=person,
        purpose="felony",
        reason=REASON,
        number="2026-00412",
        query_json=write_query(query),
        starts_from_place=place,
        basis=Basis.WARRANT if place else "",
        basis_text="D-101-SW-2026-17" if place else "",
        why_older="The first theft of this series was in June.",
        brakes=[Brake.OLDER],
    )
    NumberCheck.objects.create(search=search, standing=NumberStanding.OPEN, detail="Open.")
    carla = Person.objects.get(username="carla")
    SearchDecision.objects.create(search=search, kind=SearchDecision.Kind.APPROVED, by=carla)
    return search


def _page_figures(
    client: httpx.Client, kinds: Mapping[str, Sequence[Search]], progress: Callable[[str], None]
) -> Iterator[Figure]:
    for name, searches in kinds.items():
        progress(f"requesting pages: {name}")
        yield from _within(f"page, {name}", [_page(client, search) for search in searches], PAGE_WITHIN)


def _page(client: httpx.Client, search: Search) -> float:
    """Milliseconds for the page and all events of its stream."""
    from django.urls import reverse

    page, stream = (reverse(f"results:{name}", args=[search.pk, "strip"]) for name in ("page", "stream"))
    began = time.perf_counter()
    client.get(page, headers={"Accept": "text/html"}).raise_for_status()
    events = client.get(stream, headers={"Accept": "text/event-stream"}).raise_for_status().text
    took = 1000 * (time.perf_counter() - began)
    assert "event: counted" in events, events[-500:]  # noqa: S101  # else it is no complete page
    return took


def _screen_figures(
    screen: Browser, url: str, kinds: Mapping[str, Sequence[Search]], progress: Callable[[str], None]
) -> Iterator[Figure]:
    from django.urls import reverse

    from plateward.demo.smoke import ADA, Walkthrough

    job = Walkthrough(screen, url, lambda *_: None)
    job.log_in(ADA)
    network = job.page.context.new_cdp_session(
        job.page
    )  # a route of Playwright's would turn the browser's cache off
    network.send("Network.enable")
    network.send("Network.setBlockedURLs", {"urls": ["*.jpg?*"]})
    job.page.add_init_script(PAINTED)
    moments: list[list[float]] = []
    for name, searches in kinds.items():
        progress(f"in Chromium: {name}")
        for search in searches:
            job.page.goto(url.rstrip("/") + reverse("results:page", args=[search.pk, "strip"]))
            job.page.wait_for_function(ENDED, timeout=PATIENCE)
            if (at := job.page.evaluate(FIRST_ROWS)) is not None:  # a misread plate may be read nowhere
                moments.append(at)
    yield Figure("searches with results in Chromium", len(moments), "")
    *steps, took = zip(*moments, strict=True)
    yield from _within("first results on screen", took, SCREEN_WITHIN)
    for name, step in zip(STEPS, steps, strict=True):
        yield Figure(f"first results on screen: until {name}, median", percentile(step, 0.5), "ms")
        yield Figure(f"first results on screen: until {name}, p95", percentile(step, 0.95), "ms")


def _within(name: str, took: Sequence[float], target: float) -> Iterator[Figure]:
    p95 = percentile(took, 0.95)
    yield Figure(f"{name}, p95", p95, "ms", target, p95 <= target)
    yield Figure(f"{name}, median", percentile(took, 0.5), "ms")
