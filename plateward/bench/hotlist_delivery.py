"""From the recall of an entry to the last reader's confirmation, with 200 readers connected.

Everything is real except the readers' cameras: the hub as `plateward serve` starts it, and 200 enrolled readers, each
with its own keys, certificate and TLS connection, that poll as often as a reader does, check the hub's signature, and
then report their version. A recall's time begins just before the act, and ends when the hub has answered the last
reader's report; all on one machine, so on one clock."""

import asyncio
import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from plateward.bench.figures import Figure, percentile

READERS = 200
ENTRIES = 20_000
RECALLS = 20
APART_S = 8.0  # between two recalls, so that each is confirmed before the next
PATIENCE_S = 60.0
TARGET_S = 5.0


@dataclass
class SimulatedReader:
    """A reader's conversation with the hub; it stores a version and the numbers of its lists, but no entries."""

    name: str
    key: object
    context: ssl.SSLContext
    hub_key: object
    port: int
    offset: float  # seconds: vehicles do not all start at once
    version: str = ""
    lists: str = ""
    confirmed: dict[str, float] = field(default_factory=dict)  # when the hub learned it
    whole: int = 0
    failures: int = 0

    async def drive(self, stop: asyncio.Event) -> None:
        """Poll until stopped; reconnect after a lost connection, as a reader does."""
        from plateward.reader.sender import POLL

        await asyncio.sleep(self.offset * POLL)
        while not stop.is_set():
            try:
                reader, writer = await asyncio.open_connection("localhost", self.port, ssl=self.context)
            except OSError:
                self.failures += 1
                await asyncio.sleep(1.0)
                continue
            try:
                while not stop.is_set():
                    again = await self._ask(reader, writer)
                    if not again:
                        await asyncio.sleep(POLL)
            except (OSError, EOFError, ValueError):
                self.failures += 1
            finally:
                writer.close()

    async def _ask(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Send a request; returns whether the next follows at once, to confirm a new list."""
        from plateward import clock
        from plateward.wire.request import LISTS_HEADER, sign_request

        path = "/v1/hotlist"
        headers = sign_request(self.key, self.name, "GET", path, b"", clock.now())  # type: ignore[arg-type]
        if self.version:
            headers |= {"If-None-Match": f'"{self.version}"', LISTS_HEADER: self.lists}
        lines = [
            f"GET {path} HTTP/1.1",
            f"Host: localhost:{self.port}",
            *(f"{k}: {v}" for k, v in headers.items()),
        ]
        writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        status = int(head.split(" ", 2)[1])
        answered = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
        body = await _body(reader, answered)
        if status == 304:
            self.confirmed.setdefault(self.version, time.time())
            return False
        if status != 200:
            await asyncio.sleep(1.0)
            return True
        self._take(body, delta="plateward-delta" in answered)
        return True

    def _take(self, body: bytes, *, delta: bool) -> None:
        from plateward.wire.hotlist import decode_delta, decode_hotlist, open_delta, open_hotlist

        if delta:
            change = open_delta(self.hub_key, decode_delta(body))  # type: ignore[arg-type]
            if change.since != self.version:
                raise ValueError("the change of another version")
            self.version, heads = change.version, change.lists
        else:
            self.whole += 1
            hotlist = open_hotlist(self.hub_key, decode_hotlist(body))  # type: ignore[arg-type]
            self.version, heads = hotlist.version, hotlist.lists
        self.lists = ",".join(str(head.id) for head in heads)


async def _body(reader: asyncio.StreamReader, headers: Mapping[str, str]) -> bytes:
    if headers.get("transfer-encoding") != "chunked":
        return await reader.readexactly(int(headers.get("content-length", "0")))
    parts = []
    while size := int(await reader.readline(), 16):
        parts.append(await reader.readexactly(size))
        await reader.readline()
    await reader.readline()
    return b"".join(parts)


def run(progress: Callable[[str], None]) -> list[Figure]:
    """Runs on an empty hub of its own. Raises PlatewardError if it does not start."""
    from django.conf import settings

    from plateward.demo import furnish
    from plateward.demo.agency import PASSWORD
    from plateward.demo.processes import Processes, free_port

    people, devices = free_port(0), free_port(0)
    folder: Path = settings.HOME.parent
    furnish.people(PASSWORD)
    _load_list()
    with Processes(folder / "logs") as processes:
        ports = {"PLATEWARD_PORT": str(people), "PLATEWARD_DEVICE_PORT": str(devices)}
        processes.start("hub", "plateward", "serve", env=ports)
        progress(f"enrolling {READERS} readers")
        fleet = [_enroll_reader(folder / "fleet", number, devices) for number in range(READERS)]
        processes.await_line("hub", "People: ")
        took, per_reader = asyncio.run(_measure(fleet, progress))
    return _figures(took, per_reader, fleet)


def _load_list() -> None:
    from plateward.testing.hotlist import load_hotlist

    load_hotlist(*(f"BNC{number:05}" for number in range(ENTRIES)), name="Recalled one by one")


def _enroll_reader(folder: Path, number: int, port: int) -> SimulatedReader:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    from plateward.demo import furnish
    from plateward.reader.home import Home
    from plateward.reader.hub import tls_context

    name = f"reader-{number}"
    home = Home(furnish.enroll(folder / name, name, name, f"https://localhost:{port}"))
    ring, enrollment = home.open()
    return SimulatedReader(
        name,
        ring.signing("reader"),
        tls_context(enrollment.authority_pem, home.certificate, home.tls_key),
        Ed25519PublicKey.from_public_bytes(enrollment.hotlist_key),
        port,
        Random(number).random(),  # noqa: S311, the same moments each time
    )


async def _measure(
    fleet: Sequence[SimulatedReader], progress: Callable[[str], None]
) -> tuple[list[float], list[float]]:
    """For each recall, the seconds to the last reader's confirmation; and the seconds to every reader's."""
    from asgiref.sync import sync_to_async

    stop = asyncio.Event()
    driving = [asyncio.create_task(reader.drive(stop)) for reader in fleet]
    try:
        await _until(lambda: all(reader.confirmed for reader in fleet), PATIENCE_S * 3)
        slowest, per_reader = [], []
        for number in range(RECALLS):
            progress(f"recall {number + 1} of {RECALLS}")
            begun = time.time()
            version = await sync_to_async(_recall)(number)
            await _until(lambda v=version: all(v in reader.confirmed for reader in fleet), PATIENCE_S)  # type: ignore[misc]
            times = [reader.confirmed.get(version, float("inf")) - begun for reader in fleet]
            per_reader += times
            slowest.append(max(times))
            await asyncio.sleep(max(0.0, begun + APART_S - time.time()))
        return slowest, per_reader
    finally:
        stop.set()
        for task in driving:
            task.cancel()
        await asyncio.gather(*driving, return_exceptions=True)


def _recall(number: int) -> str:
    """Recall as a person does; returns the resulting version."""
    from plateward.audit.actor import command_line_actor
    from plateward.hotlists.delivery.lists import current_lists
    from plateward.hotlists.models import Entry
    from plateward.hotlists.recall.actions import recall_entry

    entry = Entry.objects.in_force().select_related("hotlist").get(bare=f"BNC{number:05}")
    recall_entry(command_line_actor("bench"), entry, "Recovered; the owner has the vehicle back.")
    return str(current_lists().version)


async def _until(happened: Callable[[], bool], within: float) -> None:
    deadline = time.monotonic() + within
    while not happened() and time.monotonic() < deadline:
        await asyncio.sleep(0.02)


def _figures(
    slowest: Sequence[float], per_reader: Sequence[float], fleet: Sequence[SimulatedReader]
) -> list[Figure]:
    p95 = percentile(slowest, 0.95)
    again = sum(reader.whole for reader in fleet) - len(fleet)
    return [
        Figure(
            f"recall to the last of {READERS} readers' confirmation, p95 of {RECALLS}",
            p95,
            "s",
            TARGET_S,
            p95 <= TARGET_S,
        ),
        Figure("recall to the last reader's confirmation, p50", percentile(slowest, 0.5), "s"),
        Figure(
            "recall to the last reader's confirmation, max", max(slowest), "s", 60.0, max(slowest) <= 60.0
        ),
        Figure("recall to a reader's confirmation, p95", percentile(per_reader, 0.95), "s"),
        Figure("recall to a reader's confirmation, p50", percentile(per_reader, 0.5), "s"),
        Figure("whole lists sent where a change was enough", again, "lists", 0, again == 0),
        Figure("connections lost", sum(reader.failures for reader in fleet), "connections"),
    ]
