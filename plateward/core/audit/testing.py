"""Trees as tests make them, out of their leaves; what an entry says; a log whose key is rotated."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.leaf import Detail, Leaf
from plateward.core.audit.signatures import public_key_text
from plateward.core.audit.succession import announcement
from plateward.ground import clock
from plateward.ground.merkle import Nodes, root_of
from plateward.ground.vault.keyring import KeyRing
from plateward.ground.vault.versions import RotatingKey, Versions


def nodes_over(hashes: Sequence[bytes]) -> Nodes:
    """The nodes above these leaf hashes."""
    return lambda height, number: root_of(hashes[number << height : (number + 1) << height])


def noted(leaf: Leaf | None) -> dict[str, Detail]:
    """The entry's details without the digests of what was written: a test's own rows are among them."""
    assert leaf
    return {name: detail for name, detail in leaf.details.items() if name != "records"}


def rotating_ring(settings: Any, folder: Path) -> KeyRing:
    """The tests' own ring, whose versions and newest head lie in this folder."""
    ring = KeyRing.open(settings.RING.path)
    ring.versions = Versions(folder / "ring.versions", ring.key("versions"))
    settings.RING, settings.KEYS = ring, folder
    return ring


def follow_log_key(ring: KeyRing, actor: Actor, *, announced: bool = True) -> str:
    """Rotate the log's key, with its entry. The new public key."""
    from plateward.core.audit.log import record

    secret = os.urandom(32)
    new = ring.signing("audit", secret)
    details: dict[str, Any] = announcement(ring.signing("audit"), new) if announced else {}
    if announced:
        record(actor, Event.KEY_ROTATE, "key:log", **details)
    ring.versions.add(RotatingKey.LOG, secret, clock.now(), new.public_key().public_bytes_raw(), details)
    return public_key_text(new)
