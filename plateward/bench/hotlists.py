"""Hot lists at full size: the NCIC extract from file to force, and from the recall of an entry to the last reader's
confirmation.

Everything is real except the readers' cameras: the hub as `plateward serve` starts it, and 200 enrolled readers, each
with its own keys, certificate and TLS connection, that poll as often as a reader does, check the hub's signature, and
then report their version. A recall's time begins just before the act, and ends when the hub has answered the last
reader's report; all on one machine, so on one clock."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from plateward.bench.figures import Figure, Progress, at_most, spread
from plateward.bench.hub import HubNode, free_nodes, line_of, prepare_hub, running

if TYPE_CHECKING:
    from plateward.reader.hub import Hub

LINES = 1_000_000
CHANGED_EVERY, GONE_EVERY = 50, 100  # of the second extract, relative to the first
IMPORT_S = 60.0
READERS = 200
ENTRIES = 20_000
RECALLS = 20
APART_S = 8.0  # between two recalls, so that each is confirmed before the next
PATIENCE_S = 60.0
RECALL_S = 5.0
CODES, STATES = "VVVVPPWFLM", ("NM", "TX", "AZ", "CO")
MAKES, COLORS = ("FORD", "CHEV", "T0Y0"), ("BLK", "RED", "WHI")
CHUNK = 20_000  # lines


def run(progress: Progress) -> list[Figure]:
    """Delivery first: its readers get every list there is, and must not get a million entries."""
    [node] = free_nodes(1)
    folder = prepare_hub()
    return [*_deliver(folder, node, progress), *_import(progress)]


def _import(progress: Progress) -> Iterator[Figure]:
    """Load the first extract into an empty list, then the next."""
    for name, later in (("into an empty list", False), (", 2 % changed, 1 % replaced", True)):
        progress(f"loading {LINES:,} lines")
        yield at_most(
            f"{LINES:,} NCIC lines {name}".replace(" ,", ","), _load(extract(later=later)), "s", IMPORT_S
        )


def extract(*, later: bool = False) -> Iterator[bytes]:
    """An invented extract; `later`: half a day on, with some entries gone, some changed, some new."""
    yield b"HEADER OF AN INVENTED EXTRACT\n"
    for start in range(0, LINES, CHUNK):
        numbers = range(start, min(start + CHUNK, LINES))
        yield "".join(_line(n, later=later) for n in numbers).encode()


def _line(n: int, *, later: bool) -> str:
    record = n + LINES if later and n % GONE_EVERY == 0 else n
    color = COLORS[(n + (later and n % CHANGED_EVERY == 1)) % len(COLORS)]
    plate = f"{chr(65 + record % 26)}{chr(65 + record // 26 % 26)}{record:06d}"
    return (
        f"{CODES[n % len(CODES)]}{record:09d}NM0000000202601{1 + n % 28:02d}{plate:<10}{STATES[n % 4]}2027PC"
        f"20{n % 26:02d}{MAKES[n % 3]}TAH4D{color}\n"
    )


def _load(content: Iterator[bytes]) -> float:
    """Seconds from the first byte until the list is in force."""
    from plateward.core.audit.actor import Actor
    from plateward.field.hotlists.imports.apply import apply_load, approve_load
    from plateward.field.hotlists.imports.preview import preview_load
    from plateward.field.hotlists.imports.receive import receive_file

    actor = Actor("system", "bench", "The benchmark")
    start = time.perf_counter()
    load = preview_load(actor, receive_file(actor, "NCIC", "NCIC", "VEHEXTRT.txt", content, "ncic"))
    if load.state == load.State.HELD:
        approve_load(actor, load)
    done = apply_load(actor, load)
    if done.rows != LINES or done.rejected:
        raise AssertionError(f"{done.rows:,} of {LINES:,} lines were taken, {done.rejected:,} rejected")
    return time.perf_counter() - start


class PollingReader(threading.Thread):
    """A reader's conversation with the hub, by the reader's own code; it stores a version and the numbers of its lists,
    but no entries. Vehicles do not all start at once: `late` is a share of the time between two polls."""

    def __init__(self, hub: "Hub", hub_key: "Ed25519PublicKey", late: float, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self.hub, self.hub_key, self.late, self.stop = hub, hub_key, late, stop
        self.version, self.lists = "", list[int]()
        self.confirmed: dict[str, float] = {}  # when the hub learned it
        self.whole = self.failures = 0

    def run(self) -> None:
        from plateward.reader.errors import HubAway, NotMadeYet
        from plateward.reader.sender import POLL

        self.stop.wait(self.late * POLL)
        while not self.stop.is_set():
            try:
                if self._ask():  # the next request, which confirms it, follows at once
                    continue
                self.stop.wait(POLL)
            except NotMadeYet:
                self.stop.wait(1.0)
            except HubAway:
                self.failures += 1
                self.stop.wait(1.0)
        self.hub.close()

    def _ask(self) -> bool:
        """Whether there was another list."""
        from plateward.ground.wire.hotlist import SignedDelta, open_delta, open_hotlist

        answer = self.hub.hotlist(self.version or None, self.lists)
        if answer is None:
            self.confirmed.setdefault(self.version, time.time())
            return False
        if isinstance(answer, SignedDelta):
            change = open_delta(self.hub_key, answer)
            if change.since != self.version:
                raise AssertionError("the change of another version")
            self.version, heads = change.version, change.lists
        else:
            self.whole += 1
            hotlist = open_hotlist(self.hub_key, answer)
            self.version, heads = hotlist.version, hotlist.lists
        self.lists = [head.id for head in heads]
        return True


def _deliver(folder: Path, node: HubNode, progress: Progress) -> list[Figure]:
    from plateward.demo import furnish
    from plateward.demo.agency import PASSWORD
    from plateward.testing.hotlist import load_hotlist

    furnish.people(PASSWORD)
    load_hotlist(*(f"BNC{number:05}" for number in range(ENTRIES)), name="Recalled one by one")
    stop = threading.Event()
    with running(folder, [node]):
        progress(f"enrolling {READERS} readers")
        fleet = [_enroll_reader(folder / "fleet", number, node, stop) for number in range(READERS)]
        for reader in fleet:
            reader.start()
        try:
            _until(lambda: all(reader.confirmed for reader in fleet), PATIENCE_S * 3)
            times = [_confirmations(number, fleet, progress) for number in range(RECALLS)]
        finally:
            stop.set()
            for reader in fleet:
                reader.join()
    slowest = [max(some) for some in times]
    again = sum(reader.whole for reader in fleet) - len(fleet)
    return [
        *spread("recall to the last reader's confirmation", slowest, "s", RECALL_S),
        at_most("recall to the last reader's confirmation, max", max(slowest), "s", PATIENCE_S),
        *spread("recall to a reader's confirmation", [each for some in times for each in some], "s"),
        at_most("whole lists sent where a change was enough", again, "lists", 0),
        Figure("connections lost", sum(reader.failures for reader in fleet), "connections"),
    ]


def _enroll_reader(folder: Path, number: int, node: HubNode, stop: threading.Event) -> PollingReader:
    from plateward.demo import furnish
    from plateward.reader.home import Home

    name = f"reader-{number}"
    home = Home(furnish.enroll(folder / name, name, name, node.readers))
    hub, enrollment, _ = line_of(home)
    key = Ed25519PublicKey.from_public_bytes(enrollment.hotlist_key)
    return PollingReader(hub, key, Random(number).random(), stop)  # noqa: S311, the same moments each time


def _confirmations(number: int, fleet: Sequence[PollingReader], progress: Progress) -> list[float]:
    """Of one recall: the seconds to every reader's confirmation."""
    progress(f"recall {number + 1} of {RECALLS}")
    begun = time.time()
    version = _recall(number)
    _until(lambda: all(version in reader.confirmed for reader in fleet), PATIENCE_S)
    times = [reader.confirmed.get(version, float("inf")) - begun for reader in fleet]
    time.sleep(max(0.0, begun + APART_S - time.time()))
    return times


def _recall(number: int) -> str:
    """Recall as a person does; returns the resulting version."""
    from plateward.core.audit.actor import command_line_actor
    from plateward.field.hotlists.delivery.lists import current_lists
    from plateward.field.hotlists.models import Entry
    from plateward.field.hotlists.recall.actions import recall_entry

    entry = Entry.objects.in_force().select_related("hotlist").get(bare=f"BNC{number:05}")
    recall_entry(command_line_actor("bench"), entry, "Recovered; the owner has the vehicle back.")
    return str(current_lists().version)


def _until(happened: Callable[[], bool], within: float) -> None:
    deadline = time.monotonic() + within
    while not happened() and time.monotonic() < deadline:
        time.sleep(0.02)
