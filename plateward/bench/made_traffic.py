"""Invented reads on New Mexico's roads, always the same: commuters who pass the same cameras on most days, vehicles
that come by seldom, patrol cars that read what they meet, and misread plates. All signatures are one and invented."""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import accumulate, islice, pairwise
from random import Random
from uuid import UUID

from plateward.bench import misreads
from plateward.bench.misreads import Misreader
from plateward.bench.traffic import PlatedVehicle, Traffic
from plateward.reads.queries import Span
from plateward.reads.store.types import StoredRead
from plateward.vault.segments import Location
from plateward.wire.codec import encode
from plateward.wire.read import Position, Read, ReadCharacter, ReadVehicle, VehicleFact

LAST = date(2026, 6, 30)
DAYS = 30
DATES = [LAST - timedelta(days=back) for back in reversed(range(DAYS))]
MIDNIGHT = datetime.combine(LAST, time.min, UTC) + timedelta(days=1)
WHOLE = Span(MIDNIGHT - timedelta(days=DAYS), MIDNIGHT)
MISREAD = 0.03  # share of the reads
BY_PATROL = 0.1  # share of the reads
PATROL_CARS = 150
REGULAR = 0.6  # share of the trips that are made by vehicles with a route of their own
KM = 1 / 111.195  # degrees of latitude
# Roughly where the roads run: (lat, lon), south to north or west to east.
ROADS = {
    "I-25": ((32.31, -106.78), (33.13, -107.25), (34.06, -106.89), (35.08, -106.65), (35.69, -105.94),
             (35.59, -105.22), (36.90, -104.44)),
    "I-40": ((35.53, -108.74), (35.15, -107.85), (35.08, -106.65), (34.94, -104.68), (35.17, -103.72)),
    "US-70": ((32.35, -108.71), (32.31, -106.78), (32.90, -105.96), (33.39, -104.52), (34.40, -103.20)),
    "US-285": ((32.42, -104.23), (33.39, -104.52), (34.60, -105.21), (35.69, -105.94), (36.00, -106.08)),
}  # fmt: skip
# Where people live: latitude, longitude, and their share.
TOWNS = (
    (35.08, -106.65, 48), (32.31, -106.78, 13), (35.69, -105.94, 12), (33.39, -104.52, 6), (35.53, -108.74, 4),
    (34.40, -103.20, 5), (32.90, -105.96, 4), (32.42, -104.23, 4), (34.06, -106.89, 2), (36.90, -104.44, 2),
)  # fmt: skip
HOURS = list(accumulate([1, 1, 1, 1, 2, 5, 9, 12, 10, 7, 6, 7, 7, 7, 8, 10, 12, 12, 9, 6, 5, 4, 3, 2]))
NO_IMAGE, SIGNATURE = "5e" * 32, bytes(range(64))
COLORS = ("white", "black", "gray", "silver", "red", "blue", "green", "brown")
MAKES = ("Ford", "Chevrolet", "Toyota", "Honda", "Nissan", "Dodge", "Jeep", "Hyundai")


@dataclass(frozen=True)
class Camera:
    """A camera beside a road, which it reads in one direction."""

    name: str
    reader: str
    lat: float
    lon: float
    heading: float


@dataclass(frozen=True)
class Passing:
    """A vehicle passes a camera, `at` seconds into the day."""

    at: float
    vehicle: PlatedVehicle
    camera: Camera


