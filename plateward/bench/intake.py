"""What intake costs: signed reads with 100 kB images over mutual TLS from 100 connections, beside a bare handler that
does the same writes behind the same kind of listener and door (bare.py), and in one process without either.

The two take turns, and shares are of processor time (the listener's process, with its door): the clock's time of both
has the clients' work in it. At 50 reads/s, receipts are timed by the clock. Event streams are measured as in `bench
alert`: what listeners cost beyond the same reads without alerts, per browser and alert."""

import json
import os
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from pathlib import Path

from plateward.bench import bare
from plateward.bench.alert import LISTENERS, colleagues, open_streams
from plateward.bench.figures import Figure, Progress, at_least, percentile, spread
from plateward.bench.hub import HubNode, free_nodes, line_of, on_the_road, photo, prepare_hub, running
from plateward.bench.processor import child_running, processor_s
from plateward.ground.errors import PlatewardError
from plateward.ground.wire.batch import Batch, Receipt

READERS, PER_READER = 20, 5  # 100 connections; a certificate has at most eight
ROUNDS, ROUND_S = 3, 6  # of each of the two, in turns
RATE, PACED_S = 50, 15  # reads a second
ONE_IN = 10  # of the reads while streams are heard is listed
IN_PROCESS, BLOCKS = 200, 4  # reads a block, blocks of each of the two
CONTEXT, CROP = (
    96_000,
    4_000,
)  # bytes: no reader's picture is smaller once compressed, and intake decodes none
JPEG = b"\xff\xd8\xff\xe0"
DEVICES, PEOPLE = "plateward.asgi_devices:application", "plateward.asgi:application"


def pictures() -> tuple[bytes, bytes]:
    """What begins like a JPEG: no read of the same picture is cheaper, since each is sealed for its place."""
    return JPEG + os.urandom(CONTEXT), JPEG + os.urandom(CROP)


@dataclass(frozen=True)
class Load:
    """Reads that were received, the seconds until each receipt, and seconds of the clock and the processor."""

    receipts: tuple[float, ...]
    clock_s: float
    processor_s: float

    @property
    def each_ms(self) -> float:
        """Processor time of a read."""
        return self.processor_s * 1000 / len(self.receipts)


class Sender:
    """Sends reads of homes, each a reader's, to `url` or to their hub, served by process `pid`. Plates are numbered, so
    that each is its own."""

    def __init__(self, homes: Sequence[Path], url: str, pid: int) -> None:
        self._homes, self._url, self._pid = homes, url, pid
        self._images = pictures()

    def send(
        self, connections: int, moments: Callable[[int], float], seconds: float, prefix: str = "RDX"
    ) -> Load:
        """Each connection sends one read at a time, its nth not before `moments` (seconds from the begin).
        Raises PlatewardError if a read is not accepted: a refusal does not count as fast."""
        numbers = [count(first, connections) for first in range(connections)]
        together = threading.Barrier(connections + 1)
        stop = threading.Event()
        begin = [0.0]

        def drive(nth: int) -> list[float]:
            took: list[float] = []
            with on_the_road(self._homes[nth % len(self._homes)], self._url) as (roadside, hub):
                hub.send(roadside.batch(photo(roadside, "WARM", *self._images)))  # the handshake is no read's
                together.wait()
                together.wait()
                for number in numbers[nth]:
                    at = moments(number)
                    if at >= seconds or time.monotonic() >= begin[0] + seconds or stop.is_set():
                        return took
                    stop.wait(max(0.0, begin[0] + at - time.monotonic()))
                    listed = prefix != "RDX" and number % ONE_IN == 0
                    batch = roadside.batch(
                        photo(roadside, f"{prefix if listed else 'RDX'}{number:04}", *self._images)
                    )
                    sent = time.monotonic()
                    require_accepted(batch, hub.send(batch))
                    took.append(time.monotonic() - sent)
            return took

        def guarded(nth: int) -> list[float]:
            try:
                return drive(nth)
            except threading.BrokenBarrierError:
                return []  # another drive's own error says why
            except BaseException:
                stop.set()
                together.abort()
                raise

        with ThreadPoolExecutor(connections) as pool:
            drives = [pool.submit(guarded, nth) for nth in range(connections)]
            try:
                together.wait()
                used, begin[0] = processor_s(self._pid), time.monotonic()
                together.wait()
            except threading.BrokenBarrierError:
                pass
            receipts = tuple(took for each in drives for took in each.result())
            return Load(receipts, time.monotonic() - begin[0], processor_s(self._pid) - used)


