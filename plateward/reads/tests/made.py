"""Reads of invented vehicles, for tests of searches: few plates that resemble one another, many times each."""

from datetime import datetime, timedelta
from random import Random

from uuid_utils.compat import uuid7

from plateward.reads.store import StoredRead
from plateward.vault.segments import Location
from plateward.wire import encode
from plateward.wire.read import Position, Read, ReadVehicle, VehicleFact

PLATES = (
    "ABC123", "A8C123", "ABC128", "ABC12", "ABCD123", "BC123", "OOO000", "O0O0", "AB1", "A", "7", "NMSP12", "XYZ7890",
    "XYZ789", "1FOR4U", "IFOR4U", "SSS555", "S5S5S5", "GG66G", "ZZ22", "ABCDEFGH12345678",
)  # fmt: skip
PLACES = tuple((34.9 + 0.03 * i, -106.8 + 0.04 * i) for i in range(8))
NO_IMAGE = "0" * 64


def made_reads(
    count: int, first: datetime, days: int, random: Random, place: tuple[float, float] | None = None
) -> list[StoredRead]:
    """Reads of `days` days; some have the same moment, and some no position. Nobody has signed them."""
    return [_made(first + _when(days, random), random, place) for _ in range(count)]


def _when(days: int, random: Random) -> timedelta:
    return timedelta(minutes=random.randrange(days * 24 * 60))


def _made(at: datetime, random: Random, place: tuple[float, float] | None) -> StoredRead:
    number = random.randrange(len(PLACES))
    lat, lon = place or PLACES[number]
    read = Read(
        id=uuid7(),
        captured_at=at,
        plate=random.choice(PLATES),
        state=random.choice(["NM", "TX", None]),
        confidence=0.9,
        box=(0, 0, 1, 1),
        vehicle=ReadVehicle(
            kind=VehicleFact("Car", "test") if random.random() < 0.5 else None,
            color=VehicleFact(random.choice(["Red", "white"]), "test") if random.random() < 0.8 else None,
        ),
        position=Position(lat, lon) if place or random.random() < 0.9 else None,
        camera=f"Camera {number}",
        deployment=random.choice(["Patrol", None]),
        context_sha256=NO_IMAGE,
        plate_sha256=NO_IMAGE,
        engine="test",
    )
    day = at.date()
    nowhere = Location(day, 0, 0)
    return StoredRead(read, encode(read), bytes(64), f"reader-{number % 4}", at, nowhere, nowhere)
