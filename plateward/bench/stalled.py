"""What stalled clients cost the others: 200 at a listener, while a reader sends and a person looks.

Each stalls at one point: before the handshake, before a request, within its headers, after one byte of a body, or at an
answer that it does not read. At the device listener some show a revoked certificate. A client that is hung up on comes
back at once. The hub is real, as `plateward serve` starts it."""

import asyncio
import os
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from plateward.bench.figures import Figure, percentile
from plateward.wire.request import READER_HEADER

if TYPE_CHECKING:
    import httpx

    from plateward.reader.home import Home
    from plateward.reader.hub import Hub
    from plateward.testing.roadside import Roadside

STALLED = 200
READERS = 25  # whose certificates the stalled clients show, each on fewer connections than allowed
ROUNDS, ASKED = 5, 40  # alternating without and with them, so that both see the same machine noise
TARGET = 2.0  # times the others' own p95
PATIENCE_S = 30.0  # until they are connected
RETRY_S = 1.0  # before a client that was hung up on comes back


def run(progress: Callable[[str], None]) -> list[Figure]:
    """The figures, on an empty hub."""
    from plateward.demo.processes import Processes, free_port

    ports = free_port(0), free_port(0)
    os.environ |= {"PLATEWARD_PORT": str(ports[0]), "PLATEWARD_DEVICE_PORT": str(ports[1])}
    from plateward.db.setup import setup

    setup(migrated=False)
    from django.conf import settings

    from plateward.bench.people import browser, sign_in
    from plateward.people.testing import person
    from plateward.serve.hub import prepare
    from plateward.vault.authority import Authority

    prepare()
    folder: Path = settings.HOME.parent
    cookie = sign_in(person("ada"))
    with Processes(folder / "logs") as processes:
        processes.start("hub", "plateward", "serve")
        processes.await_line("hub", "People: ")
        progress(f"enrolling {READERS + 1} readers")
        homes = [_enroll_reader(folder / f"reader-{n}", f"reader-{n}", ports[1]) for n in range(READERS + 1)]
        _revoke("reader-0")
        trusted = ssl.create_default_context(cadata=Authority.open(settings.RING).certificate_pem)
        at = {
            "people's": _StalledClients(
                ports[0], [trusted], [f"Cookie: {settings.SESSION_COOKIE_NAME}={cookie}\r\n"]
            ),
            "device": _StalledClients(
                ports[1],
                [_context(home) for home in homes[:READERS]],
                [f"{READER_HEADER}: reader-{number}\r\n" for number in range(READERS)],
            ),
        }
        with browser(ports[0], cookie) as page, _reader(homes[READERS]) as (roadside, hub):
            work = {"reads": lambda: _send(roadside, hub), "pages": lambda: _look(page)}
            return [
                figure for name, stalling in at.items() for figure in _measure(name, stalling, work, progress)
            ]


def _enroll_reader(folder: Path, name: str, port: int) -> "Home":
    from plateward.demo import furnish
    from plateward.reader.home import Home

    return Home(furnish.enroll(folder, name, name, f"https://localhost:{port}"))


def _revoke(name: str) -> None:
    from plateward.audit.actor import command_line_actor
    from plateward.fleet import actions
    from plateward.fleet.models import Reader

    actions.revoke_reader(command_line_actor("bench"), Reader.objects.get(name=name))


def _context(home: "Home") -> ssl.SSLContext:
    from plateward.reader.hub import tls_context

    return tls_context(home.open()[1].authority_pem, home.certificate, home.tls_key)


@contextmanager
def _reader(home: "Home") -> "Iterator[tuple[Roadside, Hub]]":
    from plateward.reader.hub import Hub
    from plateward.testing.roadside import Roadside

    ring, enrollment = home.open()
    key = ring.signing("reader")
    hub = Hub(enrollment.hub, enrollment.name, key, _context(home))
    try:
        yield Roadside(enrollment.name, enrollment.camera, key), hub
    finally:
        hub.close()


def _send(roadside: "Roadside", hub: "Hub") -> None:
    hub.send(roadside.batch(roadside.photo()))


def _look(page: "httpx.Client") -> None:
    page.get("/alerts/", headers={"Accept": "text/html"}).raise_for_status()


# The other clients, without and with the stalled ones.


