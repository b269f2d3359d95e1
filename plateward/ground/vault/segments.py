"""Sealed images (or any blobs), appended to a file for each generation of a UTC day.

A record is MAGIC, the sealed length (4 bytes, big endian) and the sealed bytes. Its position is part of the sealed
context, so records cannot be swapped or moved. Segments are never searched: the database stores each `Location`, so
whatever a killed process leaves half written is dead space without a location.
"""

import os
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fcntl import LOCK_EX, flock
from pathlib import Path

from plateward.ground.policy.trace import enforces
from plateward.ground.vault.day_keys import DayDestroyed, DayKeys
from plateward.ground.vault.files import private_directory, sync_directory
from plateward.ground.vault.generations import generation_name, generations_in
from plateward.ground.vault.sealing import OVERHEAD_BYTES, SealBroken, seal, unseal

MAGIC = b"PWS1"
HEADER = struct.Struct(">4sI")


@dataclass(frozen=True)
class Location:
    """A blob's position: stored in the database as ISO date, byte offset, length of the record in bytes, generation."""

    day: date
    offset: int
    length: int
    generation: int = 0


class Segments:
    """`<directory>/YYYY-MM-DD.seg`, `YYYY-MM-DD.1.seg` …; safe for several threads and processes."""

    def __init__(self, directory: Path, days: DayKeys) -> None:
        self.directory = private_directory(directory)
        self._days = days

    @enforces("6.i.i/aes", "SC-28/data", "6.j.i/proven")
    def append(self, day: date, blobs: Sequence[bytes], generation: int = 0) -> list[Location]:
        """Seal the blobs and write them to disk with one fsync; returns their locations, in order. A later generation
        than 0 is what is kept of a day, and needs a key already.

        All or none: raises `DayDestroyed`, `DayKeyMissing`, or `OSError` (disk full), and then takes no space.
        """
        if not blobs:
            return []
        if generation:
            self._days.existing(day, generation)
        else:
            self._days.refuse_late(day)  # before its file is made again
        descriptor = os.open(
            self._file(day, generation), os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600
        )
        try:
            flock(descriptor, LOCK_EX)  # released on close, and by the kernel if the process is killed
            start = os.fstat(descriptor).st_size
            if start == 0:
                sync_directory(
                    self.directory
                )  # before its first byte: if there are bytes, the name is already on disk
            key = self._key(day, generation, start)
            records: list[bytes] = []
            locations: list[Location] = []
            offset = start
            for blob in blobs:
                record = HEADER.pack(MAGIC, len(blob) + OVERHEAD_BYTES) + seal(
                    key, blob, _segment_context(day, generation, offset)
                )
                records.append(record)
                locations.append(Location(day, offset, len(record), generation))
                offset += len(record)
            try:
                _write_all(descriptor, b"".join(records))
                os.fsync(descriptor)
            except BaseException:
                os.ftruncate(descriptor, start)
                raise
        finally:
            os.close(descriptor)
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
            return unseal(key, record[HEADER.size :], _segment_context(day, generation, location.offset))
        except SealBroken:
            self._days.existing(day, generation)  # it may have been destroyed since
            raise

    def listed(self) -> set[tuple[date, int]]:
        """The days and generations that have blobs."""
        return set(generations_in(self.directory, "seg"))

    def size(self, day: date, generation: int) -> int:
        """Of the file, in bytes; 0 if there is none."""
        try:
            return self._file(day, generation).stat().st_size
        except FileNotFoundError:
            return 0

    @enforces("6.h.ii/destruction")
    def remove(self, day: date, generation: int) -> bool:
        """Unlink the file of a generation whose key is destroyed, or which nothing needs yet. Whether there was one."""
        try:
            self._file(day, generation).unlink()
        except FileNotFoundError:
            return False
        sync_directory(self.directory)
        return True

    def _key(self, day: date, generation: int, start: int) -> bytes:
        if start or generation:
            return self._days.existing(day, generation)
        try:
            return self._days.key(day)
        except DayDestroyed:
            self.remove(day, generation)  # it was destroyed since, and this has made its file again
            raise

    def _record(self, location: Location) -> bytes:
        try:
            descriptor = os.open(self._file(location.day, location.generation), os.O_RDONLY | os.O_NOFOLLOW)
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

    def _file(self, day: date, generation: int) -> Path:
        return self.directory / f"{generation_name(day, generation)}.seg"


def _write_all(descriptor: int, content: bytes) -> None:
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def _segment_context(day: date, generation: int, offset: int) -> bytes:
    return f"segment {generation_name(day, generation)} {offset}".encode()


def _broken_error(location: Location) -> SealBroken:
    return SealBroken(
        f"The sealed data of {location.day} at byte {location.offset} is missing or cut: it was damaged or "
        "altered (OPR:50 6.j.i). Report it to the ALPR administrator and restore it from a backup."
    )
