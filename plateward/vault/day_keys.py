"""A data key for each UTC day, so that destroying the key destroys the day."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from fcntl import LOCK_EX, flock
from pathlib import Path

from plateward.errors import PlatewardError
from plateward.policy.trace import enforces
from plateward.vault.files import erase_file, private_directory, read_private, write_once
from plateward.vault.keyring import KeyRing, derive_key
from plateward.vault.sealing import SealBroken


class DayDestroyed(PlatewardError):
    """The day's key was destroyed when its retention ended; its data is gone and no more can be added."""


class DayKeyMissing(PlatewardError):
    """The day has data, but its key is neither there nor marked as destroyed."""


class DayKeys:
    """The keys of days, each wrapped by the ring, in `<directory>/YYYY-MM-DD.key`.

    A destroyed day leaves `YYYY-MM-DD.destroyed`, so that its key is never made again: not after a crash while
    destroying it, not by a late read. Keys are not cached, so destruction takes effect in every process.
    """

    def __init__(self, directory: Path, ring: KeyRing) -> None:
        self.directory = private_directory(directory)
        self._ring = ring

    @enforces("6.i.i", "SC-28")
    def key(self, day: date) -> bytes:
        """The day's 32-byte key, made on first use. Raises `DayDestroyed`, or `SealBroken` if altered."""
        try:
            return self.existing(day)
        except DayKeyMissing:
            with self._locked():
                self.refuse_destroyed(day)
                write_once(self._file(day), self._ring.wrap(os.urandom(32), _day_context(day)))
            return self.existing(day)

    def existing(self, day: date) -> bytes:
        """The key of a day that has data; never makes one. Raises `DayKeyMissing` or as `key`."""
        self.refuse_destroyed(day)
        try:
            return self._ring.unwrap(read_private(self._file(day)), _day_context(day))
        except (FileNotFoundError, SealBroken) as error:
            self.refuse_destroyed(day)  # it may have been destroyed, or partly so, since the first check
            if isinstance(error, SealBroken):
                raise
            raise DayKeyMissing(
                f"The key of {day} is not in {self.directory}, but was never destroyed; that day's data cannot "
                "be opened. Restore the key from a backup and report it to the ALPR administrator."
            ) from None

    def derive(self, day: date, purpose: str) -> bytes:
        """A 32-byte key for a purpose within a day; gone with the day's key. Raises as `existing`."""
        return derive_key(self.existing(day), purpose)

    @enforces("6.h.ii", "MP-6")
    def destroy(self, day: date) -> None:
        """Crypto-shred the day. Run again, or after a crash half way, it finishes the rest.

        1. The tombstone reaches the disk, so that the key cannot be made again.
        2. The wrapped key is overwritten, then unlinked, each synced to disk.
        """
        with self._locked():
            write_once(self._tombstone(day), b"")
            erase_file(self._file(day))

    def refuse_destroyed(self, day: date) -> None:
        """Raises `DayDestroyed`, even before the first file of such a day exists."""
        if self._tombstone(day).exists():
            raise DayDestroyed(
                f"The data of {day} was destroyed when its retention ended (OPR:50 6.h.ii). It cannot be opened "
                "or added to."
            )

    def _file(self, day: date) -> Path:
        return self.directory / f"{day:%Y-%m-%d}.key"

    def _tombstone(self, day: date) -> Path:
        return self.directory / f"{day:%Y-%m-%d}.destroyed"

    @contextmanager
    def _locked(self) -> Iterator[None]:
        descriptor = os.open(self.directory / ".lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        try:
            flock(descriptor, LOCK_EX)
            yield
        finally:
            os.close(descriptor)


def _day_context(day: date) -> bytes:
    return f"day {day:%Y-%m-%d}".encode()
