"""The log's key is followed by another: the old one signs the new one, in an entry of the log. Needs no Django.

Who trusts either key follows the chain: from the old one by its signature, from the new one by the log that it signs.
What shows a part of the log alone (a package, published entries) has the announcements beside its checkpoint.
"""

from base64 import b64encode
from collections.abc import Iterable, Sequence
from contextlib import suppress

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from plateward.core.audit.events import Event
from plateward.core.audit.leaf import Leaf
from plateward.core.audit.signatures import decode_base64, key_text, public_key_text
from plateward.core.audit.tlog import notes
from plateward.core.audit.tlog.checkpoints import Checkpoint, signed_by
from plateward.core.audit.tlog.notes import BadNote, Note, NoteKey, SignatureKind
from plateward.ground.policy.trace import enforces

DOMAIN = "plateward log key"  # no other thing that is signed begins so


class Announcement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """That one key of the log follows another, and the old one's signature over that; all in base64."""

    old_key: str
    new_key: str
    signature: str

    def is_signed(self) -> bool:
        """Whether the old key signed it."""
        try:
            Ed25519PublicKey.from_public_bytes(decode_base64(self.old_key)).verify(
                decode_base64(self.signature), _message(self.old_key, self.new_key)
            )
        except (InvalidSignature, ValueError):
            return False
        return True


@enforces("6.b.i.9/sealed", "AU-9/found")
def announcement(old: Ed25519PrivateKey, new: Ed25519PrivateKey) -> dict[str, str]:
    """The details of the entry that announces a new key."""
    names = public_key_text(old), public_key_text(new)
    signature = b64encode(old.sign(_message(*names))).decode()
    return msgspec.structs.asdict(Announcement(*names, signature))


@enforces("6.b.i.9/sealed", "AU-9/found")
def announced_in(leaf: Leaf) -> Announcement | None:
    """What this entry announces; None if it announces no key, or the old one did not sign the new one."""
    if leaf.event != Event.KEY_ROTATE or leaf.outcome != "done":
        return None
    details = {name: leaf.details.get(name) for name in Announcement.__struct_fields__}
    with suppress(msgspec.ValidationError):
        announced = msgspec.convert(details, Announcement)
        return announced if announced.is_signed() else None
    return None


@enforces("6.b.i.9/sealed", "AU-9/found")
def chain_from(key: str, announced: Iterable[Announcement]) -> frozenset[str]:
    """The key, and those that announcements, in their order, lead to from it. None may be unsigned."""
    chain = {key}
    for link in announced:
        chain |= {link.new_key} if link.old_key in chain else set()
    return frozenset(chain)


@enforces("6.b.i.9/sealed", "AU-9/found")
def signer_of(note: Note, trusted: bytes, announced: Sequence[Announcement]) -> str:
    """Which key of the log (base64) signed this checkpoint: the trusted one, or one that the announcements beside the
    checkpoint lead to from it. A key whose successor they name counts for it no more. Raises BadNote if none did."""
    if not all(link.is_signed() for link in announced):
        raise BadNote("An announcement of a key of the log was altered: the key before it did not sign it.")
    chain = chain_from(key_text(trusted), announced)
    origin = Checkpoint.parse(note.text).origin
    for key in sorted(chain - {link.old_key for link in announced}):
        with suppress(BadNote):
            signed_by(note, NoteKey(origin, SignatureKind.ED25519, notes.decode_base64(key)))
            return key
    raise BadNote(f"It is not signed by {origin}.")


def _message(old: str, new: str) -> bytes:
    return f"{DOMAIN}\n{old}\n{new}\n".encode()
