"""From a read's arrival at the hub to its alert in the browser.

Everything is real: the hub as `plateward serve` starts it, its keys, TLS; readers enrolled as a technician does,
whose signed batches of one read (the worst case) come over mutual TLS; a person logged in with a one-time code,
and the alert queue in Chromium. A read's time begins just before its request is sent, and ends when the row of
its alert is in the page; all on one machine, so on one clock. Nothing is warmed up."""

import io
import os
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING
from uuid import UUID

from plateward.bench.figures import Figure, percentile

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from plateward.testing.roadside import Photo, Roadside

RATE = 20  # reads a second
SECONDS = 30
READS = RATE * SECONDS
ONE_IN = 10  # is listed, each a plate of its own, so that each is an alert of its own
READERS = 4
TARGET_MS = 500
PATIENCE_S = 15  # for alerts still on their way after the last read

# Notes the time (ms since 1970) at which the row of each alert came into the page.
WATCH = """() => {
  window.seen = {};
  const rows = document.querySelector("[data-rows]");
  new MutationObserver(() => {
    const now = Date.now();
    for (const row of rows.querySelectorAll("[data-alert]")) window.seen[row.dataset.alert] ??= now;
  }).observe(rows, { childList: true });
}"""


@dataclass(frozen=True)
class Sent:
    """When a request was about to be sent, and when its receipt was there; seconds since 1970."""

    begun: float
    answered: float


def run(progress: Callable[[str], None]) -> list[Figure]:
    """Raises PlatewardError where there is no Chromium, or the hub does not come up."""
    from plateward.demo.processes import Processes, free_port

    people, devices = free_port(0), free_port(0)
    os.environ |= {
        "PLATEWARD_PORT": str(people),
        "PLATEWARD_DEVICE_PORT": str(devices),
        "PLATEWARD_HOSTS": "localhost,127.0.0.1",
    }
    from plateward.db.setup import setup

    setup(migrated=False)
    from django.conf import settings

    from plateward.demo import furnish
    from plateward.demo.agency import PASSWORD
    from plateward.serve.hub import prepare

    folder: Path = settings.HOME.parent
    prepare()
    furnish.people(PASSWORD)
    listed = [
        furnish.Listed(_plate(i), "NM", "stolen_vehicle", "high", False) for i in range(READS) if _hit(i)
    ]
    furnish.hot_list(listed, folder / "list.csv")
    with Processes(folder / "logs") as processes:
        processes.start("hub", "plateward", "serve")
        processes.await_line("hub", "People: ")
        homes = [folder / f"unit-{n}" for n in range(READERS)]
        for home in homes:
            furnish.enrol(home, home.name, f"{home.name} rear", f"https://localhost:{devices}")
        sent, seen = _measure(f"https://localhost:{people}/", homes, progress)
    return _figures(sent, _by_read(seen))


def _hit(number: int) -> bool:
    return number % ONE_IN == ONE_IN // 2


def _plate(number: int) -> str:
    return f"{'HIT' if _hit(number) else 'RDX'}{number:04}"


def _measure(
    url: str, homes: Sequence[Path], progress: Callable[[str], None]
) -> tuple[dict[UUID, Sent], dict[str, float]]:
    """What was sent, by read; and when each alert was seen (ms since 1970), by its number."""
    from playwright.sync_api import expect

    from plateward.demo.browser import chromium
    from plateward.demo.smoke import ADA, Job

    with chromium() as browser:
        job = Job(browser, url, lambda *_: None)
        job.log_in(ADA)
        job.page.goto(f"{url}alerts/")
        expect(job.page.locator("html")).to_have_attribute("data-stream", "open")
        job.page.evaluate(WATCH)
        progress(f"sending {RATE} reads a second for {SECONDS} s")
        sent = send(homes)
        return sent, _seen(job.page)


def _seen(page: "Page") -> dict[str, float]:
    patience = time.monotonic() + PATIENCE_S
    seen: dict[str, float] = {}
    while time.monotonic() < patience and len(seen) < READS // ONE_IN:
        time.sleep(0.5)
        seen = page.evaluate("() => window.seen")
    return seen


def _by_read(seen: Mapping[str, float]) -> dict[UUID, float]:
    """When the alert of each read was seen: the hub knows which alert is of which read."""
    from plateward.alerts.models import Alert

    numbers = dict(Alert.objects.values_list("pk", "read"))
    return {numbers[int(number)]: at for number, at in seen.items()}


def send(homes: Sequence[Path]) -> dict[UUID, Sent]:
    """One read every 1/RATE s, each at a random moment of its slot; the readers take turns."""
    random = Random(47)  # noqa: S311, the same moments each time
    slots = [(number + random.random()) / RATE for number in range(READS)]
    begin = time.monotonic() + 1
    sent: dict[UUID, Sent] = {}
    context, crop = _jpeg(1280, 720, 22), _jpeg(280, 140, 60)
    stop = threading.Event()

    def drive(nth: int) -> None:
        from plateward.reader.home import Home
        from plateward.reader.hub import Hub, tls
        from plateward.testing.roadside import Roadside

        home = Home(homes[nth])
        ring, enrolment = home.open()
        key = ring.signing("reader")
        roadside = Roadside(enrolment.name, enrolment.camera, key)
        hub = Hub(
            enrolment.hub, enrolment.name, key, tls(enrolment.authority_pem, home.certificate, home.tls_key)
        )
        try:
            for number in range(nth, READS, len(homes)):
                if stop.wait(max(0.0, begin + slots[number] - time.monotonic())):
                    return
                photo = _photo(roadside, _plate(number), context, crop)
                begun = time.time()
                hub.send(roadside.batch(photo))
                sent[photo.read.id] = Sent(begun, time.time())
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


def _jpeg(width: int, height: int, quality: int) -> bytes:
    """A noisy picture: about 60 kB at 1280 x 720, 8 kB at 280 x 140, as a reader's are."""
    from PIL import Image

    file = io.BytesIO()
    Image.effect_noise((width, height), 30).save(file, "JPEG", quality=quality)
    return file.getvalue()


def _figures(sent: Mapping[UUID, Sent], seen: Mapping[UUID, float]) -> list[Figure]:
    took = [at - sent[read].begun * 1000 for read, at in seen.items()]
    receipts = [(one.answered - one.begun) * 1000 for one in sent.values()]
    whole = max(one.begun for one in sent.values()) - min(one.begun for one in sent.values())
    rate = (len(sent) - 1) / whole
    expected = READS // ONE_IN
    all_seen = len(seen) == expected
    p95 = percentile(took, 0.95) if took else float("inf")
    kept = rate >= 0.95 * RATE
    return [
        Figure(
            "arrival to alert in the browser, p95",
            p95,
            "ms",
            TARGET_MS,
            p95 <= TARGET_MS and all_seen and kept,
        ),
        Figure("arrival to alert in the browser, p50", percentile(took, 0.5) if took else p95, "ms"),
        Figure("arrival to alert in the browser, max", max(took, default=p95), "ms"),
        Figure("alerts seen", len(seen), "alerts", expected, all_seen),
        Figure("reads sent", rate, "1/s", RATE, kept),
        Figure("arrival to receipt, p95", percentile(receipts, 0.95), "ms"),
        Figure("arrival to receipt, p50", percentile(receipts, 0.5), "ms"),
    ]
