"""The log as one file that proves itself (export_lines.py): entries, the heads signed on the way, the checkpoint."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile

import msgspec

from plateward.core.audit import known_heads
from plateward.core.audit.actor import Actor
from plateward.core.audit.continuity import require_whole
from plateward.core.audit.events import Event
from plateward.core.audit.export_lines import HEADER, CheckpointLine, entry_line, seal_file
from plateward.core.audit.heads import sign_head
from plateward.core.audit.log import record
from plateward.core.audit.log_reader import log_damaged, read_lines
from plateward.core.audit.models import AuditEntry, Head
from plateward.core.audit.signatures import SignedHead
from plateward.core.audit.stored_tree import TilesBehind
from plateward.core.audit.tlog.notes import Note
from plateward.core.audit.witnesses.asking import ask_witnesses
from plateward.core.audit.witnesses.cosigned import cosigned_note
from plateward.ground.errors import PlatewardError
from plateward.ground.merkle import Frontier, GrowingTree, leaf_hash
from plateward.ground.policy.trace import enforces

EACH_HEAD_FOR = timedelta(days=1)  # before that, one an hour: a head is signed every few seconds

Progress = Callable[[int, int], None]  # done, total

# The verifier needs their details, and they name neither person nor plate.
ALWAYS_WHOLE = {Event.AUDIT_RESTORE, Event.KEY_ROTATE}


@dataclass(frozen=True)
class ExportedLog:
    """What the file ends with: the log's head, and its checkpoint with the cosignatures that there are; its SHA-256 in
    hex, and its bytes."""

    signed: SignedHead
    note: Note
    digest: str = ""
    size: int = 0


@enforces("6.b.i.7/lists", "6.b.i.9/read", "AU-2/itself", "AU-3/bytes", "AU-9/witnessed")
def write_export(
    actor: Actor, path: Path, progress: Progress, *, details: bool = True, name: str = ""
) -> ExportedLog:
    """Record the export, then write the log as it is with that entry. All of the file is written, or none; a further
    entry says how much it was. The witnesses are asked for that very head, since no earlier one covers the entry; one
    that is away stops nothing.

    `details`: False leaves them out of every entry; the file proves as much. `name`: what the log calls the file, if
    not by its own name. Raises LogSetBack or LogDamaged if the
    database's log is not the hub's, or is not whole, PlatewardError if the file cannot be written.
    """
    require_whole()  # otherwise the export's entry would be on a log that is not the hub's
    name = name or f"file:{path.name}"
    record(actor, Event.AUDIT_EXPORT, name, details=details)
    signed = sign_head()
    try:
        note = ask_witnesses(signed)
    except TilesBehind:
        note = cosigned_note(signed)
    exported = ExportedLog(signed, note)
    digest = _write_file(path, exported, progress, details=details)
    size = path.stat().st_size
    record(actor, Event.EXPORT_END, name, bytes=size, sha256=digest, whole=True)
    return replace(exported, digest=digest, size=size)


def _write_file(path: Path, exported: ExportedLog, progress: Progress, *, details: bool = True) -> str:
    """Returns its SHA-256 in hex."""
    digest = sha256()
    try:
        with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as draft:
            try:
                for line in _content(exported, progress, details=details):
                    draft.write(line + b"\n")
                    digest.update(line + b"\n")
                sealed = msgspec.json.encode(
                    seal_file(known_heads.private_key_of(exported.signed), digest.hexdigest())
                )
                draft.write(sealed + b"\n")
                digest.update(sealed + b"\n")
                draft.flush()
                os.fsync(draft.fileno())
                os.replace(draft.name, path)
            except BaseException:
                os.unlink(draft.name)
                raise
    except OSError as error:
        raise PlatewardError(f"The log could not be written to {path}: {error.strerror}.") from error
    return digest.hexdigest()


def _content(exported: ExportedLog, progress: Progress, *, details: bool) -> Iterator[bytes]:
    """All lines but the last: header, entries with the heads signed on the way, checkpoint."""
    yield HEADER
    signed = exported.signed
    heads = iter(
        [*_heads_on_the_way(signed)]
    )  # read whole: whoever shows progress may write between two entries
    head = next(heads, None)
    for size, line in enumerate(_verified_lines(signed, progress, details=details)):
        while head and head.size <= size:
            yield known_heads.signed_head(head).line()
            head = next(heads, None)
        yield line
    yield signed.line()
    yield msgspec.json.encode(CheckpointLine(bytes(exported.note).decode()))


def _heads_on_the_way(signed: SignedHead) -> Iterator[Head]:
    """The heads before this head: all of its last day, of what is older the first of each hour."""
    rows = (
        known_heads.current_heads(known_heads.accepted_gaps())
        .filter(size__lt=signed.head.size)
        .order_by("size", "pk")
        .defer("frontier")
    )
    # The times have one fixed form, so they compare as text, and the first 13 characters are the hour.
    day_ago = (datetime.fromisoformat(signed.head.at) - EACH_HEAD_FOR).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    hour = ""
    for row in rows.iterator():
        if row.at >= day_ago or row.at[:13] != hour:
            hour = row.at[:13]
            yield row


def _verified_lines(signed: SignedHead, progress: Progress, *, details: bool) -> Iterator[bytes]:
    """The entries in order as an export has them, checked against the head at the end."""
    tree = GrowingTree(Frontier())
    for entry, line in read_lines(0, signed.head.size):
        if entry.differing:
            raise log_damaged(
                f"the search columns of entry {entry.sequence} were altered, {_describe_differences(entry)}"
            )
        try:
            written, covered = entry_line(line, details=details or entry.event in ALWAYS_WHOLE)
        except ValueError as error:
            raise log_damaged(f"entry {entry.sequence} is not one") from error
        tree.append(leaf_hash(covered))
        yield written
        progress(tree.size, signed.head.size)
    if tree.frontier().root().hex() != signed.head.root:
        raise log_damaged("its entries do not produce its head")


def _describe_differences(entry: AuditEntry) -> str:
    return "; ".join(
        f"{difference.column} is {difference.value!s} and was sealed as {difference.true!s}"
        for difference in entry.differing
    )
