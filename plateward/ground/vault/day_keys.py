"""A data key for each generation of a UTC day, so that destroying the key destroys what it sealed."""

import logging
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path
from uuid import UUID

from plateward.ground.errors import PlatewardError
from plateward.ground.policy.trace import enforces
from plateward.ground.vault.files import erase_file, private_directory, read_private, replace_file, write_once
from plateward.ground.vault.generations import generation_name, generations_in
from plateward.ground.vault.keyring import KeyRing, derive_key
from plateward.ground.vault.rewrapping import erase_leftovers, is_left, rewrap_file
from plateward.ground.vault.sealing import SealBroken
from plateward.ground.vault.tombstones import Statement, Tombstone, TombstoneForged, Tombstones

log = logging.getLogger(__name__)


class DayDestroyed(PlatewardError):
    """The day's key was destroyed when its retention ended; its data is gone and no more can be added."""


class DayBusy(PlatewardError):
    """Another process is ending the day, or copying what is kept of it."""


class DayKeyMissing(PlatewardError):
    """The day has data, but its key is neither there nor marked as destroyed."""


class DayKeys:
    """The keys of days, each wrapped by the ring, in `<directory>/YYYY-MM-DD.key`, `YYYY-MM-DD.1.key` …

    A key is not made yet, live, or destroyed, never two of these. A destroyed one leaves a signed tombstone, here and
    beside the ring, so that it is never made again: not after a crash while destroying it, not by a late read, not by a
    restored copy. A day's current generation is the lowest without a tombstone, so that a tombstone at once closes a
    generation and opens the following one, whose data is complete by then. Keys are not cached, so destruction takes
    effect in every process. A generation that has reads leaves `YYYY-MM-DD.reads`, so that a store that lost them does
    not look like one that never had any; that of a later generation lists them, sealed.
    """

    def __init__(self, directory: Path, ring: KeyRing) -> None:
        self.directory = private_directory(directory)
        self._ring = ring
        self._tombstones = Tombstones((self.directory, ring.path / "tombstones"), ring)

    def generation(self, day: date) -> int:
        """The current one. Raises `DayDestroyed` if none is left, `TombstoneForged`."""
        generation = 0
        for tombstone in self._of(day):
            if tombstone.following is None:
                raise destroyed_error(day)
            generation = tombstone.following
        return generation

    @enforces("6.i.i/keys", "SC-28/ring")
    def key(self, day: date) -> bytes:
        """The day's 32-byte key, made on first use. Raises `DayDestroyed` once generation 0 was destroyed, even if some
        of it was kept: nothing is added any more. Raises `SealBroken` if altered, `DayKeyMissing` if the day has
        reads."""
        try:
            return self.existing(day, 0)
        except DayKeyMissing:
            if self.has_reads(day):
                raise
            with self._locked():
                self.refuse_late(day)
                self._make(day, 0)
            return self.existing(day, 0)

    @contextmanager
    def reserved(self, day: date) -> Iterator[None]:
        """Within the block the day is nobody else's to end, in whatever process. Raises `DayBusy`."""
        descriptor = self._open_lock(f".{day}.lock")
        try:
            try:
                flock(descriptor, LOCK_EX | LOCK_NB)
            except BlockingIOError:
                raise DayBusy(
                    f"Another process is destroying what is due of {day}, or copying what stays (OPR:50 6.h.ii). "
                    "Nothing was done twice. Wait for its end; the next run goes on from there."
                ) from None
            yield
        finally:
            os.close(descriptor)

    def make_next(self, day: date) -> int:
        """The generation after the current one, its key made if it is not yet. Raises as `generation`."""
        with self._locked():
            following = self.generation(day) + 1
            self._make(day, following)
        return following

    def existing(self, day: date, generation: int | None = None) -> bytes:
        """The key of a day that has data, by default of its current generation; never makes one. Raises
        `DayKeyMissing` or as `key`."""
        number = self.generation(day) if generation is None else generation
        self._refuse(day, number)
        try:
            return self._unwrap(self._file(day, number), _context(day, number))
        except (FileNotFoundError, SealBroken) as error:
            if generation is None and self.generation(day) != number:  # it was renewed since
                return self.existing(day)
            self._refuse(day, number)  # it may have been destroyed, or partly so, since the first check
            if isinstance(error, SealBroken):
                raise
            raise DayKeyMissing(
                f"The key of {day} is not in {self.directory}, but was never destroyed; that day's data cannot "
                "be opened. Restore the key from a backup and report it to the ALPR administrator."
            ) from None

    def derive(self, day: date, purpose: str, generation: int | None = None) -> bytes:
        """A 32-byte key for a purpose within a day; gone with the day's key. Raises as `existing`."""
        return derive_key(self.existing(day, generation), purpose)

    def sign(self, day: date, generation: int, *, following: int | None, at: datetime, why: str) -> Tombstone:
        """The tombstone for `destroy` to write."""
        return self._tombstones.sign(Statement(day, generation, following, at.astimezone(UTC), why))

    @enforces("6.h.ii/destruction", "MP-6/erased")
    def destroy(self, tombstone: Tombstone, kept: Iterable[UUID] = ()) -> Tombstone:
        """Crypto-shred the generation that this tombstone is of; `kept`: the reads that follow it. Run again, or after
        a crash half way, it finishes the rest, and returns the tombstone that is there. Raises `DayKeyMissing` if what
        follows has no key: nothing is destroyed then.

        1. The tombstone reaches the disk in both places, so that the key cannot be made again.
        2. The wrapped key is overwritten, then unlinked, each synced to disk.
        """
        with self._locked():
            day, following = tombstone.day, tombstone.following
            if there := self._tombstones.get(day, tombstone.generation):
                tombstone = there
            elif tombstone.generation != self.generation(day):
                raise ValueError(f"{tombstone.generation} is not the current generation of {day}")
            elif following is not None:
                self.existing(day, following)
                ids = b"".join(sorted(read_id.bytes for read_id in kept))
                replace_file(
                    self._marker(day, following), self._ring.wrap(ids, _kept_context(day, following))
                )
            self._tombstones.put(tombstone)
            self._erase(tombstone)
        return tombstone

    def tombstone(self, day: date, generation: int) -> Tombstone | None:
        """Raises `TombstoneForged`."""
        return self._tombstones.get(day, generation)

    def last_tombstone(self, day: date) -> Tombstone | None:
        """That of the day's latest end: what it says follows is the current generation. Raises `TombstoneForged`."""
        return next(iter([*self._of(day)][::-1]), None)

    def tombstones(self) -> list[Tombstone]:
        """All of them, oldest day first."""
        return list(self._tombstones.all())

    @enforces("6.h.ii/destruction")
    def adopt(self, texts: Iterable[bytes] = ()) -> None:
        """Before the first answer of a process: each place gets the tombstones of the other, and those of `texts`,
        which were kept elsewhere. A forged one of these says nothing, and closes nothing; the check of certificates
        names it."""
        with self._locked():
            known = {(tombstone.day, tombstone.generation): tombstone for tombstone in self._tombstones.all()}
            given = self._unforged(texts)
            known = {(tombstone.day, tombstone.generation): tombstone for tombstone in given} | known
            for tombstone in known.values():
                if not self._tombstones.is_everywhere(tombstone):
                    self._tombstones.put(tombstone)
            for tombstone in known.values():
                if tombstone.following and not self._tombstones.get(tombstone.day, tombstone.following):
                    self._note(tombstone.day, tombstone.following)

    def _unforged(self, texts: Iterable[bytes]) -> Iterator[Tombstone]:
        for text in texts:
            try:
                yield self.verified(text)
            except TombstoneForged:
                log.exception("A record of destruction that was kept elsewhere is left out.")

    @enforces("6.h.ii/destruction", "MP-6/erased")
    def keys_left(self) -> set[date]:
        """The days of which a key is there although it was destroyed, from a restored copy: `destroy` removes it."""
        return {
            tombstone.day
            for tombstone in self._tombstones.all()
            if any(self._file(tombstone.day, number).exists() for number in _closed_by(tombstone))
        }

    def problems(self) -> Iterator[tuple[date, str]]:
        """What is wrong with keys and tombstones, with the day; nothing on a sound hub."""
        yield from self._tombstones.problems()
        destroyed = {(tombstone.day, tombstone.generation): tombstone for tombstone in self._tombstones.all()}
        for day, generation in sorted(generations_in(self.directory, "key")):
            if (day, generation) in destroyed:
                yield day, f"{generation_name(day, generation)} was destroyed, but its key is there again."
        last = {day: tombstone for (day, _), tombstone in destroyed.items()}
        for day in sorted(day for day, tombstone in last.items() if tombstone.following):
            try:
                self.kept(day)
            except SealBroken as error:
                yield day, str(error)

    def listed(self) -> tuple[set[date], set[date]]:
        """The days that have a key, and those that were destroyed, wholly or up to what was kept. A day whose kept
        reads have a key is both."""
        live = self.not_destroyed(generations_in(self.directory, "key"))
        return {day for day, _ in live}, {tombstone.day for tombstone in self._tombstones.all()}

    def refuse_destroyed(self, day: date) -> None:
        """Raises `DayDestroyed` if nothing of the day is left, even before the first file of such a day exists."""
        self.generation(day)

    def refuse_late(self, day: date) -> None:
        """Raises `DayDestroyed` if no read may be added to the day any more."""
        self._refuse(day, 0)

    def note_reads(self, day: date) -> None:
        """The day has reads from now on."""
        self._note(day, 0)

    def with_reads(self) -> set[date]:
        """The days that have reads and were not destroyed, or have some that were kept."""
        return {day for day, _ in self.not_destroyed(generations_in(self.directory, "reads"))}

    def not_destroyed(self, generations: Iterable[tuple[date, int]]) -> set[tuple[date, int]]:
        """Those without a tombstone, or with a forged one: whoever asks for such a day is told."""
        given, suspects = set(generations), {day for day, _ in self._tombstones.listed()}
        return {part for part in given if part[0] not in suspects or not self.is_destroyed(*part)}

    def is_destroyed(self, day: date, generation: int) -> bool:
        """Whether this generation was, or all that could follow it; no if its tombstone is forged."""
        try:
            self._refuse(day, generation)
        except DayDestroyed:
            return True
        except TombstoneForged:
            return False
        return False

    def verified(self, text: bytes) -> Tombstone:
        """A tombstone that was kept elsewhere. Raises `TombstoneForged`."""
        return self._tombstones.verified(text)

    def has_reads(self, day: date) -> bool:
        """Whether this is one of them. Raises `TombstoneForged`."""
        try:
            generation = self.generation(day)
        except DayDestroyed:
            return False
        return generation > 0 or self._marker(day, 0).exists()

    @enforces("6.j.i/proven")
    def kept(self, day: date) -> frozenset[UUID]:
        """The reads that were kept at the day's last end, and must be there; of a day without an end, none are listed.
        Raises `DayDestroyed`, `SealBroken` if the list is missing or altered."""
        generation = self.generation(day)
        if not generation:
            return frozenset()
        try:
            ids = self._unwrap(self._marker(day, generation), _kept_context(day, generation))
        except (FileNotFoundError, SealBroken) as error:
            raise SealBroken(
                f"The list of the reads of {day} that were kept is missing or was altered, so whether all of them are "
                "there cannot be said (OPR:50 6.j.i)."
            ) from error
        return frozenset(UUID(bytes=ids[start : start + 16]) for start in range(0, len(ids), 16))

    def left(self) -> list[Path]:
        """The files that an older version of the ring's key still wraps."""
        return [
            file
            for kind in ("key", "reads")
            for day, generation in sorted(generations_in(self.directory, kind))
            if is_left(file := self.directory / f"{generation_name(day, generation)}.{kind}", self._ring)
        ]

    @enforces("6.i.i/rotation", "6.h.ii/destruction", "SC-28/rotation")
    def rewrap(self) -> Iterator[int]:
        """Wrap each of these by the current version; yields how many are left. Killed at any point, the next call goes
        on."""
        with self._locked():
            erase_leftovers(self.directory)
        files = self.left()
        for number, file in enumerate(files, 1):
            with self._locked():
                rewrap_file(file, self._ring)
            yield len(files) - number

    def _unwrap(self, file: Path, context: bytes) -> bytes:
        try:
            return self._ring.unwrap(read_private(file), context)
        except SealBroken:  # perhaps wrapped anew, and overwritten, between opening and reading
            return self._ring.unwrap(read_private(file), context)

    def _of(self, day: date) -> Iterator[Tombstone]:
        """The day's, from generation 0 on."""
        generation: int | None = 0
        while generation is not None and (tombstone := self._tombstones.get(day, generation)):
            yield tombstone
            generation = tombstone.following

    def _refuse(self, day: date, generation: int) -> None:
        for tombstone in self._of(day):
            if tombstone.following is None or tombstone.generation == generation:
                raise destroyed_error(day)

    def _make(self, day: date, generation: int) -> None:
        write_once(self._file(day, generation), self._ring.wrap(os.urandom(32), _context(day, generation)))

    def _note(self, day: date, generation: int) -> None:
        if not self._marker(day, generation).exists():
            write_once(self._marker(day, generation), b"")

    def _erase(self, tombstone: Tombstone) -> None:
        for generation in _closed_by(tombstone):
            erase_file(self._file(tombstone.day, generation))
        for generation in _closed_by(tombstone):
            self._marker(tombstone.day, generation).unlink(missing_ok=True)
        if tombstone.following is None:
            (self.directory / f".{tombstone.day}.lock").unlink(missing_ok=True)

    def _file(self, day: date, generation: int) -> Path:
        return self.directory / f"{generation_name(day, generation)}.key"

    def _marker(self, day: date, generation: int) -> Path:
        return self.directory / f"{generation_name(day, generation)}.reads"

    def _open_lock(self, name: str) -> int:
        return os.open(self.directory / name, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        descriptor = self._open_lock(".lock")
        try:
            flock(descriptor, LOCK_EX)
            yield
        finally:
            os.close(descriptor)


def _closed_by(tombstone: Tombstone) -> range:
    """The generations whose key it ends: its own, those before it and, if nothing follows, one made for what was to
    follow."""
    return range(tombstone.generation + (1 if tombstone.following else 2))


def _context(day: date, generation: int) -> bytes:
    return f"day {generation_name(day, generation)}".encode()


def _kept_context(day: date, generation: int) -> bytes:
    return f"kept {generation_name(day, generation)}".encode()


def destroyed_error(day: date) -> DayDestroyed:
    """What is said of such a day."""
    return DayDestroyed(
        f"The data of {day} was destroyed when its retention ended (OPR:50 6.h.ii). It cannot be opened or added to."
    )
