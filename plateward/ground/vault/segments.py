"""Sealed images (or any blobs) in segments: each is a file, or an object of some store, of a generation of a UTC day.

A record is MAGIC, the sealed length (4 bytes, big endian) and the sealed bytes. Its place is part of the sealed
context, so records cannot be swapped or moved. A segment has one writer at a time, of the process that began it, until
it is closed at FULL bytes or with that process; no byte of it ever changes. Segments are never searched: the database
stores each `Location`, so whatever a killed process leaves half written is dead space without a location, and which
segments there are is asked only where a day ends and by checks (docs/decisions/0214).
"""

import os
import struct
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import randrange

from plateward.ground.policy.trace import enforces
from plateward.ground.vault.day_keys import DayKeys
from plateward.ground.vault.files import private_directory, sync_directory
from plateward.ground.vault.generations import generation_name, generations_in
from plateward.ground.vault.sealing import OVERHEAD_BYTES, SealBroken, seal, unseal

MAGIC = b"PWS1"
HEADER = struct.Struct(">4sI")
FULL = 28 * 1024 * 1024  # bytes, closed: with a last batch of a reader no more than one piece of a backup
WITHIN = 40  # bits of a place for the byte within its segment; those above are the segment's number
NUMBERS = 1 << 23  # of segments: a place is a signed integer of 64 bits
APPEND = os.O_WRONLY | os.O_APPEND | os.O_NOFOLLOW


@dataclass(frozen=True)
class Location:
    """A blob's place: an object, and the bytes of its record there. In the database: ISO date, `place`, length in
    bytes, generation."""

    day: date
    place: int
    length: int
    generation: int = 0

    @property
    def object(self) -> str:
        """The segment's name."""
        return segment_name(self.day, self.generation, self.place >> WITHIN)

    @property
    def offset(self) -> int:
        """In bytes."""
        return self.place & ((1 << WITHIN) - 1)


def segment_name(day: date, generation: int, number: int) -> str:
    return f"{generation_name(day, generation)}{f'-{number}' if number else ''}.seg"


class Segments:
    """`<directory>/YYYY-MM-DD-NUMBER.seg`, `YYYY-MM-DD.1-NUMBER.seg` …; safe for several threads and processes."""

    def __init__(self, directory: Path, days: DayKeys) -> None:
        self.directory = private_directory(directory)
        self._days = days
        # Begun by this process, not full, and nobody is writing there.
        self._with_room = defaultdict[tuple[date, int], list[int]](list)

    @enforces("6.i.i/aes", "SC-28/data", "6.j.i/proven")
    def append(self, day: date, blobs: Sequence[bytes], generation: int = 0) -> list[Location]:
        """Seal the blobs and write them to disk with one fsync; returns their locations, in order. A later generation
        than 0 is what is kept of a day, and needs a key already.

        All or none: raises `DayDestroyed`, `DayKeyMissing`, or `OSError` (disk full), and then takes no space.
        """
        if not blobs:
            return []
        number, descriptor = self._open(day, generation)
        start = end = os.fstat(descriptor).st_size
        records: list[bytes] = []
        locations: list[Location] = []
        try:
            if not start:
                sync_directory(self.directory)  # then, if there are bytes, the name is already on disk
            key = self._days.existing(day, generation) if generation else self._days.key(day)
            for blob in blobs:
                place = number << WITHIN | end
                record = HEADER.pack(MAGIC, len(blob) + OVERHEAD_BYTES) + seal(
                    key, blob, _context(day, generation, place)
                )
                records.append(record)
                locations.append(Location(day, place, len(record), generation))
                end += len(record)
            _write_all(descriptor, b"".join(records))
            os.fsync(descriptor)
        except BaseException:
            os.ftruncate(descriptor, start)  # nobody writes there again: a backup may have seen it
            if not start:
                self._file(day, generation, number).unlink(missing_ok=True)
            raise
        finally:
            os.close(descriptor)
        if end < FULL:
            self._with_room[day, generation].append(number)
        return locations

    @enforces("6.j.i/proven")
    def read(self, location: Location) -> bytes:
        """The blob. Raises `SealBroken` (altered, moved, cut), `DayDestroyed`, `DayKeyMissing`."""
        day, generation = location.day, location.generation
        key = self._days.existing(day, generation)
        try:
            record = self._record(location)
            if record[: HEADER.size] != HEADER.pack(MAGIC, location.length - HEADER.size):
                raise _broken_error(location)
            return unseal(key, record[HEADER.size :], _context(day, generation, location.place))
        except SealBroken:
            self._days.existing(day, generation)  # it may have been destroyed since
            raise

    def listed(self) -> set[tuple[date, int]]:
        """The days and generations that have blobs."""
        return set(generations_in(self.directory, "seg"))

    def size(self, day: date, generation: int) -> int:
        """Of its segments, in bytes."""
        return sum(path.stat().st_size for path in self._paths(day, generation))

    @enforces("6.h.ii/destruction")
    def remove(self, day: date, generation: int) -> None:
        """Unlink the segments of a generation whose key is destroyed, or which nothing needs yet."""
        for path in self._paths(day, generation):
            path.unlink(missing_ok=True)
        sync_directory(self.directory)

    def _open(self, day: date, generation: int) -> tuple[int, int]:
        """A segment that is this caller's alone: its number, and a descriptor that appends."""
        with suppress(IndexError, FileNotFoundError):  # none has room; or what was prepared was removed
            number = self._with_room[day, generation].pop()
            return number, os.open(self._file(day, generation, number), APPEND)
        while True:
            with suppress(FileExistsError):
                number = randrange(1, NUMBERS)  # noqa: S311
                file = self._file(day, generation, number)
                return number, os.open(file, APPEND | os.O_CREAT | os.O_EXCL, 0o600)

    def _file(self, day: date, generation: int, number: int) -> Path:
        return self.directory / segment_name(day, generation, number)

    def _paths(self, day: date, generation: int) -> Iterator[Path]:
        name = generation_name(day, generation)
        for pattern in (f"{name}.seg", f"{name}-*.seg"):
            yield from self.directory.glob(pattern)

    def _record(self, location: Location) -> bytes:
        try:
            descriptor = os.open(self.directory / location.object, os.O_RDONLY | os.O_NOFOLLOW)
        except FileNotFoundError:
            raise _broken_error(location) from None
        try:
            size = os.fstat(descriptor).st_size
            fits = location.length > HEADER.size and 0 <= location.offset <= size - location.length
            if not fits:
                raise _broken_error(location)
            return os.pread(descriptor, location.length, location.offset)
        finally:
            os.close(descriptor)


def _write_all(descriptor: int, content: bytes) -> None:
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def _context(day: date, generation: int, place: int) -> bytes:
    return f"segment {generation_name(day, generation)} {place}".encode()


def _broken_error(location: Location) -> SealBroken:
    return SealBroken(
        f"The sealed data of {location.day} at byte {location.offset} is missing or cut: it was damaged or "
        "altered (OPR:50 6.j.i). Report it to the ALPR administrator and restore it from a backup."
    )
