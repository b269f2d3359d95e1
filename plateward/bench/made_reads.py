"""Invented reads on New Mexico's roads, always the same: commuters who pass the same cameras on most days, vehicles
that come by seldom, and misread plates. All signatures are one and invented, and there are no pictures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import accumulate, islice
from math import hypot
from random import Random
from uuid import UUID

from plateward.bench import misreads
from plateward.bench.misreads import Misreader
from plateward.bench.traffic import PlatedVehicle, Traffic
from plateward.field.reads.queries import Span
from plateward.field.reads.store.types import StoredRead
from plateward.ground.vault.segments import Location
from plateward.ground.wire.codec import encode
from plateward.ground.wire.read import Position, Read, ReadCharacter, ReadVehicle, VehicleFact

LAST = date(2026, 6, 30)
DAYS = 30
DATES = [LAST - timedelta(days=back) for back in reversed(range(DAYS))]
MIDNIGHT = datetime.combine(LAST, time.min, UTC) + timedelta(days=1)
WHOLE = Span(MIDNIGHT - timedelta(days=DAYS), MIDNIGHT)
MISREAD = 0.03  # share of the reads
REGULAR = 0.6  # share of the trips that are made by vehicles with a route of their own
# Where people live: latitude, longitude, and their share.
TOWNS = (
    (35.08, -106.65, 48), (32.31, -106.78, 13), (35.69, -105.94, 12), (33.39, -104.52, 6), (35.53, -108.74, 4),
    (34.40, -103.20, 5), (32.90, -105.96, 4), (32.42, -104.23, 4), (34.06, -106.89, 2), (36.90, -104.44, 2),
)  # fmt: skip
# Each road is read every so many degrees, in both directions; the more people live near its end, the more often.
ROADS = {
    "I-25 south": ((35.08, -106.65), (32.31, -106.78), 40), "I-25 north": ((35.08, -106.65), (36.90, -104.44), 12),
    "I-40": ((35.53, -108.74), (35.08, -106.65), 4), "US-70": ((32.31, -106.78), (34.40, -103.20), 13),
    "US-285": ((32.42, -104.23), (35.69, -105.94), 12),
}  # fmt: skip
APART = 0.04  # degrees
HOURS = list(accumulate([1, 1, 1, 1, 2, 5, 9, 12, 10, 7, 6, 7, 7, 7, 8, 10, 12, 12, 9, 6, 5, 4, 3, 2]))
NO_IMAGE, SIGNATURE = "5e" * 32, bytes(range(64))
COLORS = ("white", "black", "gray", "silver", "red", "blue", "green", "brown")
LOOK_ALIKE = {"0": "O", "O": "0", "1": "I", "8": "B", "B": "8", "5": "S", "2": "Z"}


@dataclass(frozen=True)
class Camera:
    """A camera beside a road, which it reads in one direction."""

    name: str
    lat: float
    lon: float
    heading: float


Route = list[Camera]


class MadeReads:
    """`reads` in all, on DAYS days up to LAST."""

    def __init__(self, reads: int, seed: int = 1) -> None:
        self._random = Random(seed)  # noqa: S311
        self._traffic = Traffic(self._random)
        self._misreader = Misreader(misreads.load(), self._random)
        self.per_day = max(1, reads // DAYS)
        self._roads = [_cameras(road, way) for road in ROADS for way in ("ahead", "back")]
        self._busy = list(accumulate(share for *_, share in ROADS.values() for _ in range(2)))
        self._regulars = [self._regular() for _ in range(max(20, self.per_day // 2))]
        self._often = list(accumulate(1 / (rank + 50) ** 0.5 for rank in range(len(self._regulars))))
        self._seldom: list[PlatedVehicle] = []

    def of_day(self, day: date, at_once: int) -> Iterator[list[StoredRead]]:
        """The day's reads as they come in; days must be made one after another."""
        passings = sorted(islice(self._passings(), self.per_day), key=lambda passing: passing[0])
        midnight = datetime.combine(day, time.min, UTC)
        for start in range(0, len(passings), at_once):
            yield [
                self._stored(midnight + timedelta(seconds=at), vehicle, camera)
                for at, vehicle, camera in passings[start : start + at_once]
            ]

    def _passings(self) -> Iterator[tuple[float, PlatedVehicle, Camera]]:
        """Seconds into the day, who, and where."""
        random = self._random
        while True:
            if random.random() < REGULAR:
                vehicle, route, leaves = random.choices(self._regulars, cum_weights=self._often)[0]
                leaves += random.gauss(0, 400)
            else:
                vehicle, route, leaves = self._rare_vehicle(), self._route(), self._leaves()
            for number, camera in enumerate(route):
                at = leaves + 150 * number + random.gauss(0, 5)  # 30 m/s
                if 0 <= at < 86_399:
                    yield at, vehicle, camera

    def _rare_vehicle(self) -> PlatedVehicle:
        """A new one, or one of those that passed before: fewer and fewer come back again and again."""
        if self._seldom and self._random.random() < 0.6:
            return self._seldom[int(len(self._seldom) * self._random.random() ** 2)]
        self._seldom.append(self._traffic.passing())
        return self._seldom[-1]

    def _regular(self) -> tuple[PlatedVehicle, Route, float]:
        return self._traffic.passing(), self._route(), self._leaves()

    def _leaves(self) -> float:
        return 3600 * (self._random.choices(range(24), cum_weights=HOURS)[0] + self._random.random())

    def _route(self) -> Route:
        """Some cameras one after another, more often near a road's beginning."""
        [road] = self._random.choices(self._roads, cum_weights=self._busy)
        begin = int(len(road) * self._random.random() ** 2)
        return road[begin : begin + 2 + int(self._random.expovariate(0.5))]

    def _stored(self, at: datetime, vehicle: PlatedVehicle, camera: Camera) -> StoredRead:
        random, plate = self._random, vehicle.plate
        state: str | None = vehicle.state
        characters = _characters(plate)
        if random.random() < MISREAD and (misread := self._misreader.read(plate, vehicle.state)).text:
            plate, state = misread.text[:16], misread.state
            characters = tuple(
                ReadCharacter(item.char, item.score, tuple(item.alternatives)[:10])
                for item in misread.characters[:16]
            )
        moment = int(at.timestamp() * 1000) << 80
        read = Read(
            id=UUID(int=moment | 7 << 76 | random.getrandbits(12) << 64 | 2 << 62 | random.getrandbits(62)),
            captured_at=at,
            clock_error_ms=3,
            plate=plate,
            state=state,
            confidence=0.97,
            characters=characters,
            box=(612, 430, 118, 61),
            vehicle=_look(vehicle.plate),
            position=Position(camera.lat, camera.lon, 4.0, 0.3),
            heading=camera.heading,
            camera=camera.name,
            deployment=None,
            context_sha256=NO_IMAGE,
            plate_sha256=NO_IMAGE,
            engine="plates-4@d39fdc5b",
            hotlist_version="1042",
            shift_check=True,
        )
        image = Location(at.date(), 4_000_000, 180_000)
        reader = camera.name.lower().replace(" ", "-")
        return StoredRead(read, encode(read), SIGNATURE, reader, at + timedelta(seconds=2), image, image)


