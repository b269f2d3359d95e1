"""A stored read as a row, the same on both databases."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import Any
from uuid import UUID

import msgspec

from plateward.field.reads.cell import cell_of
from plateward.field.reads.queries import ReadSummary
from plateward.field.reads.store.types import StoredRead
from plateward.ground.matching.normalize import fold
from plateward.ground.vault.segments import Location
from plateward.ground.wire.read import Read, VehicleFact

COLUMNS = (
    "id", "captured_at", "plate", "state", "camera", "cell", "reader", "received_at", "body", "signature",
    "context_offset", "context_length", "plate_offset", "plate_length", "generation", "folded",
)  # fmt: skip
SUMMARY_COLUMNS = (
    "captured_at", "id", "plate", "state", "camera", "reader", "cell", "lat", "lon", "heading", "kind", "color",
    "make", "deployment", "folded",
)  # fmt: skip
DAY = 86_400_000_000  # microseconds
READ = ",".join(f"r.{name}" for name in COLUMNS)
SEARCHED = "{searched} AS s ON s.folded = r.folded AND s.captured_at = r.captured_at AND s.id = r.id"
# Rows with what searches ask, by id.
RAW_ROWS = (
    f"SELECT {READ}, {','.join(f's.{name}' for name in SUMMARY_COLUMNS)}"  # noqa: S608
    f" FROM {{read}} AS r LEFT JOIN {SEARCHED} WHERE r.id > %s AND length(r.id) = 16 ORDER BY r.id LIMIT %s"
)
COUNTS = (  # of rows, of those that RAW_ROWS has, of what searches ask; of one moment
    "SELECT (SELECT count(*) FROM {read} AS r),"
    " (SELECT count(*) FROM {read} AS r WHERE r.id > %s AND length(r.id) = 16),"
    " (SELECT count(*) FROM {searched} AS s)"
)
# Reads whole.
OF_IDS = f"SELECT {READ} FROM {{read}} AS r WHERE id = ANY(%s) ORDER BY captured_at"  # noqa: S608
OF_PLATES = (
    f"SELECT {READ} FROM {{read}} AS r JOIN {SEARCHED}"  # noqa: S608
    " WHERE s.folded = ANY(%s) AND s.plate = ANY(%s) ORDER BY s.plate, s.captured_at DESC, s.id"
)


@lru_cache(10_000)
def day_bounds(day: date) -> tuple[int, int]:
    """When the day begins and when the next one does, in microseconds."""
    start = microseconds(datetime.combine(day, time.min, UTC))
    return start, start + DAY  # the last date has no day after it


def microseconds(moment: datetime) -> int:
    """Microseconds since 1970, UTC."""
    return round(moment.timestamp() * 1_000_000)


def moment_of(at: int) -> datetime:
    """The inverse of microseconds."""
    return datetime.fromtimestamp(at / 1_000_000, UTC)


def to_row(stored: StoredRead) -> tuple[Any, ...]:
    """The row in the order of COLUMNS; `id` as 16 bytes, times in microseconds."""
    read = stored.read
    return (
        read.id.bytes,
        microseconds(read.captured_at),
        read.plate,
        read.state,
        read.camera,
        cell_of(read.position),
        stored.reader,
        microseconds(stored.received_at),
        stored.body,
        stored.signature,
        stored.context.place,
        stored.context.length,
        stored.plate_image.place,
        stored.plate_image.length,
        stored.generation,
        fold(read.plate),
    )


def from_row(row: Sequence[Any]) -> StoredRead:
    """The inverse of to_row; the read is decoded from exactly the signed bytes."""
    value = dict(zip(COLUMNS, row, strict=True))
    read = msgspec.msgpack.decode(bytes(value["body"]), type=Read)
    day, generation = read.captured_at.date(), value["generation"]
    return StoredRead(
        read=read,
        body=bytes(value["body"]),
        signature=bytes(value["signature"]),
        reader=value["reader"],
        received_at=moment_of(value["received_at"]),
        context=Location(day, value["context_offset"], value["context_length"], generation),
        plate_image=Location(day, value["plate_offset"], value["plate_length"], generation),
    )


def to_summary_row(read: Read, reader: str) -> tuple[Any, ...]:
    """The narrow row that searches ask, in the order of SUMMARY_COLUMNS; what is known of the vehicle in lower case."""
    position, vehicle = read.position, read.vehicle
    return (
        microseconds(read.captured_at),
        read.id.bytes,
        read.plate,
        read.state,
        read.camera,
        reader,
        cell_of(position),
        position.lat if position else None,
        position.lon if position else None,
        read.heading,
        _lower(vehicle.kind),
        _lower(vehicle.color),
        _lower(vehicle.make),
        read.deployment,
        fold(read.plate),
    )


def from_summary_row(row: Sequence[Any]) -> ReadSummary:
    """The inverse of to_summary_row."""
    at, read_id, plate, state, camera, reader, _, lat, lon, heading, kind, color, make, deployment, _ = row
    return ReadSummary(
        id=UUID(bytes=bytes(read_id)),
        captured_at=moment_of(at),
        plate=plate,
        state=state,
        camera=camera,
        reader=reader,
        lat=lat,
        lon=lon,
        heading=heading,
        kind=kind,
        color=color,
        make=make,
        deployment=deployment,
    )


def tail_rows(plates: Iterable[str]) -> list[tuple[str, int, str]]:
    """(tail, start, folded) of each plate: what the folded plate has from each of its characters on. Sorted."""
    return sorted(
        (folded[start:], start, folded) for folded in set(map(fold, plates)) for start in range(len(folded))
    )


def source_rows(reads: Iterable[tuple[Read, str]]) -> list[tuple[str, str, str]]:
    """(camera, reader, deployment or nothing), each once, sorted."""
    return sorted({(read.camera, reader, read.deployment or "") for read, reader in reads})


def _lower(fact: VehicleFact | None) -> str | None:
    return fact.value.lower() if fact else None
