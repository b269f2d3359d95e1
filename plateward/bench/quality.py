"""How good matching is: which misreads of listed vehicles it finds, and how many hits are of other vehicles."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from plateward.bench.figures import Figure
from plateward.bench.misreads import Misread, Misreader
from plateward.bench.traffic import PlatedVehicle, Traffic
from plateward.matching.engine import Hit, HotListIndex
from plateward.matching.kinds import MatchAlarm, MatchKind
from plateward.matching.normalize import zeroed

LISTED_SHARE = 1 / 500  # of the passing vehicles; weighs reads of listed vehicles against those of others
OF_LISTED, OF_OTHERS = 50_000, 200_000  # reads


@dataclass
class HitTally:
    """Shares of all reads: hits, hits with the photographed plate, and hits with its state too."""

    hits: float = 0.0
    plate: float = 0.0
    vehicle: float = 0.0

    def add(self, weight: float, hit: Hit, vehicle: PlatedVehicle) -> None:
        same = zeroed(hit.entry.plate) == zeroed(vehicle.plate)
        self.hits += weight
        self.plate += weight * same
        self.vehicle += weight * (same and hit.entry.state == vehicle.state)

    def figures(self, name: str, label: str) -> Iterator[Figure]:
        """`name` is e.g. "exact hits"."""
        yield Figure(f"{name}: {label}", 1000 * self.hits, "in 1,000 reads")
        if self.hits:
            yield Figure(f"{name}: {label}, of the listed plate", self.plate / self.hits, "share")
            yield Figure(f"{name}: {label}, of the listed plate and state", self.vehicle / self.hits, "share")


@dataclass
class Quality:
    """The results of a hot list on the traffic."""

    index: HotListIndex
    at: datetime
    kinds: defaultdict[MatchKind, HitTally] = field(default_factory=lambda: defaultdict(HitTally))
    alarms: HitTally = field(default_factory=HitTally)
    misread: int = 0  # reads of listed vehicles that differ from the entry …
    found_by_kind: defaultdict[MatchKind, int] = field(
        default_factory=lambda: defaultdict(int)
    )  # … and hit anyway

    def see(self, vehicle: PlatedVehicle, read: Misread, weight: float) -> list[Hit]:
        """Match a read that stands for this share of all reads."""
        hits = self.index.match(read.text, read.state, self.at, read.characters)
        for hit in hits:
            self.kinds[hit.kind].add(weight, hit, vehicle)
        rings = [hit for hit in hits if hit.alarm is MatchAlarm.RING and read.sure]
        if rings:  # an alarm rings once, however many entries match
            self.alarms.add(weight, rings[0], vehicle)
        return hits

    def see_listed(self, vehicle: PlatedVehicle, read: Misread, weight: float) -> None:
        """The same for a vehicle on the list."""
        hits = self.see(vehicle, read, weight)
        if zeroed(read.text) != zeroed(vehicle.plate):
            self.misread += 1
            own = (vehicle.plate, vehicle.state)
            for hit in hits:
                self.found_by_kind[hit.kind] += (hit.entry.plate, hit.entry.state) == own

    def figures(self, name: str) -> Iterator[Figure]:
        """The figures of the list called `name`."""
        for kind in [kind for kind in MatchKind if self.found_by_kind[kind]]:
            yield Figure(f"{name}: misreads found, {kind}", self.found_by_kind[kind] / self.misread, "share")
        every = sum(self.found_by_kind.values()) / self.misread
        yield Figure(f"{name}: misreads found, all kinds", every, "share")
        for kind in [kind for kind in MatchKind if kind in self.kinds]:
            yield from self.kinds[kind].figures(name, f"{kind} hits")
        yield from self.alarms.figures(name, "alarms")


def measure(
    index: HotListIndex,
    at: datetime,
    listed: Sequence[PlatedVehicle],
    traffic: Traffic,
    misreader: Misreader,
    random: Random,
) -> Quality:
    """`listed` are all vehicles of the index."""
    quality, listed_vehicles = Quality(index, at), frozenset(listed)
    for _ in range(OF_LISTED):
        vehicle = random.choice(listed)
        quality.see_listed(vehicle, misreader.read(vehicle.plate, vehicle.state), LISTED_SHARE / OF_LISTED)
    for _ in range(OF_OTHERS):
        vehicle = traffic.passing()
        if vehicle not in listed_vehicles:
            quality.see(vehicle, misreader.read(vehicle.plate, vehicle.state), (1 - LISTED_SHARE) / OF_OTHERS)
    return quality