def require_accepted(batch: Batch, receipt: Receipt) -> None:
    """Raises PlatewardError."""
    if len(receipt.accepted) != len(batch.reads):
        raise PlatewardError(f"Of {len(batch.reads)} reads {len(receipt.accepted)} were accepted: {receipt}.")


def run(progress: Progress) -> list[Figure]:
    """Raises PlatewardError if the hub does not start, or refuses a read."""
    (node,) = free_nodes(1)
    folder = prepare_hub()
    from plateward.demo import furnish
    from plateward.demo.agency import PASSWORD

    furnish.people(PASSWORD)
    listed = [
        furnish.ListedPlate(f"HIT{n:04}", "NM", "stolen_vehicle", "high", False)
        for n in range(0, RATE * PACED_S, ONE_IN)
    ]
    furnish.hot_list(listed, folder / "list.csv")
    cookies = list(colleagues())
    homes = [folder / f"unit-{n}" for n in range(READERS)]
    with running(folder, [node]) as processes:
        progress(f"enrolling {READERS} readers")
        for home in homes:
            furnish.enroll(home, home.name, f"{home.name} rear", node.readers)
        hub = processes.pid("node-0")
        whole = Sender(homes, "", child_running(hub, DEVICES))
        whole.send(READERS, lambda _: 0.0, 1)  # a row of each reader
        bare.make_tables()
        with _bare_listener() as (url, pid):
            plain = Sender(homes, url, pid)
            plain.send(READERS, lambda _: 0.0, 1)
            flooded, beside = list[Load](), list[Load]()
            for nth in range(ROUNDS):
                progress(f"100 connections, round {nth + 1} of {ROUNDS}")
                flooded.append(whole.send(READERS * PER_READER, lambda _: 0.0, ROUND_S))
                beside.append(plain.send(READERS * PER_READER, lambda _: 0.0, ROUND_S))
            progress(f"{RATE} reads a second")
            paced = [sender.send(8, lambda n: n / RATE, PACED_S) for sender in (whole, plain)]
        progress(f"{LISTENERS} event streams")
        streams = _stream_ms(whole, child_running(hub, PEOPLE), [node], cookies)
    return [
        *_shares("through TLS", [load.each_ms for load in flooded], [load.each_ms for load in beside], 0.5),
        *(
            Figure(
                f"{name} from 100 connections",
                sum(len(load.receipts) for load in loads) / _clock(loads),
                "1/s",
            )
            for name, loads in (("reads received", flooded), ("reads stored by the bare handler", beside))
        ),
        *_shares("in process", *_in_process(homes), 0.8),
        at_least(f"reads received at {RATE}/s", len(paced[0].receipts) / PACED_S, "1/s", 0.95 * RATE),
        *spread(f"arrival to receipt at {RATE}/s", [took * 1000 for took in paced[0].receipts], "ms", 60),
        *spread(f"arrival to receipt at {RATE}/s, bare", [took * 1000 for took in paced[1].receipts], "ms"),
        streams,
    ]


def _clock(loads: Sequence[Load]) -> float:
    return sum(load.clock_s for load in loads)


def _shares(where: str, intake_ms: Sequence[float], bare_ms: Sequence[float], least: float) -> list[Figure]:
    """Medians of the rounds, and how fast intake is compared with the bare handler: 1 is as fast."""
    ours, theirs = percentile(intake_ms, 0.5), percentile(bare_ms, 0.5)
    return [
        Figure(f"processor time of a read {where}", ours, "ms"),
        Figure(f"processor time of a read {where}, bare", theirs, "ms"),
        at_least(f"of the bare handler's speed {where}", theirs / ours, "", least),
    ]


