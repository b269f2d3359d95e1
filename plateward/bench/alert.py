"""From a read's arrival at the hub to its alert in fifty browsers; the queue's page with 10,000 open alerts; and an
alert's page as it is used.

Everything is real: the hub as `plateward serve` starts it (on PostgreSQL two nodes), its keys, TLS; readers enrolled as
a technician does, which send signed batches of a single read (the worst case) over mutual TLS; a person signed in with
a one-time code, the alert queue in Chromium, and 49 others who listen for events. A read's time begins just before its
request is sent, and ends when its alert's row is in the page, or its event has arrived; all on one machine, so on one
clock. Nothing is warmed up."""

import io
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING
from uuid import UUID

from plateward.bench import alert_page, queue_page
from plateward.bench.figures import Figure, percentile
from plateward.errors import PlatewardError

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from plateward.people.models import Person
    from plateward.testing.roadside import Photo, Roadside

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


@dataclass(frozen=True)
class HubNode:
    """The ports of a node."""

    people: int
    devices: int

    @property
    def env(self) -> dict[str, str]:
        """Its process's environment."""
        return {"PLATEWARD_PORT": str(self.people), "PLATEWARD_DEVICE_PORT": str(self.devices)}


def run(progress: Callable[[str], None]) -> list[Figure]:
    """Raises PlatewardError without Chromium, or if the hub does not start."""
    from plateward.demo.processes import Processes, free_port

    nodes = [HubNode(free_port(0), free_port(0)) for _ in range(2)]
    os.environ |= {"PLATEWARD_HOSTS": "localhost,127.0.0.1"} | nodes[0].env
    from plateward.db.setup import setup

    setup(migrated=False)
    from django.conf import settings

    from plateward.demo import furnish
    from plateward.demo.agency import PASSWORD
    from plateward.serve.hub import prepare

    if settings.DATABASE_KIND != "PostgreSQL":
        del nodes[1:]  # SQLCipher: one machine, one hub
    folder: Path = settings.HOME.parent
    prepare()
    furnish.people(PASSWORD)
    listed = [
        furnish.ListedPlate(_plate(i), "NM", "stolen_vehicle", "high", False) for i in range(READS) if _hit(i)
    ]
    furnish.hot_list(listed, folder / "list.csv")
    progress(f"signing {LISTENERS} people in")
    cookies = {item.pk: cookie for item, cookie in _colleagues()}
    with Processes(folder / "logs") as processes:
        for number, node in enumerate(nodes):
            processes.start(f"hub-{number}", "plateward", "serve", env=node.env)
            processes.await_line(f"hub-{number}", "People: ")
        homes = [folder / f"unit-{n}" for n in range(READERS)]
        for number, home in enumerate(homes):
            devices = nodes[number % len(nodes)].devices
            furnish.enroll(home, home.name, f"{home.name} rear", f"https://localhost:{devices}")
        sent, alerts_seen, received = _measure(nodes, list(cookies.values()), homes, progress)
        numbers = _reads()
        figures = [
            Figure("hub nodes", len(nodes), "nodes"),
            *_figures(sent, {numbers[number]: at for number, at in alerts_seen.items()}),
            *_stream_figures(sent, [[(numbers[number], at) for number, at in item] for item in received]),
        ]
        progress(f"asking for the queue with {queue_page.OPEN_ALERTS:,} open alerts")
        person, cookie = next(iter(cookies.items()))
        figures += queue_page.figures(_person(person), nodes[0].people, cookie)
        progress("using the pages of alerts in Chromium")
        chosen = sorted(numbers)[: alert_page.PAGES]
        return [*figures, *_page_figures(nodes[0].people, chosen)]


def _page_figures(port: int, numbers: Sequence[int]) -> list[Figure]:
    from plateward.demo.browser import chromium
    from plateward.demo.smoke import ADA, Walkthrough

    url = f"https://localhost:{port}/"
    with chromium() as browser:
        job = Walkthrough(browser, url, lambda *_: None)
        job.log_in(ADA)
        return alert_page.figures(job.page, [f"{url}alerts/{number}/" for number in numbers])


def _hit(number: int) -> bool:
    return number % ONE_IN == ONE_IN // 2


def _plate(number: int) -> str:
    return f"{'HIT' if _hit(number) else 'RDX'}{number:04}"


def _colleagues() -> Iterator[tuple["Person", str]]:
    """Officers of the readers' unit, each with a session's cookie."""
    from plateward.bench.people import sign_in
    from plateward.people.models import Unit
    from plateward.people.testing import authorize

    unit = Unit.objects.get(name="Unit 12")
    for number in range(LISTENERS):
        officer = _officer(number, unit.pk)
        authorize(officer)
        yield officer, sign_in(officer)


def _officer(number: int, unit: int) -> "Person":
    from plateward.people.models import Person
    from plateward.people.permissions import Role

    return Person.objects.create(
        username=f"officer-{number}",
        full_name=f"Officer {number}",
        badge=f"officer-{number}",
        role=Role.OFFICER,
        sworn=True,
        unit_id=unit,
    )


def _person(pk: int) -> "Person":
    from plateward.people.models import Person

    return Person.objects.get(pk=pk)


