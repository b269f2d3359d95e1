"""A head of the tree and the signature over it (Ed25519). Needs no Django, so that anyone can verify."""

from base64 import b64decode, b64encode

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from plateward.ground.policy.trace import enforces


class TreeHead(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The log at one time: its size in entries, its root (hex), and when this was signed (UTC, RFC 3339)."""

    size: int
    root: str
    at: str

    def message(self) -> bytes:
        """The bytes that are signed."""
        return f"plateward.core.audit.head.v1\n{self.size}\n{self.root}\n{self.at}\n".encode()


class SignedHead(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A head, its signature and the public key that made it, both in base64. One line of JSON."""

    head: TreeHead
    signature: str
    key: str

    def line(self) -> bytes:
        return msgspec.json.encode(self)

    def signed_by(self, key: str) -> bool:
        """Whether the owner of the public key `key` (base64) signed exactly this head."""
        try:
            public = Ed25519PublicKey.from_public_bytes(decode_base64(key))
            public.verify(decode_base64(self.signature), self.head.message())
        except (InvalidSignature, ValueError):
            return False
        return True


@enforces("6.b.i.9/sealed", "AU-9/found")
def sign_tree_head(key: Ed25519PrivateKey, head: TreeHead) -> SignedHead:
    """The head, signed."""
    return SignedHead(head, b64encode(key.sign(head.message())).decode(), public_key_text(key))


def decode_base64(text: str) -> bytes:
    """From base64, in its one spelling."""
    data = b64decode(text, validate=True)
    if b64encode(data).decode() != text:
        raise ValueError("the last character of this base64 holds bits that mean nothing")
    return data


def public_key_text(key: Ed25519PrivateKey) -> str:
    """The public key as people exchange it: base64 of 32 bytes."""
    return key_text(key.public_key().public_bytes_raw())


def key_text(public: bytes) -> str:
    return b64encode(public).decode()
