"""From a read's arrival at the hub to its alert in fifty browsers.

Everything is real: the hub as `plateward serve` starts it (on PostgreSQL two nodes), its keys, TLS; readers that send
signed batches of a single read (the worst case); a person signed in with a one-time code, the alert queue in Chromium,
and 49 others who listen for events. A read's time begins just before its request is sent, and ends when its alert's row
is in the page, or its event has arrived; all on one machine, so on one clock. Nothing is warmed up."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING
from uuid import UUID

from plateward.bench.figures import Figure, Progress, at_least, spread
from plateward.bench.hub import (
    HubNode,
    authority_pem,
    free_nodes,
    on_the_road,
    photo,
    pictures,
    prepare_hub,
    running,
    sign_in,
)
from plateward.ground.errors import PlatewardError

if TYPE_CHECKING:
    from playwright.sync_api import Page

RATE = 50  # reads a second
SECONDS = 60
READS = RATE * SECONDS
ONE_IN = 50  # is listed, each with its own plate, so that each raises its own alert
READERS = 8
LISTENERS = 49  # beside Chromium
TARGET_MS = 250
PATIENCE_S = 15  # for alerts still on their way after the last read

# Notes the time (ms since 1970) at which each alert's row appeared in the page.
WATCH = """() => {
  window.seen = {};
  const rows = document.querySelector("[data-rows]");
  new MutationObserver(() => {
    const now = Date.now();
    for (const row of rows.querySelectorAll("[data-alert]")) window.seen[row.dataset.alert] ??= now;
  }).observe(rows, { childList: true });
}"""


@dataclass(frozen=True)
class SentRead:
    """When a request was about to be sent, and when its receipt arrived; seconds since 1970."""

    begun: float
    answered: float


def run(progress: Progress) -> list[Figure]:
    """Raises PlatewardError without Chromium, or if the hub does not start."""
    nodes = free_nodes(2)
    folder = prepare_hub()
    from django.conf import settings

    from plateward.demo import furnish
    from plateward.demo.agency import PASSWORD

    if settings.DATABASE_KIND != "PostgreSQL":
        del nodes[1:]  # SQLCipher: one machine, one hub
    furnish.people(PASSWORD)
    listed = [
        furnish.ListedPlate(_plate(i), "NM", "stolen_vehicle", "high", False) for i in range(READS) if _hit(i)
    ]
    furnish.hot_list(listed, folder / "list.csv")
    progress(f"signing {LISTENERS} people in")
    cookies = list(colleagues())
    with running(folder, nodes):
        homes = [folder / f"unit-{n}" for n in range(READERS)]
        for number, home in enumerate(homes):
            furnish.enroll(home, home.name, f"{home.name} rear", nodes[number % len(nodes)].readers)
        sent, alerts_seen, received = _measure(nodes, cookies, homes, progress)
        numbers = _reads()
        return [
            Figure("hub nodes", len(nodes), "nodes"),
            *_figures(sent, {numbers[number]: at for number, at in alerts_seen.items()}),
            *_stream_figures(sent, [[(numbers[number], at) for number, at in item] for item in received]),
        ]


def _hit(number: int) -> bool:
    return number % ONE_IN == ONE_IN // 2


def _plate(number: int) -> str:
    return f"{'HIT' if _hit(number) else 'RDX'}{number:04}"


def colleagues() -> Iterator[str]:
    """Officers of the readers' unit, each with a session's cookie."""
    from plateward.people.models import Person, Unit
    from plateward.people.permissions import Role
    from plateward.people.testing import authorize, on_the_log

    unit = Unit.objects.get(name="Unit 12")
    for number in range(LISTENERS):
        name = f"officer-{number}"
        with on_the_log():
            officer = Person.objects.create(
                username=name, full_name=name, badge=name, role=Role.OFFICER, sworn=True, unit=unit
            )
        authorize(officer)
        yield sign_in(officer)


def _measure(
    nodes: Sequence[HubNode], cookies: Sequence[str], homes: Sequence[Path], progress: Progress
) -> tuple[dict[UUID, SentRead], dict[int, float], list[list[tuple[int, float]]]]:
    """The reads sent; when Chromium showed each alert, by its number (ms since 1970); and when each other listener
    received which alerts."""
    from playwright.sync_api import expect

    from plateward.demo.browser import chromium
    from plateward.demo.smoke import ADA, Walkthrough

    url = nodes[0].url
    with chromium() as browser, open_streams(nodes, cookies) as listeners:
        job = Walkthrough(browser, url, lambda *_: None)
        job.log_in(ADA)
        job.page.goto(f"{url}alerts/")
        expect(job.page.locator("html")).to_have_attribute("data-stream", "open")
        job.page.evaluate(WATCH)
        progress(f"sending {RATE} reads a second for {SECONDS} s")
        sent = _send(homes)
        alerts_seen = _await_alerts(job.page)
        output, _ = listeners.communicate(timeout=PATIENCE_S)
    return sent, alerts_seen, json.loads(output)


@contextmanager
def open_streams(nodes: Sequence[HubNode], cookies: Sequence[str]) -> Iterator["subprocess.Popen[str]"]:
    """The other listeners, in their own process, spread over the nodes."""
    clients = [[nodes[n % len(nodes)].people, cookie] for n, cookie in enumerate(cookies)]
    line = [sys.executable, "-m", "plateward.bench.listeners"]
    with subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin  # noqa: S101  # as asked for
        assert process.stdout  # noqa: S101
        try:
            process.stdin.write(json.dumps({"authority": authority_pem(), "clients": clients}) + "\n")
            process.stdin.flush()
            if (answer := process.stdout.readline().strip()) != "listening":
                raise PlatewardError(f"Of {len(clients)} event streams {answer or 'none opened'}.")
            yield process
        finally:
            process.kill()


def _await_alerts(page: "Page") -> dict[int, float]:
    patience = time.monotonic() + PATIENCE_S
    times: dict[str, float] = {}
    while time.monotonic() < patience and len(times) < READS // ONE_IN:
        time.sleep(0.5)
        times = page.evaluate("() => window.seen")
    return {int(number): at for number, at in times.items()}


def _reads() -> dict[int, UUID]:
    """Each alert's read, from the hub's database."""
    from plateward.work.alerts.models import Alert

    return dict(Alert.objects.values_list("pk", "read"))


def _send(homes: Sequence[Path]) -> dict[UUID, SentRead]:
    """Send a read every 1/RATE s, at a random moment of its slot; the readers take turns."""
    random = Random(47)  # noqa: S311, the same moments each time
    slots = [(number + random.random()) / RATE for number in range(READS)]
    begin = time.monotonic() + 1
    sent: dict[UUID, SentRead] = {}
    images = pictures()
    stop = threading.Event()

    def drive(nth: int) -> None:
        try:
            with on_the_road(homes[nth]) as (roadside, hub):
                for number in range(nth, READS, len(homes)):
                    if stop.wait(max(0.0, begin + slots[number] - time.monotonic())):
                        return
                    taken = photo(roadside, _plate(number), *images)
                    begun = time.time()
                    hub.send(roadside.batch(taken))
                    sent[taken.read.id] = SentRead(begun, time.time())
        except BaseException:
            stop.set()
            raise

    with ThreadPoolExecutor(len(homes)) as pool:
        try:
            list(pool.map(drive, range(len(homes))))
        finally:
            stop.set()
    return sent


def _figures(sent: Mapping[UUID, SentRead], alerts_seen: Mapping[UUID, float]) -> list[Figure]:
    took = [at - sent[read].begun * 1000 for read, at in alerts_seen.items()]
    receipts = [(request.answered - request.begun) * 1000 for request in sent.values()]
    whole = max(request.begun for request in sent.values()) - min(request.begun for request in sent.values())
    seen = at_least("alerts seen", len(alerts_seen), "alerts", READS // ONE_IN)
    rate = Figure("reads sent", (value := (len(sent) - 1) / whole), "1/s", RATE, value >= 0.95 * RATE)
    p95, p50 = spread("arrival to alert in the browser", took, "ms", TARGET_MS)
    return [
        replace(p95, holds=p95.holds and seen.holds and rate.holds),
        p50,
        Figure("arrival to alert in the browser, max", max(took, default=float("inf")), "ms"),
        seen,
        rate,
        *spread("arrival to receipt", receipts, "ms"),
    ]


def _stream_figures(
    sent: Mapping[UUID, SentRead], received: Sequence[Sequence[tuple[UUID, float]]]
) -> list[Figure]:
    """Figures of the event streams: each must have carried every alert at least once; the first time counts."""
    took: list[float] = []
    whole = 0
    for stream in received:
        first_heard: dict[UUID, float] = {}
        for read, at in stream:
            first_heard.setdefault(read, at)
        whole += len(first_heard) == READS // ONE_IN
        took += [at - sent[read].begun * 1000 for read, at in first_heard.items()]
    told = at_least("streams that told of every alert", whole, "streams", LISTENERS)
    p95, p50 = spread("arrival to event in the streams", took, "ms", TARGET_MS)
    return [replace(p95, holds=p95.holds and told.holds), p50, told]
