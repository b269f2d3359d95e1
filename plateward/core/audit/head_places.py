"""Where the newest signed head is kept outside the database: beside the keys, and at any witness."""

import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from plateward.core.audit import leaf
from plateward.core.audit.signatures import SignedHead, key_text
from plateward.ground.errors import PlatewardError
from plateward.ground.policy.trace import enforces
from plateward.ground.vault.files import replace_file

log = logging.getLogger(__name__)

HEAD_FILE = "audit.head"  # in the key folder
MAX_LINE_BYTES = 4096  # bytes; a head's line has about 250


class HeadUnusable(PlatewardError):
    """A file that should hold a signed head of this hub holds something else."""


def is_own_key(key: str) -> bool:
    """Whether this (base64) is, or was, the key of this hub's log."""
    return key in map(key_text, settings.RING.log_keys())


@dataclass(frozen=True)
class HeadPlace:
    """A file whose last line is the newest head."""

    name: str
    path: Path
    write: Callable[[Path, bytes], None]

    def head(self) -> SignedHead | None:
        """The last head written: None before the first. Raises HeadUnusable."""
        try:
            with self.path.open("rb") as file:
                file.seek(max(0, self.path.stat().st_size - MAX_LINE_BYTES))
                tail = file.read()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise HeadUnusable(
                f"{self} cannot be read: {error.strerror}. Nothing was done. Give this user read access."
            ) from error
        # Ignore a line that a crash cut off during the write.
        whole = tail[: tail.rfind(b"\n") + 1].split()
        if not whole:
            return None
        try:
            signed = leaf.decode_line(whole[-1], SignedHead)
        except ValueError:
            signed = None
        if signed is None or not (is_own_key(signed.key) and signed.signed_by(signed.key)):
            raise HeadUnusable(
                f"{self} does not end with a head signed by this hub, so the audit log cannot be confirmed "
                "complete (OPR:50 6.b.i.9, CJIS AU-9). Nothing was done. If another hub writes there, use "
                "another file; otherwise report it and restore the file from its backup."
            )
        return signed

    def keep(self, signed: SignedHead) -> None:
        """Write a newer head. A place that cannot be written stops nothing: the others have it."""
        try:
            if self.head() != signed:
                self.write(self.path, signed.line() + b"\n")
        except OSError as error:
            log.critical(
                "The head of the audit log was not written to %s: %s (AU-5). It will be retried with the next one.",
                self,
                error.strerror,
            )

    def __str__(self) -> str:
        return f"The head {self.name} ({self.path})"


def head_places() -> list[HeadPlace]:
    """Beside the keys only the newest head is kept; the witness gets all, so its file may be append-only."""
    beside = HeadPlace("beside the keys", settings.KEYS / HEAD_FILE, replace_file)
    return [
        beside,
        *([HeadPlace("at the witness", settings.WITNESS, _append_line)] if settings.WITNESS else []),
    ]


@enforces("6.b.i.9/sealed", "AU-9/found")
def keep_outside(signed: SignedHead) -> None:
    """The newest head, everywhere. The database has it already: a hub killed before this is fine."""
    for place in head_places():
        place.keep(signed)


def _append_line(path: Path, line: bytes) -> None:
    with path.open("a+b") as file:
        if file.tell():
            file.seek(-1, os.SEEK_END)
            line = line if file.read(1) == b"\n" else b"\n" + line
        file.write(line)
        file.flush()
        os.fsync(file.fileno())
