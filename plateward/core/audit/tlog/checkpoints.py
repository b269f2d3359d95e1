"""Checkpoints (c2sp.org/tlog-checkpoint), signed by their log and cosigned by witnesses (tlog-cosignature)."""

from base64 import b64encode
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA44PublicKey

from plateward.core.audit.tlog.notes import (
    BadNote,
    Note,
    NoteKey,
    NoteSignature,
    SignatureKind,
    check_name,
    decode_base64,
)
from plateward.ground.merkle import HASH_BYTES
from plateward.ground.policy.trace import enforces

MAX_SIZE = 2**63 - 1
TIME_BYTES = 8


@dataclass(frozen=True)
class Checkpoint:
    """A log's tree: who keeps it, how many leaves it has, and the root over them."""

    origin: str
    size: int
    root: bytes

    def __str__(self) -> str:
        """The text of the note."""
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"

    @classmethod
    def parse(cls, text: str) -> "Checkpoint":
        """From a note's text. Raises BadNote, also for extension lines: ours have none."""
        lines = text.split("\n")
        if len(lines) != 4 or lines[3]:
            raise BadNote("A checkpoint is three lines: origin, size, root.")
        root = decode_base64(lines[2])
        if len(root) != HASH_BYTES or not lines[0]:
            raise BadNote("A checkpoint begins with its origin and ends with a root of 32 bytes.")
        return cls(lines[0], parse_number(lines[1]), root)


def parse_number(text: str) -> int:
    """A number as C2SP writes it: decimal, without a leading zero. Raises BadNote."""
    if (
        not (text.isascii() and text.isdigit() and len(text) < 20 and str(int(text)) == text)
        or int(text) > MAX_SIZE
    ):
        raise BadNote(f"“{text[:40]}” is not a size.")
    return int(text)


@dataclass(frozen=True)
class NoteSigner:
    """A private key under a name. `kind` says what it signs: a log its note, a cosigner with the time."""

    name: str
    kind: SignatureKind
    private: Ed25519PrivateKey | MLDSA44PrivateKey

    @property
    def key(self) -> NoteKey:
        return NoteKey(check_name(self.name), self.kind, self.private.public_key().public_bytes_raw())

    @enforces("6.b.i.9/sealed", "AU-9/witnessed")
    def sign(self, checkpoint: Checkpoint, at: datetime) -> NoteSignature:
        """The line below the checkpoint's note. A witness's promises that it saw no larger tree before `at`."""
        seconds = int(at.timestamp())
        signature = self.private.sign(_message(self.key, checkpoint, seconds))
        stamp = b"" if self.kind == SignatureKind.ED25519 else seconds.to_bytes(TIME_BYTES, "big")
        return NoteSignature(self.name, self.key.id, stamp + signature)


@enforces("6.b.i.9/sealed", "AU-9/witnessed")
def verify_signature(key: NoteKey, checkpoint: Checkpoint, signature: NoteSignature) -> datetime | None:
    """When it was signed: None if the kind of key states no time. Raises BadNote if the key did not sign this."""
    stamp, body = b"", signature.signature
    if key.kind != SignatureKind.ED25519:
        stamp, body = body[:TIME_BYTES], body[TIME_BYTES:]
    seconds = int.from_bytes(stamp, "big")
    public = (
        MLDSA44PublicKey.from_public_bytes(key.public)
        if key.kind == SignatureKind.COSIGNATURE_ML_DSA_44
        else Ed25519PublicKey.from_public_bytes(key.public)
    )
    try:
        if not signature.is_by(key):
            raise InvalidSignature
        public.verify(body, _message(key, checkpoint, seconds))
        return datetime.fromtimestamp(seconds, UTC) if stamp else None
    except (InvalidSignature, ValueError, OverflowError, OSError) as error:
        raise BadNote(f"The signature of {signature.name} is not its own.") from error


def signed_by(note: Note, key: NoteKey) -> Checkpoint:
    """The checkpoint in a note that this key signed. Raises BadNote if it did not."""
    checkpoint = Checkpoint.parse(note.text)
    own = [signature for signature in note.signatures if signature.is_by(key)]
    if not own:
        raise BadNote(f"It is not signed by {key.name}.")
    for signature in own:
        verify_signature(key, checkpoint, signature)
    return checkpoint


def _message(key: NoteKey, checkpoint: Checkpoint, seconds: int) -> bytes:
    """The bytes that a signature of this kind covers."""
    match key.kind:
        case SignatureKind.ED25519:
            return str(checkpoint).encode()
        case SignatureKind.COSIGNATURE:
            return f"cosignature/v1\ntime {seconds}\n{checkpoint}".encode()
    return b"".join(
        (
            b"subtree/v1\n\0",
            _vector(key.name),
            seconds.to_bytes(8, "big"),
            _vector(checkpoint.origin),
            bytes(8),  # it begins with the first leaf
            checkpoint.size.to_bytes(8, "big"),
            checkpoint.root,
        )
    )


def _vector(text: str) -> bytes:
    data = text.encode()
    if not 0 < len(data) < 256:
        raise BadNote("The name of a cosigner and the origin of a log have 1 to 255 bytes.")
    return bytes([len(data)]) + data
