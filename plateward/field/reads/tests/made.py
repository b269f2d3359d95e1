"""Reads of invented vehicles, for tests of searches: few plates that resemble one another, many times each."""

from datetime import datetime, timedelta
from random import Random

from uuid_utils.compat import uuid7

from plateward.field.reads.store import StoredRead
from plateward.ground.vault.segments import Location
from plateward.ground.wire import encode
from plateward.ground.wire.read import Position, Read, ReadVehicle, VehicleFact

PLATES = (
    "ABC123", "A8C123", "ABC128", "ABC12", "ABCD123", "BC123", "OOO000", "O0O0", "AB1", "A", "7", "NMSP12", "XYZ7890",
    "XYZ789", "1FOR4U", "IFOR4U", "SSS555", "S5S5S5", "GG66G", "ZZ22", "ABCDEFGH12345678",
)  # fmt: skip
PLACES = tuple((34.9 + 0.03 * i, -106.8 + 0.04 * i) for i in range(8))
NO_IMAGE = "0" * 64


def made_reads(
    count: int, first: datetime, days: int, random: Random, position: tuple[float, float] | None = None
) -> list[StoredRead]:
    """Reads of `days` days, at `position` if given; some have the same moment, others no position."""
    reads = []
    for _ in range(count):
        at = first + timedelta(minutes=random.randrange(days * 24 * 60))
        number = random.randrange(len(PLACES))
        known = position or (PLACES[number] if random.random() < 0.9 else None)
        reads.append(_read(random.choice(PLATES), at, number, known, random))
    return reads


def made_read(plate: str, at: datetime, number: int, random: Random) -> StoredRead:
    """A read by the camera of this number, which stands at PLACES[number]."""
    return _read(plate, at, number, PLACES[number], random)


def _read(
    plate: str, at: datetime, number: int, position: tuple[float, float] | None, random: Random
) -> StoredRead:
    """Nobody has signed it."""
    read = Read(
        id=uuid7(),
        captured_at=at,
        plate=plate,
        state=random.choice(["NM", "TX", None]),
        confidence=0.9,
        box=(0, 0, 1, 1),
        vehicle=ReadVehicle(
            kind=VehicleFact("Car", "test") if random.random() < 0.5 else None,
            color=VehicleFact(random.choice(["Red", "white"]), "test") if random.random() < 0.8 else None,
        ),
        position=Position(*position) if position else None,
        camera=f"Camera {number}",
        deployment=random.choice(["Patrol", None]),
        context_sha256=NO_IMAGE,
        plate_sha256=NO_IMAGE,
        engine="test",
    )
    nowhere = Location(at.date(), 0, 0)
    return StoredRead(read, encode(read), bytes(64), f"reader-{number % 4}", at, nowhere, nowhere)