@lru_cache(100_000)
def _look(plate: str) -> ReadVehicle:
    """A vehicle looks alike at all cameras; of some nothing is known."""
    chosen = Random(plate)  # noqa: S311
    if chosen.random() < 0.3:
        return ReadVehicle()
    kind, color = chosen.choice(("Car", "Truck", "SUV", "Van")), chosen.choice(COLORS)
    return ReadVehicle(kind=VehicleFact(kind, "plates-4"), color=VehicleFact(color, "plates-4"))


@lru_cache(100_000)
def _characters(plate: str) -> tuple[ReadCharacter, ...]:
    return tuple(ReadCharacter(char, 0.98, ((LOOK_ALIKE.get(char, "Q"), 0.011),)) for char in plate)


def _cameras(road: str, way: str) -> Route:
    """In the order of driving."""
    (lat, lon), (to_lat, to_lon), _ = ROADS[road]
    steps = int(hypot(to_lat - lat, to_lon - lon) / APART)
    shares = [step / steps for step in range(steps)]
    ordered, heading = (shares, 10.0) if way == "ahead" else (shares[::-1], 190.0)
    return [
        Camera(f"{road} {way} {number}", lat + (to_lat - lat) * share, lon + (to_lon - lon) * share, heading)
        for number, share in enumerate(ordered)
    ]
