"""A stored read as a row, the same on both databases."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec

from plateward.reads.cell import cell_of
from plateward.reads.store.types import StoredRead
from plateward.vault.segments import Location
from plateward.wire.read import Read

COLUMNS = (
    "id", "captured_at", "plate", "state", "camera", "cell", "reader", "received_at", "body", "signature",
    "context_offset", "context_length", "plate_offset", "plate_length",
)  # fmt: skip


def microseconds(moment: datetime) -> int:
    """Microseconds since 1970, UTC."""
    return round(moment.timestamp() * 1_000_000)


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
        stored.context.offset,
        stored.context.length,
        stored.plate_image.offset,
        stored.plate_image.length,
    )


def from_row(row: Sequence[Any]) -> StoredRead:
    """The inverse of to_row; the read is decoded from exactly the signed bytes."""
    value = dict(zip(COLUMNS, row, strict=True))
    read = msgspec.msgpack.decode(bytes(value["body"]), type=Read)
    day = read.captured_at.date()
    return StoredRead(
        read=read,
        body=bytes(value["body"]),
        signature=bytes(value["signature"]),
        reader=value["reader"],
        received_at=datetime.fromtimestamp(value["received_at"] / 1_000_000, UTC),
        context=Location(day, value["context_offset"], value["context_length"]),
        plate_image=Location(day, value["plate_offset"], value["plate_length"]),
    )


def ids_of_rows(rows: Sequence[Sequence[Any]]) -> set[UUID]:
    """The ids from rows that contain nothing else."""
    return {UUID(bytes=bytes(row[0])) for row in rows}
