"""Copying the files of a running hub, each as it was at one moment, piece by piece."""

import os
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import IO, cast

from django.conf import settings
from sqlcipher3 import dbapi2 as sqlcipher

from plateward.field.reads.images import day_keys
from plateward.ground.progress import ShowProgress
from plateward.ground.vault.day_keys import DayDestroyed
from plateward.ground.vault.generations import NAME
from plateward.serve.backup.rules import BackedFile
from plateward.serve.backup.stores import TargetUnusable
from plateward.serve.backup.target import Target

WAIT_S = 60.0  # for a moment at which nobody reads or writes what is only in a database's log
TICK_NS = 20_000_000  # the times of files are no finer


@dataclass
class Copying:
    """`known`: the files of the last backup, by path. `there`: the objects that were in the target, with those since.
    `copied`: bytes so far that were not."""

    target: Target
    data: Path
    known: Mapping[str, BackedFile]
    there: set[str] = field(init=False)
    copied: int = 0

    def __post_init__(self) -> None:
        self.there = self.target.objects()

    def copy(self, paths: Sequence[Path], show: ShowProgress) -> list[BackedFile]:
        """What was removed meanwhile, with its day or its package, is left out. Raises OSError, TargetUnusable."""
        files = list[BackedFile]()
        for number, path in enumerate(paths):
            show(number, len(paths))
            with suppress(FileNotFoundError, DayDestroyed):
                files.append(self._database(path) if path.suffix == ".db" else self._file(path))
        return files

    def _file(self, path: Path) -> BackedFile:
        """A segment may have grown since, but what is there of it never changes. Anything else is written once."""
        with path.open("rb") as source:
            status = os.fstat(source.fileno())
            stamp = "" if path.suffix == ".seg" else str(status.st_mtime_ns)
            file = BackedFile(self._name(path), stamp, status.st_size)
            for piece in file.pieces:
                if self.target.name(file, piece) not in self.there:
                    source.seek(piece.start)
                    self._put(file, piece, source)
        return file

    def _database(self, path: Path) -> BackedFile:
        known = self.known.get(self._name(path))
        if known and known == self._as_it_is(path) and not _log_size(path):
            return known
        with held(path), read_elsewhere(path) as source:
            file = self._as_it_is(path)
            for piece in file.pieces:
                self._put(file, piece, source)
        return file

    def _put(self, file: BackedFile, piece: range, source: IO[bytes]) -> None:
        self.target.put(file, piece, source)
        self.there.add(self.target.name(file, piece))
        self.copied += len(piece)

    def _as_it_is(self, path: Path) -> BackedFile:
        status = path.stat()
        return BackedFile(self._name(path), f"{status.st_mtime_ns}", status.st_size)

    def _name(self, path: Path) -> str:
        return path.relative_to(self.data).as_posix()


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Meanwhile the file of a database stays as it is and is whole, and everybody reads and writes on: what they write
    stays in its log, since SQLite takes nothing from there into a file that somebody reads who began when the log was
    empty. Raises TargetUnusable, DayDestroyed."""
    key = settings.RING.key("database")
    if match := NAME.fullmatch(path.name):
        key = day_keys().derive(date.fromisoformat(match[1]), "reads", int(match[2] or 0))
    uri = f"{path.as_uri()}?mode=rw"
    with closing(sqlcipher.connect(uri, uri=True, isolation_level=None, timeout=0)) as connection:
        connection.execute("PRAGMA cipher_log_level = NONE")
        connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        until = time.monotonic() + WAIT_S
        while not _begun(connection, path):
            if time.monotonic() > until:
                raise TargetUnusable(
                    f"{path.name} was written to all the time. Begin again at a quieter hour."
                )
            time.sleep(0.003)
        if time.time_ns() - path.stat().st_mtime_ns < TICK_NS:
            time.sleep(TICK_NS / 1e9)  # what is written next bears another time
        yield


def _begun(connection: sqlcipher.Connection, path: Path) -> bool:
    """Whether a transaction that reads began while the log was empty."""
    try:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("BEGIN")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlcipher.OperationalError as error:
        if "locked" not in str(error):
            raise
    else:
        if not _log_size(path):
            return True
    if connection.in_transaction:
        connection.execute("ROLLBACK")
    return False


def _log_size(path: Path) -> int:
    log = path.with_name(f"{path.name}-wal")
    return log.stat().st_size if log.exists() else 0


@contextmanager
def read_elsewhere(path: Path) -> Iterator[IO[bytes]]:
    """Its content, by another process: one that closes a file gives up its locks on it, and those are SQLite's."""
    with subprocess.Popen(["/bin/cat", path], stdout=subprocess.PIPE) as process:
        yield cast("IO[bytes]", process.stdout)