@contextmanager
def _bare_listener() -> Iterator[tuple[str, int]]:
    """Its address and process. Started as the hub starts its own."""
    from django.conf import settings

    from plateward.demo.processes import free_port
    from plateward.serve.certificate import ensure_certificate
    from plateward.serve.door import Doorway
    from plateward.serve.hub import ListenerProcess, await_listeners, hold_port

    inner, port = hold_port(), free_port(0)
    certificate, key, authority = map(str, ensure_certificate(settings.RING, settings.ALLOWED_HOSTS))
    way = Doorway("127.0.0.1", port, inner.getsockname()[1], certificate, key, authority=authority)
    listener = ListenerProcess("plateward.bench.bare:application", way)
    with inner, listener.start() as process:
        try:
            await_listeners({"bare": listener}, {"bare": process}, threading.Event())
            yield f"https://localhost:{port}", process.pid
        finally:
            process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()


def _stream_ms(sender: Sender, people: int, nodes: Sequence[HubNode], cookies: Sequence[str]) -> Figure:
    """Beyond what the same streams and reads cost without alerts."""
    with open_streams(nodes, cookies) as streams:
        used = processor_s(people)
        sender.send(8, lambda n: n / RATE, PACED_S)
        quiet, used = processor_s(people) - used, processor_s(people)
        sender.send(8, lambda n: n / RATE, PACED_S, "HIT")
        time.sleep(2)  # the last alerts arrive
        loud = processor_s(people) - used
        output, _ = streams.communicate(timeout=15)
    told = sum(map(len, json.loads(output)))
    if not told:
        raise PlatewardError("No event stream told of any alert.")
    return Figure(
        "processor time of an event stream, per browser and alert", (loud - quiet) * 1000 / told, "ms"
    )


def _in_process(homes: Sequence[Path]) -> tuple[list[float], list[float]]:
    """Milliseconds of the processor for a read, of each block: intake's, and the bare handler's. Both in as many
    threads as the listener has, so that as many batches are there at the same moment."""
    from plateward.core.audit.actor import Actor
    from plateward.field.fleet.devices import reader_named
    from plateward.field.reads.intake.actions import Arrival, receive_batch
    from plateward.ground.wire import encode
    from plateward.ground.wire.batch import decode_batch
    from plateward.reader.home import Home
    from plateward.serve.intake import THREADS
    from plateward.testing.roadside import Roadside

    lines = [line_of(Home(home)) for home in homes]
    for hub, _, _ in lines:
        hub.close()
    readers = [Roadside(enrollment.name, enrollment.camera, key) for _, enrollment, key in lines]
    images = pictures()

    def receive(name: str, body: bytes) -> Receipt:
        reader = reader_named(name)
        assert reader  # noqa: S101  # it was enrolled
        actor = Actor(kind="device", id=str(reader.pk), name=name, address="127.0.0.1")
        return receive_batch(Arrival(actor, reader, decode_batch(body), body, timedelta(0)))

    def store_bare(name: str, body: bytes) -> Receipt:
        return bare.store_batch(body, name)

    took: tuple[list[float], list[float]] = ([], [])
    with ThreadPoolExecutor(THREADS) as threads:
        for block in range(BLOCKS + 1):
            for of, store in zip(took, (receive, store_bare), strict=True):
                senders = [readers[number % len(readers)] for number in range(IN_PROCESS)]
                batches = [sender.batch(photo(sender, "RDX1", *images)) for sender in senders]
                names, bodies = [sender.name for sender in senders], [encode(batch) for batch in batches]
                began = time.process_time()
                receipts = list(threads.map(store, names, bodies))
                if block:  # the first warms both up
                    of.append((time.process_time() - began) * 1000 / IN_PROCESS)
                for batch, receipt in zip(batches, receipts, strict=True):
                    require_accepted(batch, receipt)
    return took
