"""One data key for each UTC day, so that a day is destroyed by destroying its key."""

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
    """The day's key was destroyed when its retention ended; its data is gone and it takes no more."""


class DayKeyMissing(PlatewardError):
    """There is data of the day, and its key is neither there nor known to be destroyed."""


class DayKeys:
    """The keys of days, each wrapped by the ring, in `<directory>/YYYY-MM-DD.key`.

    A destroyed day leaves `YYYY-MM-DD.destroyed`, so that its key is never made anew: not after a crash in
    the midst of destroying, not by a late read. Keys are not cached, so destruction holds in every process.
    """

    def __init__(self, directory: Path, ring: KeyRing) -> None:
        self.directory = private_directory(directory)
        self._ring = ring

    @enforces("6.i.i", "SC-28")
    def key(self, day: date) -> bytes:
        """The day's 32-byte key, made at its first use. Raises `DayDestroyed`, or `SealBroken` if altered."""
        try:
            return self.existing(day)
        except DayKeyMissing:
            with self._locked():
                self.refuse_destroyed(day)
                write_once(self._file(day), self._ring.wrap(os.urandom(32), _day_context(day)))
            return self.existing(day)

    def existing(self, day: date) -> bytes:
        """The day's key where there is data of that day: never made. Raises `DayKeyMissing` or as `key`."""
        self.refuse_destroyed(day)
        try:
            return self._ring.unwrap(read_private(self._file(day)), _day_context(day))
        except (FileNotFoundError, SealBroken) as error:
            self.refuse_destroyed(day)  # it may have been destroyed, or half so, since the first look
            if isinstance(error, SealBroken):
                raise
            raise DayKeyMissing(
                f"The key of {day} is not in {self.directory}, though it was never destroyed; data of that "
                "day cannot be opened. Restore the key from a backup and report it to the ALPR administrator."
            ) from None

    def derive(self, day: date, purpose: str) -> bytes:
        """A 32-byte key for one purpose within a day; gone with the day's key. Raises as `existing`."""
        return derive_key(self.existing(day), purpose)

    @enforces("6.h.ii", "MP-6")
    def destroy(self, day: date) -> None:
        """Crypto-shred the day. Again, or after a crash half way, does what remains.

        1. The tombstone reaches the disk, so that the key cannot be made anew.
        2. The wrapped key is overwritten, then unlinked, each brought to disk.
        """
        with self._locked():
            write_once(self._tombstone(day), b"")
            erase_file(self._file(day))

    def refuse_destroyed(self, day: date) -> None:
        """Raises `DayDestroyed`: before a file of such a day is made, too."""
        if self._tombstone(day).exists():
            raise DayDestroyed(
                f"The data of {day} was destroyed when its retention ended (OPR:50 6.h.ii). It cannot be "
                "opened, and nothing can be added to that day."
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
