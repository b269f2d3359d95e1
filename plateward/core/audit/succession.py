"""The log's key is followed by another: the old one signs the new one, in an entry of the log. Needs no Django.

Who trusts either key follows the chain: from the old one by its signature, from the new one by the log that it signs.
"""

from base64 import b64encode
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from plateward.core.audit.events import Event
from plateward.core.audit.leaf import Leaf
from plateward.core.audit.signatures import decode_base64, public_key_text
from plateward.ground.policy.trace import enforces

DOMAIN = "plateward log key"  # no other thing that is signed begins so


@dataclass(frozen=True)
class Succession:
    """Public keys in base64."""

    old: str
    new: str


@enforces("6.b.i.9/sealed", "AU-9/found")
def announcement(old: Ed25519PrivateKey, new: Ed25519PrivateKey) -> dict[str, str]:
    """The details of the entry that announces a new key."""
    names = public_key_text(old), public_key_text(new)
    signature = b64encode(old.sign(_message(*names))).decode()
    return {"old_key": names[0], "new_key": names[1], "signature": signature}


@enforces("6.b.i.9/sealed", "AU-9/found")
def succession_in(leaf: Leaf) -> Succession | None:
    """What this entry announces; None if it announces no key, or the old one did not sign the new one."""
    if leaf.event != Event.KEY_ROTATE or leaf.outcome != "done":
        return None
    old, new, signature = (leaf.details.get(name) for name in ("old_key", "new_key", "signature"))
    if not (isinstance(old, str) and isinstance(new, str) and isinstance(signature, str)):
        return None
    try:
        Ed25519PublicKey.from_public_bytes(decode_base64(old)).verify(
            decode_base64(signature), _message(old, new)
        )
    except (InvalidSignature, ValueError):
        return None
    return Succession(old, new)


def _message(old: str, new: str) -> bytes:
    return f"{DOMAIN}\n{old}\n{new}\n".encode()
