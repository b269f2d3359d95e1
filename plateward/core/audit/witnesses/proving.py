"""One entry, taken out of the log with its proof: two files that anybody can check, with or without the hub."""

from dataclasses import dataclass
from pathlib import Path

import msgspec
from django.db import DatabaseError

from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.export_lines import entry_line
from plateward.core.audit.heads import sign_head
from plateward.core.audit.known_heads import announcements
from plateward.core.audit.log import record
from plateward.core.audit.log_reader import log_damaged
from plateward.core.audit.models import AuditEntry
from plateward.core.audit.proven import ENTRY_BESIDE
from plateward.core.audit.stored_tree import StoredTree
from plateward.core.audit.succession import Announcement
from plateward.core.audit.tlog.checkpoints import Checkpoint
from plateward.core.audit.tlog.messages import EntryProof
from plateward.core.audit.tlog.notes import Note
from plateward.core.audit.witnesses.asking import ask_witnesses
from plateward.core.audit.witnesses.cosigned import log_signers
from plateward.ground.errors import PlatewardError
from plateward.ground.merkle import leaf_hash
from plateward.ground.policy.trace import enforces
from plateward.ground.vault.files import replace_file
from plateward.ground.vault.sealing import SealBroken


@dataclass(frozen=True)
class ProvenLog:
    """The log at one head, with its checkpoint and the announcements of its keys."""

    tree: StoredTree
    note: Note
    announced: tuple[Announcement, ...]

    @classmethod
    def now(cls) -> "ProvenLog":
        """Signed now, and cosigned by the witnesses that answer. Raises LogDamaged, LogSetBack, TilesBehind."""
        announced, signed = announcements(), sign_head()
        note = ask_witnesses(signed)
        return cls(StoredTree(signed.head.size, bytes.fromhex(signed.head.root)), note, announced)

    @property
    def keys(self) -> bytes:
        """The log's public keys, as C2SP writes them: not to be trusted from here, but to be compared."""
        origin = Checkpoint.parse(self.note.text).origin
        return "".join(f"{signer.key}\n" for signer in log_signers(origin)).encode()

    @property
    def announcements(self) -> bytes:
        """As a file, by which who trusts an older key follows it to the one that signed."""
        return msgspec.json.encode(self.announced) + b"\n"


class NoSuchEntry(PlatewardError):
    """The log has no entry of this number."""


@enforces("6.b.i.9/read", "AU-9/found")
def prove_entry(actor: Actor, sequence: int, path: Path) -> EntryProof:
    """Record it, then write the proof to `path` (C2SP's tlog-proof) and the entry's line beside it, as `.entry.json`.

    Who trusts an older key of the log follows the announcements in its `extra`. The proof alone has no CJI and may
    leave the house; the entry's line goes to whoever may read the entry. Raises NoSuchEntry, LogDamaged, LogSetBack,
    TilesBehind, PlatewardError if a file cannot be written.
    """
    entry = AuditEntry.objects.filter(pk=sequence).first()
    if entry is None:
        raise NoSuchEntry(
            f"The audit log has no entry {sequence:,}. Nothing was written. See the Audit log page."
        )
    record(actor, Event.AUDIT_PROVE, f"entry:{sequence}")
    log = ProvenLog.now()
    try:
        line, covered = entry_line(entry.line())
    except (SealBroken, ValueError, DatabaseError) as error:
        raise log_damaged(f"entry {sequence} was altered or moved") from error
    path_to_root = tuple(log.tree.inclusion(sequence, leaf_hash(covered)))
    proof = EntryProof(sequence, path_to_root, log.note, log.announcements if log.announced else b"")
    try:
        path.write_bytes(bytes(proof))
        replace_file(path.with_suffix(ENTRY_BESIDE), line + b"\n")  # of mode 600, as an export is
    except OSError as error:
        raise PlatewardError(f"The proof could not be written to {path}: {error.strerror}.") from error
    return proof
