"""What a reader keeps on its disk, sealed with its own keys."""

from collections.abc import Callable
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from plateward.reader.batches import Batches
from plateward.reader.frames import Say
from plateward.reader.home import Enrollment, Home
from plateward.reader.hotlist import LocalHotList
from plateward.reader.placement import Drops, LocalPlacement
from plateward.reader.spool import Spool


@dataclass(frozen=True)
class Stores:
    """Reads that the hub does not have yet; the hub's hot list; where this reader may record; how much it dropped;
    the numbers of its batches."""

    spool: Spool
    hotlist: LocalHotList
    placement: LocalPlacement
    drops: Drops
    batches: Batches

    @classmethod
    def open(cls, home: Home, key: Callable[[str], bytes], enrollment: Enrollment, say: Say) -> "Stores":
        """`key` gives the key for a purpose. Raises `OSError`; what is damaged is said, and begins anew."""
        hub = Ed25519PublicKey.from_public_bytes(enrollment.hotlist_key)
        return cls(
            Spool(home.spool, key("spool"), say),
            LocalHotList(home.hotlist, key("hotlist"), hub, say),
            LocalPlacement(home.placement, key("hotlist"), hub, enrollment.name, say),
            Drops(home.drops, key("spool"), say),
            Batches(home.batches, key("spool"), say),
        )
