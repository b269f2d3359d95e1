"""The lines of an exported log (plateward.core.audit.v2), as they are written and verified. Needs no Django.

The header with its marking; a line per entry, and after each entry at which a head was signed that head; the
checkpoint as witnesses cosigned it; the hub's signature over all lines before it.
"""

from base64 import b64encode

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from plateward.core.audit.leaf import read_line, without_details
from plateward.core.audit.signatures import decode_base64
from plateward.ground.merkle import leaf_hash
from plateward.ground.policy.trace import enforces

MARKING = "CJI: Criminal Justice Information. Keep and destroy as the CJIS Security Policy says; not a public record."
HEADER = msgspec.json.encode({"format": "plateward.core.audit.v2", "marking": MARKING})


class EntryLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """An entry with its leaf's hash (base64), by which an altered one is named. Without `line` it is withheld, which a
    package's entry may be and an export's may not."""

    leaf: str
    line: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET


class CheckpointLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The note that C2SP's programs read."""

    checkpoint: str


class FileSeal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The SHA-256 (hex) of all before this line, signed by the hub (base64)."""

    digest: str
    signature: str


@enforces("6.b.i.7/lists", "6.b.i.7/official", "6.b.i.9/read")
def entry_line(line: bytes, *, details: bool = True) -> tuple[bytes, bytes]:
    """An entry's line in an export, and what the tree covers. `details`: False leaves them out. Raises ValueError."""
    covered = read_line(line).covered
    shown = msgspec.Raw(line if details else without_details(line))
    return msgspec.json.encode(EntryLine(b64encode(leaf_hash(covered)).decode(), shown)), covered


def seal_file(key: Ed25519PrivateKey, digest: str) -> FileSeal:
    return FileSeal(digest, b64encode(key.sign(_message(digest))).decode())


def is_sealed_by(sealed: FileSeal, key: str) -> bool:
    """Whether the owner of this public key (base64) signed the digest."""
    try:
        public = Ed25519PublicKey.from_public_bytes(decode_base64(key))
        public.verify(decode_base64(sealed.signature), _message(sealed.digest))
    except (InvalidSignature, ValueError):
        return False
    return True


def _message(digest: str) -> bytes:
    return f"plateward.core.audit.export.v2\n{digest}\n".encode()