def _measure(
    name: str,
    stalling: "_StalledClients",
    work: dict[str, Callable[[], None]],
    progress: Callable[[str], None],
) -> list[Figure]:
    alone: dict[str, list[float]] = {kind: [] for kind in work}
    beside: dict[str, list[float]] = {kind: [] for kind in work}
    _ask(work)  # not counted: fills connections and caches
    for number in range(ROUNDS):
        progress(f"{STALLED} stalled clients at the {name} listener: round {number + 1} of {ROUNDS}")
        _add(alone, _ask(work))
        with stalling.at_once():
            _add(beside, _ask(work))
    figures = []
    for kind in work:
        before, after = percentile(alone[kind], 0.95), percentile(beside[kind], 0.95)
        label = f"{kind}, p95 beside {STALLED} stalled clients at the {name} listener"
        figures += [
            Figure(f"{kind}, p95 without stalled clients", before, "ms"),
            Figure(label, after, "ms"),
            Figure(f"{label}, times that without", after / before, "times", TARGET, after <= TARGET * before),
        ]
    least = min(stalling.stalled_counts)
    return [*figures, Figure(f"clients held at the {name} listener, least", least, "clients")]


def _ask(work: dict[str, Callable[[], None]]) -> dict[str, list[float]]:
    """Milliseconds of each, all in parallel."""
    took: dict[str, list[float]] = {kind: [] for kind in work}

    def drive(kind: str) -> None:
        for _ in range(ASKED):
            begun = time.perf_counter()
            work[kind]()
            took[kind].append((time.perf_counter() - begun) * 1000)

    threads = [threading.Thread(target=drive, args=[kind]) for kind in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if any(len(times) < ASKED for times in took.values()):
        raise RuntimeError("The hub did not answer all that was asked.")
    return took


def _add(to: dict[str, list[float]], more: dict[str, list[float]]) -> None:
    for kind, times in more.items():
        to[kind] += times


# The stalled clients.

REQUEST = "{line} HTTP/1.1\r\nHost: localhost\r\n{headers}"
BEGINNINGS = (
    None,  # not even a handshake
    "",
    REQUEST.format(line="GET /banner/", headers=""),
    REQUEST.format(line="POST {path}", headers="{more}Content-Length: 1000000\r\n\r\nx"),
    REQUEST.format(line="GET /static/dist/map.js", headers="{more}\r\n")
    * 4,  # four megabytes, and reads nothing
)


@dataclass
class _StalledClients:
    port: int
    contexts: Sequence[ssl.SSLContext]  # in turn
    headers: Sequence[str]  # of each context's client
    stalled_counts: list[int] = field(default_factory=list)  # that had stalled, at each end

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """Run all of them, in a thread of their own, until the block ends."""
        self._at, stop = 0, threading.Event()
        thread = threading.Thread(target=lambda: asyncio.run(self._all(stop)))
        thread.start()
        patience = time.monotonic() + PATIENCE_S
        while self._at < 0.9 * STALLED and time.monotonic() < patience:
            time.sleep(0.1)
        time.sleep(2 * RETRY_S)  # let them get to their stalling point
        try:
            yield
        finally:
            self.stalled_counts.append(self._at)
            stop.set()
            thread.join()

    async def _all(self, stop: threading.Event) -> None:
        clients = [asyncio.create_task(self._stall(number)) for number in range(STALLED)]
        await asyncio.to_thread(stop.wait)
        for client in clients:
            client.cancel()
        await asyncio.gather(*clients, return_exceptions=True)

    async def _stall(self, number: int) -> None:
        begun = BEGINNINGS[number % len(BEGINNINGS)]
        client = number // len(BEGINNINGS) % len(self.contexts)
        context = self.contexts[client] if begun is not None else None
        while True:
            with suppress(OSError):
                reader, writer = await asyncio.open_connection("localhost", self.port, ssl=context, limit=1)
                writer.write((begun or "").format(path="/v1/batches", more=self.headers[client]).encode())
                self._at += 1
                try:
                    if begun and begun.startswith("GET /static"):
                        await asyncio.Event().wait()
                    await reader.read()
                finally:
                    self._at -= 1
                    writer.transport.abort()
            await asyncio.sleep(RETRY_S)
