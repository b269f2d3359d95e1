"""What a hot list of a million entries costs, and how fast reads are matched with it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import chain
from multiprocessing import get_context
from pathlib import Path
from random import Random
from resource import RUSAGE_SELF, getpagesize, getrusage
from tempfile import TemporaryDirectory
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from plateward.bench import misreads
from plateward.bench.figures import Figure, Progress, at_least, at_most
from plateward.bench.misreads import Misread, Misreader
from plateward.bench.traffic import PlatedVehicle, Traffic
from plateward.ground.matching.engine import HotListIndex
from plateward.ground.matching.kinds import DEFAULT_ALARMS, MatchKind
from plateward.ground.matching.normalize import fold
from plateward.ground.matching.partial import LEAST_KNOWN
from plateward.ground.wire.codec import encode
from plateward.ground.wire.entries import EntryColumns, WireEntry
from plateward.ground.wire.hotlist import (
    HotListDelta,
    ListHead,
    WireHotList,
    decode_hotlist,
    open_hotlist,
    sign_hotlist,
)

ENTRIES, PARTIAL = 1_000_000, 1000
READS = 100_000
ROUNDS = 5  # the fastest counts
NOW = datetime(2026, 3, 2, tzinfo=UTC)
MAKES = ("FORD", "CHEV", "HOND", "TOYT", "DODG", "HYUN", "NISS", "JEEP", "KIA", "SUBA")
STYLES, COLORS = ("4D", "2D", "PK", "LL", "VN"), ("BLK", "WHI", "SIL", "BLU", "RED", "GRY", "GRN", "BRO")
REASONS = {
    "stolen_vehicle": "Stolen vehicle",
    "stolen_plate": "Stolen plate",
    "wanted_person": "Wanted person",
}


def run(progress: Progress) -> list[Figure]:
    """Uses invented plates, always the same. Seconds are of a single core, whatever else the machine does."""
    random = Random(47)  # noqa: S311, nothing secret
    traffic, misreader = Traffic(random), Misreader(misreads.load(), random)
    progress(f"listing {ENTRIES:,} invented plates")
    vehicles = _distinct(traffic, ENTRIES)
    hotlist = WireHotList("1", NOW, [_head()], EntryColumns.of(_entries(vehicles, random)))
    progress("loading them in a process of its own")
    figures = list(_load_figures(hotlist))
    progress("matching")
    index = HotListIndex.of(hotlist)
    reads = [
        misreader.read(vehicle.plate, vehicle.state) for vehicle in (traffic.passing() for _ in range(READS))
    ]
    partial = index.after(_with_partial(traffic, random))
    figures += _speed(index, partial, reads, (fold(vehicle.plate) for vehicle in vehicles))
    return [*figures, _of_partial(partial, reads)]


def _distinct(traffic: Traffic, count: int) -> list[PlatedVehicle]:
    vehicles: dict[PlatedVehicle, None] = {}
    while len(vehicles) < count:
        vehicles[traffic.anywhere()] = None
    return list(vehicles)


def _head() -> ListHead:
    return ListHead(id=1, name="State hot file", source="NCIC", alarms=DEFAULT_ALARMS, refreshed_at=NOW)


def _entries(vehicles: Iterable[PlatedVehicle], random: Random, first: int = 0) -> Iterator[WireEntry]:
    """Entries with every optional field, so that their memory is counted."""
    for number, vehicle in enumerate(vehicles, first):
        reason = random.choice(list(REASONS))
        described = (
            str(random.randint(1990, 2026)),
            *map(random.choice, (MAKES, ("SUB", "SUV", "CPE"), STYLES, COLORS)),
        )
        yield WireEntry(
            id=UUID(int=(number << 64) + random.getrandbits(62)),
            list_id=1,
            plate=vehicle.plate.replace("O", "0"),  # as NCIC writes it
            state=vehicle.state,
            reason=reason,
            reason_text=REASONS[reason],
            priority="high",
            expires_at=NOW + timedelta(days=random.randint(1, 365)),
            vehicle=" ".join(described),
        )


def _load_figures(hotlist: WireHotList) -> Iterator[Figure]:
    hub = Ed25519PrivateKey.generate()
    with TemporaryDirectory() as folder, ProcessPoolExecutor(1, get_context("spawn")) as other:
        file = Path(folder, "hotlist")
        file.write_bytes(encode(sign_hotlist(hub, hotlist)))
        size = file.stat().st_size / 1e6
        took, megabytes, entries = other.submit(_load, file, hub.public_key().public_bytes_raw()).result()
    yield at_least("entries", entries, "", ENTRIES)
    yield Figure("signed list", size, "MB")
    yield at_most("from signed bytes to ready", took, "s", 10)
    yield at_most("memory, peak while loading counted", megabytes, "MB", 400)


def _load(file: Path, key: bytes) -> tuple[float, float, int]:
    """As in a reader, in a process of its own, since memory freed earlier would hide new use: seconds on one core, by
    how many megabytes its peak grows, and the entries."""
    before = int(Path("/proc/self/statm").read_text().split()[1]) * getpagesize()
    begun = time.process_time()
    hub = Ed25519PublicKey.from_public_bytes(key)
    index = HotListIndex.of(open_hotlist(hub, decode_hotlist(file.read_bytes())))
    took = time.process_time() - begun
    return took, (getrusage(RUSAGE_SELF).ru_maxrss * 1024 - before) / 1e6, len(index)


def _with_partial(traffic: Traffic, random: Random) -> HotListDelta:
    """A change that adds partial entries with the fewest known characters allowed."""

    def part(vehicle: PlatedVehicle) -> PlatedVehicle:
        start = random.randint(0, len(vehicle.plate) - LEAST_KNOWN)
        before, after = ("*" if start else ""), ("*" if start + LEAST_KNOWN < len(vehicle.plate) else "")
        return PlatedVehicle(before + vehicle.plate[start : start + LEAST_KNOWN] + after, vehicle.state)

    parts = (part(traffic.passing()) for _ in range(PARTIAL))
    return HotListDelta(
        "1", "2", NOW, [_head()], EntryColumns.of(_entries(parts, random, ENTRIES)), b"", ENTRIES + PARTIAL
    )


def _speed(
    index: HotListIndex, partial: HotListIndex, reads: list[Misread], keys: Iterable[str]
) -> Iterator[Figure]:
    bare = dict.fromkeys(keys)

    def seconds(way: Callable[[Misread], object]) -> float:
        begun = time.process_time()
        for read in reads:
            way(read)
        return time.process_time() - begun

    ways: dict[str, Callable[[Misread], object]] = {
        "bare look-ups, folded": lambda read: fold(read.text) in bare,
        "exact and folded": lambda read: index.match(read.text, read.state, NOW),
        "default match": lambda read: index.match(read.text, read.state, NOW, read.characters),
        f"default match, {PARTIAL:,} partial entries beside": lambda read: partial.match(
            read.text, read.state, NOW, read.characters
        ),
    }
    # In turns, so that other load on the machine slows all of them alike.
    rounds = [{name: seconds(way) for name, way in ways.items()} for _ in range(ROUNDS)]
    best = {name: min(spent[name] for spent in rounds) for name in ways}
    least = {"exact and folded": 0.5, "default match": 0.05}
    look_up = best["bare look-ups, folded"]
    for name, spent in best.items():
        yield Figure(name, len(reads) / spent, "reads/s")
        if spent is not look_up:
            target = least.get(name)
            holds = None if target is None else look_up / spent >= target
            yield Figure(f"{name}, by bare look-ups", look_up / spent, "times", target, holds)


def _of_partial(index: HotListIndex, reads: list[Misread]) -> Figure:
    hits = chain.from_iterable(index.match(read.text, read.state, NOW) for read in reads)
    partial = sum(hit.kind is MatchKind.PARTIAL for hit in hits)
    name = f"hits of one partial entry, {LEAST_KNOWN} characters known"
    return Figure(name, 1000 * partial / PARTIAL / len(reads), "in 1,000 reads")
