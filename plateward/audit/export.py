"""The log out, as one file that proves itself: a header line, a line per entry, the signed head."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import NamedTemporaryFile

from plateward.audit.events import Event
from plateward.audit.heads import sign_head
from plateward.audit.log import record
from plateward.audit.merkle import Frontier
from plateward.audit.models import Entry
from plateward.audit.signed import SignedHead
from plateward.audit.verify import HEADER
from plateward.audit.who import Who
from plateward.errors import PlatewardError
from plateward.policy.trace import enforces
from plateward.vault.sealing import SealBroken

CHUNK = 1000

Progress = Callable[[int, int], None]  # done, of all


class LogDamaged(PlatewardError):
    """The log in the database is not the one whose head was signed."""


@enforces("6.b.i.7", "6.b.i.9", "AU-2", "AU-9")
def export(who: Who, path: Path, progress: Progress) -> SignedHead:
    """Record the export, then write the log as it is with that entry. All of the file is written, or none.

    Raises LogDamaged where the log in the database is not whole, PlatewardError where it cannot be written.
    """
    record(who, Event.AUDIT_EXPORT, f"file:{path.name}")
    signed = sign_head()
    _write(path, signed, progress)
    return signed


def _write(path: Path, signed: SignedHead, progress: Progress) -> None:
    try:
        with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as draft:
            try:
                draft.write(HEADER + b"\n")
                for done, line in enumerate(_lines(signed), 1):
                    draft.write(line + b"\n")
                    progress(done, signed.head.size)
                draft.write(signed.line() + b"\n")
                draft.flush()
                os.fsync(draft.fileno())
                os.replace(draft.name, path)
            except BaseException:
                os.unlink(draft.name)
                raise
    except OSError as error:
        raise PlatewardError(f"The log could not be written to {path}: {error.strerror}.") from error


def _lines(signed: SignedHead) -> Iterator[bytes]:
    """The entries' own bytes in order, checked against the head at the end."""
    tree = Frontier()
    while tree.size < signed.head.size:
        chunk = Entry.objects.filter(sequence__gte=tree.size, sequence__lt=signed.head.size)[:CHUNK]
        for entry in chunk:
            try:
                line = entry.line()
            except SealBroken as broken:
                raise _damaged(f"entry {entry.sequence} was altered or moved") from broken
            if entry.sequence != tree.size:
                break
            tree = tree.append(line)
            yield line
        if not chunk or entry.sequence != tree.size - 1:
            raise _damaged(f"entry {tree.size} is missing")
    if tree.root().hex() != signed.head.root:
        raise _damaged("its entries do not give the head of its tree")


def _damaged(what: str) -> LogDamaged:
    return LogDamaged(
        f"The audit log in the database is damaged: {what}. Nothing was exported. Report this incident "
        "(OPR:50 6.b.i.9, CJIS AU-9), keep the database as it is, and compare it with the last export."
    )
