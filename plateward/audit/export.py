"""The log as one file that proves itself: a header line, a line per entry, the signed head."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import NamedTemporaryFile

from plateward.audit.actor import Actor
from plateward.audit.continuity import require_whole
from plateward.audit.events import Event
from plateward.audit.heads import sign_head
from plateward.audit.log import record
from plateward.audit.log_reader import log_damaged, read_lines
from plateward.audit.merkle import Frontier
from plateward.audit.models import AuditEntry
from plateward.audit.signatures import SignedHead
from plateward.audit.verify import HEADER
from plateward.errors import PlatewardError
from plateward.policy.trace import enforces

Progress = Callable[[int, int], None]  # done, total


@enforces("6.b.i.7", "6.b.i.9", "AU-2", "AU-9")
def write_export(actor: Actor, path: Path, progress: Progress) -> SignedHead:
    """Record the export, then write the log as it is with that entry. All of the file is written, or none.

    Raises LogSetBack or LogDamaged if the database's log is not the hub's, or is not whole, PlatewardError if
    the file cannot be written.
    """
    require_whole()  # otherwise the export's entry would be on a log that is not the hub's
    record(actor, Event.AUDIT_EXPORT, f"file:{path.name}")
    signed = sign_head()
    _write_file(path, signed, progress)
    return signed


def _write_file(path: Path, signed: SignedHead, progress: Progress) -> None:
    try:
        with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as draft:
            try:
                draft.write(HEADER + b"\n")
                for line in _verified_lines(signed, progress):
                    draft.write(line + b"\n")
                draft.write(signed.line() + b"\n")
                draft.flush()
                os.fsync(draft.fileno())
                os.replace(draft.name, path)
            except BaseException:
                os.unlink(draft.name)
                raise
    except OSError as error:
        raise PlatewardError(f"The log could not be written to {path}: {error.strerror}.") from error


def _verified_lines(signed: SignedHead, progress: Progress) -> Iterator[bytes]:
    """The entries' own bytes in order, checked against the head at the end."""
    tree = Frontier()
    for entry, line in read_lines(0, signed.head.size):
        if entry.differing:
            raise log_damaged(
                f"the search columns of entry {entry.sequence} were altered, {_describe_differences(entry)}"
            )
        tree = tree.append(line)
        yield line
        progress(tree.size, signed.head.size)
    if tree.root().hex() != signed.head.root:
        raise log_damaged("its entries do not produce its head")


def _describe_differences(entry: AuditEntry) -> str:
    return "; ".join(
        f"{difference.column} is {difference.value!s} and was sealed as {difference.true!s}"
        for difference in entry.differing
    )
