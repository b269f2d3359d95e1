"""The one file of a package: a ZIP whose every byte follows from its files' names and contents.

Nothing is compressed, dated or commented, so that there is one way to write it: what is written otherwise was altered,
and no file can grow when it is opened. Any program that opens ZIP files opens it. Needs no Django.
"""

import os
import re
import stat
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from plateward.ground.errors import PlatewardError

LOCAL = struct.Struct("<4s5H3I2H")
CENTRAL = struct.Struct("<4s6H3I5H2I")
END = struct.Struct("<4s4H2IH")
LOCAL_MARK, CENTRAL_MARK, END_MARK = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
VERSION, MADE_BY, DAY = 10, 3 << 8 | 10, 0x21  # stored files, of Unix; January 1, 1980
MODE = 0o100600 << 16  # a plain file that its owner reads
NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*\Z")
MAX_NAME = 200
MAX_FILES = 60_000
MAX_BYTES = 2**32 - 2**26  # more would need ZIP64
MAX_SMALL = 64 * 1024 * 1024  # of a file that is read whole
CHUNK = 1024 * 1024


class NotAPackage(PlatewardError):
    """This file is not a package as a hub writes it: the sentence says what is wrong."""


@dataclass(frozen=True)
class Stored:
    """A file in the container: its name, its size, its CRC-32, and where its header begins."""

    name: str
    size: int
    crc: int
    offset: int

    @property
    def local(self) -> bytes:
        """The bytes before its content."""
        name = self.name.encode()
        sizes = (self.crc, self.size, self.size, len(name), 0)
        return LOCAL.pack(LOCAL_MARK, VERSION, 0, 0, 0, DAY, *sizes) + name

    @property
    def central(self) -> bytes:
        """Its entry in the directory at the end."""
        name = self.name.encode()
        sizes = (self.crc, self.size, self.size, len(name), 0, 0, 0, 0)
        head = CENTRAL.pack(CENTRAL_MARK, MADE_BY, VERSION, 0, 0, 0, DAY, *sizes, MODE, self.offset)
        return head + name

    @property
    def begins(self) -> int:
        """Where its content begins."""
        return self.offset + len(self.local)


@dataclass
class ContainerWriter:
    """Writes files one after another. Raises NotAPackage for what no package may hold, OSError (disk full)."""

    file: IO[bytes]
    stored: list[Stored] = field(default_factory=list)
    at: int = 0

    def add(self, name: str, content: bytes) -> Stored:
        """Append a file."""
        if not is_name(name):
            raise NotAPackage(f"“{name[:80]}” cannot be the name of a file in a package.")
        item = Stored(name, len(content), zlib.crc32(content), self.at)
        size = len(item.local) + len(content)
        if len(self.stored) == MAX_FILES or self.at + size > MAX_BYTES:
            raise NotAPackage(
                f"A package holds at most {MAX_FILES:,} files and 4 GiB. Make one for fewer alerts."
            )
        self.file.write(item.local)
        self.file.write(content)
        self.stored.append(item)
        self.at += size
        return item

    def close(self) -> None:
        """Write the directory."""
        directory = b"".join(item.central for item in self.stored)
        files = len(self.stored)
        self.file.write(directory + END.pack(END_MARK, 0, 0, files, files, len(directory), self.at, 0))


def is_name(name: str) -> bool:
    """Whether a file in a package may have this name: no way out of the folder, nothing hidden."""
    return len(name) <= MAX_NAME and NAME.match(name) is not None


