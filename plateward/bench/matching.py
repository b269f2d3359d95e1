"""What a hot list of a million entries costs, how fast reads are matched with it, and how well."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path
from random import Random
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from plateward.bench import misreads, quality
from plateward.bench.figures import Figure
from plateward.bench.misreads import Misread, Misreader
from plateward.bench.traffic import PlatedVehicle, Traffic
from plateward.matching.engine import HotListIndex
from plateward.matching.kinds import DEFAULT_ALARMS, MatchAlarm, MatchKind
from plateward.matching.normalize import fold
from plateward.matching.partial import LEAST_KNOWN
from plateward.wire.codec import encode
from plateward.wire.entries import EntryColumns, WireEntry
from plateward.wire.hotlist import HotListDelta, ListHead, WireHotList, sign_hotlist

ENTRIES, PRIORITY, PARTIAL = 1_000_000, 1000, 1000
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


def run(progress: Callable[[str], None]) -> list[Figure]:
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
    figures.append(_of_partial(partial, reads))
    progress("counting what is found")
    figures += quality.measure(index, NOW, vehicles, traffic, misreader, random).figures("million entries")
    few = vehicles[:PRIORITY]
    near = _head({**DEFAULT_ALARMS, MatchKind.NEAR: MatchAlarm.SHOW})
    short = HotListIndex.of(WireHotList("1", NOW, [near], EntryColumns.of(_entries(few, random))))
    figures += quality.measure(short, NOW, few, traffic, misreader, random).figures(
        "thousand entries, near on"
    )
    return figures


def _distinct(traffic: Traffic, count: int) -> list[PlatedVehicle]:
    vehicles: dict[PlatedVehicle, None] = {}
    while len(vehicles) < count:
        vehicles[traffic.anywhere()] = None
    return list(vehicles)


def _head(alarms: dict[str, str] = DEFAULT_ALARMS) -> ListHead:
    return ListHead(id=1, name="State hot file", source="NCIC", alarms=alarms, refreshed_at=NOW)


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
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "hotlist")
        file.write_bytes(encode(sign_hotlist(hub, hotlist)))
        key = hub.public_key().public_bytes_raw().hex()
        line = [sys.executable, "-m", "plateward.bench.loaded", str(file), key]
        result = json.loads(subprocess.run(line, check=True, capture_output=True).stdout)
        size = file.stat().st_size / 1e6
    yield Figure("entries", result["entries"], "", ENTRIES, result["entries"] == ENTRIES)
    yield Figure("signed list", size, "MB")
    yield Figure("from signed bytes to ready", result["seconds"], "s", 10, result["seconds"] <= 10)
    yield Figure(
        "memory, peak while loading counted", result["megabytes"], "MB", 400, result["megabytes"] <= 400
    )


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
