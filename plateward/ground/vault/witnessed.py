"""Tombstones at the witness: beside the file that receives the log's heads, where no restore of this hub takes them
back. Only ever appended to."""

import os
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

from plateward.ground.policy.trace import enforces
from plateward.ground.vault.tombstones import KIND, MOST_BYTES, Tombstone

MOST_FILE = 64 * 1024 * 1024  # bytes: two centuries of days


def place_beside(witness: Path) -> Path:
    """The file of the tombstones."""
    return witness.with_name(f"{witness.name}.{KIND}")


def witnessed_texts(path: Path) -> list[bytes]:
    """Each once, whoever signed it; what a crash cut off is left out. Raises OSError."""
    with path.open("rb") as file:
        lines = file.read(MOST_FILE).splitlines()
    pairs = pairwise(lines)
    texts = (body + b"\n" + signature + b"\n" for body, signature in pairs if body.startswith(b"{"))
    return list(dict.fromkeys(text for text in texts if len(text) <= MOST_BYTES))


@enforces("6.h.ii/restored", "MP-6/erased")
def witness_tombstones(path: Path, tombstones: Iterable[Tombstone]) -> None:
    """Append those that are not there. Raises OSError."""
    known = set(witnessed_texts(path)) if path.exists() else set()
    if new := [stone.text for stone in tombstones if stone.text not in known]:
        with path.open("ab") as file:
            file.write(b"\n" + b"".join(new))
            file.flush()
            os.fsync(file.fileno())