@dataclass
class Container:
    """An opened container, whose form was checked whole; contents are checked as they are read."""

    file: IO[bytes]
    files: dict[str, Stored]

    @classmethod
    def open(cls, path: Path) -> "Container":
        """Raises NotAPackage."""
        try:
            file = open(path, "rb", opener=_open_at_once)  # noqa: SIM115 - the container closes it
        except OSError as error:
            raise NotAPackage(f"it cannot be read: {error.strerror}.") from error
        try:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise NotAPackage("it is not a regular file.")
            return cls(file, {item.name: item for item in _directory(file)})
        except OSError as error:
            file.close()
            raise NotAPackage(f"it cannot be read: {error.strerror}.") from error
        except NotAPackage:
            file.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.file.close()

    def read(self, name: str) -> bytes:
        """The whole content of a small file. Raises NotAPackage."""
        item = self.files[name]
        if item.size > MAX_SMALL:
            raise NotAPackage(f"{name} is larger than such a file ever is.")
        content = b"".join(self._chunks(item))
        if zlib.crc32(content) != item.crc:
            raise _altered(name)
        return content

    def sha256(self, name: str, progress: Callable[[int], None] = lambda _: None) -> str:
        """The SHA-256 of its content, in hex. `progress` receives the number of bytes of each part. Raises
        NotAPackage."""
        item, digest, crc = self.files[name], sha256(), 0
        for chunk in self._chunks(item):
            digest.update(chunk)
            crc = zlib.crc32(chunk, crc)
            progress(len(chunk))
        if crc != item.crc:
            raise _altered(name)
        return digest.hexdigest()

    def _chunks(self, item: Stored) -> Iterator[bytes]:
        self.file.seek(item.begins)
        left = item.size
        while left:
            chunk = self.file.read(min(left, CHUNK))
            if not chunk:
                raise NotAPackage(f"{item.name} is cut off.")
            left -= len(chunk)
            yield chunk


def _open_at_once(path: str, flags: int) -> int:
    """A pipe does not keep the verifier waiting."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _altered(name: str) -> NotAPackage:
    return NotAPackage(f"{name} was altered: its content has another checksum than the package states.")


def _directory(file: IO[bytes]) -> Iterator[Stored]:
    """The files in order, each with its header compared; nothing is before, between or behind them."""
    length = file.seek(0, 2)
    if length < END.size or length > MAX_BYTES + 2**26:
        raise NotAPackage("it is not a package: it is too short or too long for one.")
    file.seek(length - END.size)
    mark, *disks, count, size, offset, comment = END.unpack(file.read(END.size))
    if mark != END_MARK:
        raise NotAPackage("its end is missing or was altered: a package ends with its directory.")
    if disks != [0, 0, count] or comment or offset + size + END.size != length or count > MAX_FILES:
        raise NotAPackage("its end was altered: the directory is not where a hub writes it.")
    if size > count * (CENTRAL.size + MAX_NAME):
        raise NotAPackage("its end was altered: the directory is larger than that of its files.")
    file.seek(offset)
    directory, at, expected, names = file.read(size), 0, 0, set[str]()
    for number in range(count):
        item, at = _entry(directory, at, number)
        folded = item.name.lower()
        if folded in names:
            raise NotAPackage(f"{item.name} is in it twice.")
        names.add(folded)
        if item.offset != expected:
            raise NotAPackage(f"there are bytes before {item.name} that belong to no file.")
        file.seek(item.offset)
        if file.read(len(item.local)) != item.local:
            raise NotAPackage(f"the header of {item.name} was altered.")
        expected = item.begins + item.size
        if expected > offset:
            raise NotAPackage(f"{item.name} is cut off.")
        yield item
    if at != size or expected != offset:
        raise NotAPackage("there are bytes behind its files that belong to none.")


def _entry(directory: bytes, at: int, number: int) -> tuple[Stored, int]:
    """The file whose entry begins there, and where the next one does."""
    if at + CENTRAL.size > len(directory):
        raise NotAPackage(f"the directory was altered at file {number + 1}.")
    values = CENTRAL.unpack_from(directory, at)
    mark, flags, method, crc, stored, size, length = (values[i] for i in (0, 3, 4, 7, 8, 9, 10))
    offset, mode = values[-1], values[-2]
    if mark != CENTRAL_MARK:
        raise NotAPackage(f"the directory was altered at file {number + 1}.")
    raw = directory[at + CENTRAL.size : at + CENTRAL.size + length]
    name = raw.decode("ascii", "replace")
    if not is_name(name):
        raise NotAPackage(f"file {number + 1} has a name that no file of a package has: {name[:80]!r}.")
    if method or stored != size:
        raise NotAPackage(f"{name} is compressed. The files of a package are stored as they are.")
    if flags & 1:
        raise NotAPackage(f"{name} is encrypted. The files of a package are stored as they are.")
    if mode != MODE:
        raise NotAPackage(f"{name} is not a plain file: a link, a folder, or marked otherwise.")
    item = Stored(name, size, crc, offset)
    following = at + len(item.central)
    if directory[at:following] != item.central:
        raise NotAPackage(f"the entry of {name} in the directory was altered.")
    return item, following
