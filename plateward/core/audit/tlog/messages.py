"""What goes between a log and a witness (c2sp.org/tlog-witness), and the proof of a single entry (tlog-proof)."""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass

from plateward.core.audit.tlog.checkpoints import parse_number
from plateward.core.audit.tlog.notes import BadNote, Note, decode_base64
from plateward.ground.merkle import HASH_BYTES

PROOF_FORMAT = "c2sp.org/tlog-proof@v1"
MAX_PROOF_LINES = 63


@dataclass(frozen=True)
class AddCheckpoint:
    """A log's request to a witness: the size that the witness has, the proof from there, the new checkpoint."""

    old: int
    proof: tuple[bytes, ...]
    note: Note

    def __bytes__(self) -> bytes:
        return f"old {self.old}\n{_hash_lines(self.proof)}\n".encode() + bytes(self.note)


@dataclass(frozen=True)
class EntryProof:
    """That entry `index` is in the tree of a checkpoint. `extra` is what its reader also needs, if anything: the
    announcements of the log's keys (succession.py), as JSON."""

    index: int
    proof: tuple[bytes, ...]
    note: Note
    extra: bytes = b""

    def __bytes__(self) -> bytes:
        extra = f"extra {b64encode(self.extra).decode()}\n" if self.extra else ""
        head = f"{PROOF_FORMAT}\n{extra}index {self.index}\n{_hash_lines(self.proof)}\n"
        return head.encode() + bytes(self.note)

    @classmethod
    def parse(cls, content: bytes) -> "EntryProof":
        """Raises BadNote."""
        (first, *rest), note = _split(content)
        extra = decode_base64(rest.pop(0)[6:]) if rest and rest[0].startswith("extra ") else b""
        if first != PROOF_FORMAT or not rest or not rest[0].startswith("index "):
            raise BadNote(f"The proof of an entry begins with {PROOF_FORMAT} and the entry's number.")
        return cls(parse_number(rest[0][6:]), _parse_hashes(rest[1:]), note, extra)


def _hash_lines(hashes: Sequence[bytes]) -> str:
    return "".join(f"{b64encode(hashed).decode()}\n" for hashed in hashes)


def _split(content: bytes) -> tuple[list[str], Note]:
    """The lines before the first empty line, at least one, and the note after it."""
    head, empty, note = content.partition(b"\n\n")
    if not empty:
        raise BadNote("There is no empty line before the checkpoint.")
    try:
        return head.decode("ascii").split("\n"), Note.parse(note)
    except UnicodeDecodeError as error:
        raise BadNote("The lines before the checkpoint are ASCII.") from error


def _parse_hashes(lines: Sequence[str]) -> tuple[bytes, ...]:
    if len(lines) > MAX_PROOF_LINES:
        raise BadNote(f"A proof has at most {MAX_PROOF_LINES} lines.")
    hashes = tuple(map(decode_base64, lines))
    if any(len(hashed) != HASH_BYTES for hashed in hashes):
        raise BadNote("Each line of a proof is a hash of 32 bytes.")
    return hashes