class MadeTraffic:
    """`reads` in all, on DAYS days up to LAST."""

    def __init__(self, reads: int, seed: int = 1) -> None:
        self._random = Random(seed)  # noqa: S311
        self._traffic = Traffic(self._random)
        self._misreader = Misreader(misreads.load(), self._random)
        self.per_day = max(1, reads // DAYS)
        self.roads = [cameras for road in ROADS for cameras in _cameras(road)]
        self._near = [_weights_near(cameras) for cameras in self.roads]
        self._regulars = [self._regular() for _ in range(max(20, self.per_day // 2))]
        self._often = list(accumulate(1 / (rank + 50) ** 0.5 for rank in range(len(self._regulars))))
        self._seldom: list[PlatedVehicle] = []

    def reads_of(self, day: date, at_once: int) -> Iterator[list[StoredRead]]:
        """The day's reads as they come in; days must be made one after another."""
        passings = sorted(islice(self._passings(), self.per_day), key=lambda passing: passing.at)
        midnight = datetime.combine(day, time.min, UTC)
        for start in range(0, len(passings), at_once):
            yield [self._stored(passing, midnight) for passing in passings[start : start + at_once]]

    def _passings(self) -> Iterator[Passing]:
        random = self._random
        while True:
            if random.random() < REGULAR:
                vehicle, route, leaves = random.choices(self._regulars, cum_weights=self._often)[0]
                leaves += random.gauss(0, 400)
            else:
                vehicle, route = self._rare_vehicle(), self._route(2 + int(random.expovariate(0.5)))
                leaves = 3600 * (random.choices(range(24), cum_weights=HOURS)[0] + random.random())
            for camera, meters in route:
                at = leaves + meters / 30 + random.gauss(0, 5)  # 30 m/s
                if 0 <= at < 86_399:
                    yield Passing(at, vehicle, camera)

    def _rare_vehicle(self) -> PlatedVehicle:
        """A new one, or one of those that passed before: fewer and fewer come back again and again."""
        if self._seldom and self._random.random() < 0.6:
            return self._seldom[int(len(self._seldom) * self._random.random() ** 2)]
        self._seldom.append(self._traffic.passing())
        return self._seldom[-1]

    def _regular(self) -> tuple[PlatedVehicle, list[tuple[Camera, float]], float]:
        leaves = 3600 * (self._random.choices(range(24), cum_weights=HOURS)[0] + self._random.random())
        return self._traffic.passing(), self._route(2 + int(self._random.expovariate(0.6))), leaves

    def _route(self, length: int) -> list[tuple[Camera, float]]:
        """Cameras one after another on a road, and how many meters from the first."""
        number = self._random.choices(range(len(self.roads)), [near[-1] for near in self._near])[0]
        road = self.roads[number]
        begin = self._random.choices(range(len(road)), cum_weights=self._near[number])[0]
        cameras = road[begin : begin + length]
        return [(camera, _meters(cameras[0], camera)) for camera in cameras]

    def _stored(self, passing: Passing, midnight: datetime) -> StoredRead:
        random, plate, camera = self._random, passing.vehicle.plate, passing.camera
        at = midnight + timedelta(seconds=passing.at)
        state: str | None = passing.vehicle.state
        characters = _characters(plate)
        if random.random() < MISREAD:
            misread = self._misreader.read(plate, passing.vehicle.state)
            if misread.text:
                plate, state = misread.text[:16], misread.state
                characters = tuple(
                    ReadCharacter(item.char, item.score, tuple(item.alternatives)[:10])
                    for item in misread.characters[:16]
                )
        lat, lon, name, reader, deployment = camera.lat, camera.lon, camera.name, camera.reader, None
        if random.random() < BY_PATROL:
            car = (zlib.crc32(f"{camera.reader} {passing.at // 1800}".encode()) + midnight.day) % PATROL_CARS
            name, reader, deployment = f"Unit {car} front", f"unit-{car}", f"Patrol {midnight:%m-%d} {car}"
            lat, lon = lat + random.uniform(-3, 3) * KM, lon + random.uniform(-3, 3) * KM
        milliseconds = int(at.timestamp() * 1000)
        number = (
            milliseconds << 80 | 7 << 76 | random.getrandbits(12) << 64 | 2 << 62 | random.getrandbits(62)
        )
        read = Read(
            id=UUID(int=number),
            captured_at=at,
            clock_error_ms=3,
            plate=plate,
            state=state,
            confidence=0.97,
            characters=characters,
            box=(612, 430, 118, 61),
            vehicle=_look(passing.vehicle.plate),
            position=Position(lat, lon, 4.0, 0.3),
            heading=camera.heading,
            camera=name,
            deployment=deployment,
            context_sha256=NO_IMAGE,
            plate_sha256=NO_IMAGE,
            engine="plates-4@d39fdc5b",
            hotlist_version="1042",
            shift_check=True,
        )
        image = Location(at.date(), 4_000_000, 180_000)
        return StoredRead(read, encode(read), SIGNATURE, reader, at + timedelta(seconds=2), image, image)


@lru_cache(100_000)
def _look(plate: str) -> ReadVehicle:
    """A vehicle looks alike at all cameras; of some nothing is known."""
    chosen = Random(plate)  # noqa: S311
    if chosen.random() < 0.3:
        return ReadVehicle()
    source = "plates-4"
    return ReadVehicle(
        kind=VehicleFact(chosen.choice(("Car", "Truck", "SUV", "Van")), source),
        color=VehicleFact(chosen.choice(COLORS), source),
        make=VehicleFact(chosen.choice(MAKES), source),
    )


@lru_cache(100_000)
def _characters(plate: str) -> tuple[ReadCharacter, ...]:
    return tuple(ReadCharacter(char, 0.98, ((_other(char), 0.011),)) for char in plate)


def _other(char: str) -> str:
    return {"0": "O", "O": "0", "1": "I", "8": "B", "B": "8", "5": "S", "2": "Z"}.get(char, "Q")


def _cameras(road: str) -> Iterator[list[Camera]]:
    """The cameras of each direction, in the order of driving: every 7 km, every 1.5 km in towns."""
    points = ROADS[road]
    places: list[tuple[float, float]] = []
    for (lat, lon), (to_lat, to_lon) in pairwise(points):
        length, at = math.hypot((to_lat - lat) / KM, (to_lon - lon) / KM * math.cos(math.radians(lat))), 0.0
        while at < length:
            place = lat + (to_lat - lat) * at / length, lon + (to_lon - lon) * at / length
            places.append(place)
            at += 1.5 if min(_km(place, town) for town in TOWNS) < 15 else 7
    for way, heading in (("ahead", 10.0), ("back", 190.0)):
        ordered = places if way == "ahead" else places[::-1]
        yield [
            Camera(f"{road} {way} {number}", f"{road.lower()}-{way}-{number}", lat, lon, heading)
            for number, (lat, lon) in enumerate(ordered)
        ]


def _weights_near(cameras: list[Camera]) -> list[float]:
    """How many begin a trip at each camera, accumulated."""
    return list(
        accumulate(
            0.2 + sum(town[2] / (1 + (_km((camera.lat, camera.lon), town) / 8) ** 2) for town in TOWNS)
            for camera in cameras
        )
    )


def _km(place: tuple[float, float], town: tuple[float, float, int]) -> float:
    return math.hypot((place[0] - town[0]) / KM, (place[1] - town[1]) / KM * math.cos(math.radians(place[0])))


def _meters(first: Camera, camera: Camera) -> float:
    return 1000 * _km((first.lat, first.lon), (camera.lat, camera.lon, 0))
