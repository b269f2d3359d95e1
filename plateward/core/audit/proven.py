"""Entries of the log that are published whole, each with the proof that it is in the log. Needs no Django.

The document is one line of JSON: the log's checkpoint as witnesses cosigned it, and for each entry its line (leaf.py)
and its path to that checkpoint's root. Who has it needs nothing of the hub but the log's key.
"""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import msgspec

from plateward.core.audit import leaf
from plateward.core.audit.export_lines import EntryLine
from plateward.core.audit.leaf import Leaf
from plateward.core.audit.succession import Announcement, signer_of
from plateward.core.audit.tlog.checkpoints import Checkpoint
from plateward.core.audit.tlog.messages import MAX_PROOF_LINES, PROOF_FORMAT, EntryProof
from plateward.core.audit.tlog.notes import BadNote, Note, NoteKey, SignatureKind, decode_base64
from plateward.core.audit.verify import NotProven
from plateward.ground.merkle import includes, leaf_hash
from plateward.ground.policy.trace import enforces

FORMAT: Final = "plateward.core.audit.proven.v1"
MAX_BYTES = 64 * 1024 * 1024
ENTRY_BESIDE = ".entry.json"


class ProvenLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An entry's line, whole, and the hashes (base64) that lead from it to the root."""

    line: msgspec.Raw
    proof: list[str]


class ProvenDocument(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """`keys` are the log's as C2SP writes them: not to be trusted from here, but to be compared. `announced`: each that
    followed another, in order."""

    format: Literal["plateward.core.audit.proven.v1"]
    checkpoint: str
    keys: list[str]
    entries: list[ProvenLine]
    announced: list[Announcement] = []


@dataclass(frozen=True)
class ProvenEntries:
    """What was proved: these entries are in the log of this checkpoint, which `key` signed. `trusted` is False when the
    key comes from the file, which shows only that the file is consistent."""

    entries: tuple[Leaf, ...]
    size: int
    origin: str
    key: str  # base64
    checkpoint: str
    trusted: bool
    announced: tuple[Announcement, ...] = ()


def proven_document(
    note: Note, keys: list[str], lines: list[tuple[bytes, list[bytes]]], announced: Sequence[Announcement]
) -> bytes:
    """The document of these entries' lines, each with its proof."""
    entries = [
        ProvenLine(msgspec.Raw(line), [b64encode(hashed).decode() for hashed in proof])
        for line, proof in lines
    ]
    document = ProvenDocument(FORMAT, bytes(note).decode(), keys, entries, list(announced))
    return msgspec.json.encode(document) + b"\n"


@enforces("6.b.i.9/sealed", "AU-9/found")
def verify_entries(content: bytes, key: str | None = None) -> ProvenEntries:
    """Prove each entry of a document. `key`: a public key of the log (base64, or C2SP's `name+id+key`), the one that
    signed or one before it. Raises NotProven, which names the first wrong entry."""
    try:
        document = leaf.decode_line(content, ProvenDocument)
        note = Note.parse(document.checkpoint.encode())
        checkpoint = Checkpoint.parse(note.text)
    except (ValueError, RecursionError) as error:
        raise NotProven(f"it is not a file of entries with their proofs. {error}") from error
    public = _public(document, key)
    try:
        signer = signer_of(note, public, document.announced)
    except (BadNote, ValueError) as error:
        raise NotProven(f"its checkpoint was altered, or is of another log. {error}") from error
    entries = tuple(_entry(line, checkpoint) for line in document.entries)
    return ProvenEntries(
        entries,
        checkpoint.size,
        checkpoint.origin,
        signer,
        document.checkpoint,
        key is not None,
        tuple(document.announced),
    )


def is_proof(path: Path) -> bool:
    """Whether this file is the proof of one entry (C2SP's tlog-proof)."""
    try:
        with path.open("rb") as file:
            return file.read(len(PROOF_FORMAT)) == PROOF_FORMAT.encode()
    except OSError:
        return False


@enforces("6.b.i.9/sealed", "AU-9/found")
def verify_proof(path: Path, key: str) -> ProvenEntries:
    """Prove the one entry that `audit prove` wrote: the proof (C2SP's tlog-proof) at `path`, the entry beside it.
    `key` as above. Raises NotProven."""
    try:
        proof = EntryProof.parse(path.read_bytes())
        line = leaf.decode_line(path.with_suffix(ENTRY_BESIDE).read_bytes(), EntryLine).line
        announced = msgspec.json.decode(proof.extra or b"[]", type=list[Announcement])
    except OSError as error:
        raise NotProven(f"{error.filename} cannot be read: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:
        raise NotProven(f"it is not the proof of an entry with the entry beside it. {error}") from error
    lines = [] if isinstance(line, msgspec.UnsetType) else [(bytes(line), list(proof.proof))]
    proven = verify_entries(proven_document(proof.note, [], lines, announced), key)
    if [entry.sequence for entry in proven.entries] != [proof.index]:
        raise NotProven(
            f"the proof is of entry {proof.index}, and the entry beside it is another or withheld."
        )
    return proven


def _public(document: ProvenDocument, key: str | None) -> bytes:
    """The log's key: the one that is trusted, else the file's own. Raises NotProven."""
    try:
        if key and "+" not in key[:-44]:
            return decode_base64(key)
        known = [NoteKey.parse(key)] if key else [NoteKey.parse(vkey) for vkey in document.keys]
        return next(found.public for found in known if found.kind == SignatureKind.ED25519)
    except (BadNote, StopIteration) as error:
        raise NotProven(f"the log's key is unusable. {error}") from error


def _entry(proven: ProvenLine, checkpoint: Checkpoint) -> Leaf:
    try:
        read = leaf.read_line(bytes(proven.line))
    except (ValueError, RecursionError) as error:
        raise NotProven("an entry was altered: its line is not one.") from error
    number = read.leaf.sequence
    try:
        proof = [decode_base64(hashed) for hashed in proven.proof[: MAX_PROOF_LINES + 1]]
    except BadNote as error:
        raise NotProven(f"the proof of entry {number} was altered. {error}") from error
    hashed = leaf_hash(read.covered)
    if len(proof) > MAX_PROOF_LINES or not includes(checkpoint.root, checkpoint.size, number, hashed, proof):
        raise NotProven(
            f"entry {number} was altered, or is not in the log: its proof does not lead to the log of "
            f"{checkpoint.size:,} entries."
        )
    return read.leaf
