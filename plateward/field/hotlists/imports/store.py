"""A load's working data: compressed, sealed and in the database, so that any node can continue it."""

import zlib
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar

import msgspec
from django.db import transaction

from plateward.field.hotlists.imports.models import Part
from plateward.field.hotlists.models import Load
from plateward.ground.policy.trace import enforces

PART_BYTES = 4 * 1024 * 1024  # of a file
PART_ROWS = 5000

T = TypeVar("T")


@enforces("6.i.i/aes", "SC-28/data")
def put_part(load: Load, kind: str, number: int, content: bytes) -> None:
    """Store one part, replacing what an interrupted attempt left."""
    with transaction.atomic():
        Part.objects.filter(load=load, kind=kind, number=number).delete()
        Part.objects.create(load=load, kind=kind, number=number, content=zlib.compress(content, 1))


def read_parts(load: Load, kind: str) -> Iterator[bytes]:
    """The parts of a kind in order, one at a time. Raises SealBroken."""
    numbers = Part.objects.filter(load=load, kind=kind).order_by("number").values_list("number", flat=True)
    for number in list(numbers):
        yield zlib.decompress(Part.objects.get(load=load, kind=kind, number=number).content)


def read_items(load: Load, kind: str, of: type[T]) -> Iterator[T]:
    """What a preview kept of a kind: ImportRow (ADDED, CHANGED), keys of entries (LOST), RejectedLine, or
    ProtectedLine (NAMED)."""
    decoder = msgspec.msgpack.Decoder(list[of])  # type: ignore[valid-type]
    return (item for part in read_parts(load, kind) for item in decoder.decode(part))


def delete_parts(load: Load, *kinds: str) -> None:
    """Delete parts, each in its own transaction, so that other writers get their turn."""
    parts = Part.objects.filter(load=load)
    for pk in list((parts.filter(kind__in=kinds) if kinds else parts).values_list("pk", flat=True)):
        with transaction.atomic():
            Part.objects.filter(pk=pk).delete()


def batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """The same items in lists of at most `size`."""
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


class PartWriter:
    """Stores items of one kind, thousands per part."""

    def __init__(self, load: Load, kind: str) -> None:
        self._load, self._kind, self._held, self.parts, self.count = load, kind, [], 0, 0  # type: ignore[var-annotated]

    def add(self, item: Any) -> None:
        """Add an item."""
        self._held.append(item)
        if len(self._held) == PART_ROWS:
            self.close()

    def close(self) -> None:
        """Store the remaining items."""
        if self._held:
            self.count += len(self._held)
            put_part(self._load, self._kind, self.parts, msgspec.msgpack.encode(self._held))
            self.parts, self._held = self.parts + 1, []