def _measure(
    nodes: Sequence[HubNode], cookies: Sequence[str], homes: Sequence[Path], progress: Callable[[str], None]
) -> tuple[dict[UUID, SentRead], dict[int, float], list[list[tuple[int, float]]]]:
    """The reads sent; when Chromium showed each alert, by its number (ms since 1970); and when each other listener
    received which alerts."""
    from playwright.sync_api import expect

    from plateward.demo.browser import chromium
    from plateward.demo.smoke import ADA, Walkthrough

    url = f"https://localhost:{nodes[0].people}/"
    with chromium() as browser, _open_streams(nodes, cookies) as listeners:
        job = Walkthrough(browser, url, lambda *_: None)
        job.log_in(ADA)
        job.page.goto(f"{url}alerts/")
        expect(job.page.locator("html")).to_have_attribute("data-stream", "open")
        job.page.evaluate(WATCH)
        progress(f"sending {RATE} reads a second for {SECONDS} s")
        sent = send(homes)
        alerts_seen = _await_alerts(job.page)
        output, _ = listeners.communicate(timeout=PATIENCE_S)
    return sent, alerts_seen, json.loads(output)


@contextmanager
def _open_streams(nodes: Sequence[HubNode], cookies: Sequence[str]) -> Iterator["subprocess.Popen[str]"]:
    """The other listeners, in their own process, spread over the nodes."""
    from django.conf import settings

    from plateward.vault.authority import Authority

    clients = [
        [nodes[n % len(nodes)].people, f"{settings.SESSION_COOKIE_NAME}={cookie}"]
        for n, cookie in enumerate(cookies)
    ]
    line = [sys.executable, "-m", "plateward.bench.listeners"]
    with subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin  # noqa: S101  # as asked for
        assert process.stdout  # noqa: S101
        try:
            authority = Authority.open(settings.RING).certificate_pem
            process.stdin.write(json.dumps({"authority": authority, "clients": clients}) + "\n")
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
    from plateward.alerts.models import Alert

    return dict(Alert.objects.values_list("pk", "read"))


def send(homes: Sequence[Path]) -> dict[UUID, SentRead]:
    """Send a read every 1/RATE s, at a random moment of its slot; the readers take turns."""
    random = Random(47)  # noqa: S311, the same moments each time
    slots = [(number + random.random()) / RATE for number in range(READS)]
    begin = time.monotonic() + 1
    sent: dict[UUID, SentRead] = {}
    context, crop = jpeg(1280, 720, 22), jpeg(280, 140, 60)
    stop = threading.Event()

    def drive(nth: int) -> None:
        from plateward.reader.home import Home
        from plateward.reader.hub import Hub, tls_context
        from plateward.testing.roadside import Roadside

        home = Home(homes[nth])
        ring, enrollment = home.open()
        key = ring.signing("reader")
        roadside = Roadside(enrollment.name, enrollment.camera, key)
        hub = Hub(
            enrollment.hub,
            enrollment.name,
            key,
            tls_context(enrollment.authority_pem, home.certificate, home.tls_key),
        )
        try:
            for number in range(nth, READS, len(homes)):
                if stop.wait(max(0.0, begin + slots[number] - time.monotonic())):
                    return
                photo = _photo(roadside, _plate(number), context, crop)
                begun = time.time()
                hub.send(roadside.batch(photo))
                sent[photo.read.id] = SentRead(begun, time.time())
        except BaseException:
            stop.set()
            raise
        finally:
            hub.close()

    with ThreadPoolExecutor(len(homes)) as pool:
        try:
            list(pool.map(drive, range(len(homes))))
        finally:
            stop.set()
    return sent


def _photo(roadside: "Roadside", plate: str, context: bytes, crop: bytes) -> "Photo":
    from plateward.testing.roadside import Photo

    read = roadside.photo(
        plate, context_sha256=sha256(context).hexdigest(), plate_sha256=sha256(crop).hexdigest()
    ).read
    return Photo(read, context, crop)


def jpeg(width: int, height: int, quality: int) -> bytes:
    """A noisy picture, as large as a reader's: about 60 kB at 1280 x 720, 8 kB at 280 x 140."""
    from PIL import Image

    file = io.BytesIO()
    Image.effect_noise((width, height), 30).save(file, "JPEG", quality=quality)
    return file.getvalue()


def _figures(sent: Mapping[UUID, SentRead], alerts_seen: Mapping[UUID, float]) -> list[Figure]:
    took = [at - sent[read].begun * 1000 for read, at in alerts_seen.items()]
    receipts = [(request.answered - request.begun) * 1000 for request in sent.values()]
    whole = max(request.begun for request in sent.values()) - min(request.begun for request in sent.values())
    rate = (len(sent) - 1) / whole
    expected = READS // ONE_IN
    all_seen = len(alerts_seen) == expected
    p95 = percentile(took, 0.95) if took else float("inf")
    rate_met = rate >= 0.95 * RATE
    return [
        Figure(
            "arrival to alert in the browser, p95",
            p95,
            "ms",
            TARGET_MS,
            p95 <= TARGET_MS and all_seen and rate_met,
        ),
        Figure("arrival to alert in the browser, p50", percentile(took, 0.5) if took else p95, "ms"),
        Figure("arrival to alert in the browser, max", max(took, default=p95), "ms"),
        Figure("alerts seen", len(alerts_seen), "alerts", expected, all_seen),
        Figure("reads sent", rate, "1/s", RATE, rate_met),
        Figure("arrival to receipt, p95", percentile(receipts, 0.95), "ms"),
        Figure("arrival to receipt, p50", percentile(receipts, 0.5), "ms"),
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
    p95 = percentile(took, 0.95) if took else float("inf")
    return [
        Figure(
            "arrival to event in the streams, p95",
            p95,
            "ms",
            TARGET_MS,
            p95 <= TARGET_MS and whole == LISTENERS,
        ),
        Figure("arrival to event in the streams, p50", percentile(took, 0.5) if took else p95, "ms"),
        Figure("streams that told of every alert", whole, "streams", LISTENERS, whole == LISTENERS),
    ]
