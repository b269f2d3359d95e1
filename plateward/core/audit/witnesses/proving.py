"""One entry, taken out of the log with its proof: two files that anybody can check, with or without the hub."""

from pathlib import Path

from django.db import DatabaseError

from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.export_lines import entry_line
from plateward.core.audit.heads import sign_head
from plateward.core.audit.log import record
from plateward.core.audit.log_reader import log_damaged
from plateward.core.audit.models import AuditEntry
from plateward.core.audit.stored_tree import StoredTree
from plateward.core.audit.tlog.messages import EntryProof
from plateward.core.audit.witnesses.asking import ask_witnesses
from plateward.ground.errors import PlatewardError
from plateward.ground.merkle import leaf_hash
from plateward.ground.policy.trace import enforces
from plateward.ground.vault.files import replace_file
from plateward.ground.vault.sealing import SealBroken


class NoSuchEntry(PlatewardError):
    """The log has no entry of this number."""


@enforces("6.b.i.9/read", "AU-9/found")
def prove_entry(actor: Actor, sequence: int, path: Path) -> EntryProof:
    """Record it, then write the proof to `path` (C2SP's tlog-proof) and the entry's line beside it, as `.entry.json`.

    The proof alone has no CJI and may leave the house; the entry's line goes to whoever may read the entry. Raises
    NoSuchEntry, LogDamaged, TilesBehind, PlatewardError if a file cannot be written.
    """
    entry = AuditEntry.objects.filter(pk=sequence).first()
    if entry is None:
        raise NoSuchEntry(
            f"The audit log has no entry {sequence:,}. Nothing was written. See the Audit log page."
        )
    record(actor, Event.AUDIT_PROVE, f"entry:{sequence}")
    signed = sign_head()
    note = ask_witnesses(signed)
    tree = StoredTree(signed.head.size, bytes.fromhex(signed.head.root))
    try:
        line, covered = entry_line(entry.line())
    except (SealBroken, ValueError, DatabaseError) as error:
        raise log_damaged(f"entry {sequence} was altered or moved") from error
    proof = EntryProof(sequence, tuple(tree.inclusion(sequence, leaf_hash(covered))), note)
    try:
        path.write_bytes(bytes(proof))
        replace_file(path.with_suffix(".entry.json"), line + b"\n")  # of mode 600, as an export is
    except OSError as error:
        raise PlatewardError(f"The proof could not be written to {path}: {error.strerror}.") from error
    return proof
