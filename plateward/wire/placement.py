"""A reader's placement, where and when it may record: its deployments and the exclusion zones, signed by the hub; and
how many reads the reader dropped because of them."""

from hashlib import sha256
from typing import Annotated

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from msgspec import Meta

from plateward.policy.trace import enforces
from plateward.wire.codec import Moment, Name, Signature, decode, encode, require_utc, sign, verify
from plateward.wire.where import COURT_ORDER, PUBLIC_VIEW

PLACEMENT_PURPOSE = b"plateward.placement.v1"
PLACEMENT_HEADER = "Plateward-Placement"  # with each answer about the hot list: the version that counts now
MAX_PLACEMENT_BYTES = 1024 * 1024
Count = Annotated[int, Meta(ge=0, le=10**12)]


class DeploymentTimes(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When a deployment of the reader lets it record; `ended_at`: a person ended it."""

    basis: Annotated[str, Meta(pattern=rf"\A({PUBLIC_VIEW}|{COURT_ORDER})\Z")]
    begins_at: Moment
    ends_at: Moment | None = None
    ended_at: Moment | None = None


class Zone(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A circle (WGS 84, degrees) in which nothing is recorded, but under a court order."""

    lat: Annotated[float, Meta(ge=-90, le=90)]
    lon: Annotated[float, Meta(ge=-180, le=180)]
    radius_m: Annotated[int, Meta(ge=1, le=1_000_000)]
    ended_at: Moment | None = None


@enforces("6.a.ii.1")
class Placement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What this reader needs of them, as of `made_at`: also what ended a short while before."""

    reader: Name
    made_at: Moment
    deployments: Annotated[list[DeploymentTimes], Meta(max_length=10_000)]
    zones: Annotated[list[Zone], Meta(max_length=10_000)]

    def __post_init__(self) -> None:
        require_utc(self.made_at, "made_at")

    @property
    def version(self) -> str:
        """It changes with every deployment and zone, and with nothing else."""
        content = msgspec.msgpack.encode((self.reader, self.deployments, self.zones))
        return sha256(content).hexdigest()[:16]


class SignedPlacement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A placement as msgpack, and the hub's signature over exactly these bytes."""

    body: Annotated[bytes, Meta(max_length=MAX_PLACEMENT_BYTES)]
    signature: Signature


class DropCounts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many reads the reader dropped itself since it began to count: the sums only grow, so that a hub that gets
    them twice, or late, counts none twice."""

    since: Moment
    outside: Count = 0  # of its deployments
    in_zones: Count = 0

    def __post_init__(self) -> None:
        require_utc(self.since, "since")


@enforces("6.j.i")
def sign_placement(key: Ed25519PrivateKey, placement: Placement) -> SignedPlacement:
    """Sign with the hub's hot-list key. Raises `WireError` for a placement that no reader would accept."""
    body = encode(placement)
    decode(body, Placement, MAX_PLACEMENT_BYTES)
    return SignedPlacement(body, sign(key, PLACEMENT_PURPOSE, body))


@enforces("6.j.i")
def open_placement(public_key: Ed25519PublicKey, signed: SignedPlacement) -> Placement:
    """The placement, if the hub signed exactly this and all of it is within bounds. Raises `WireError`."""
    verify(public_key, PLACEMENT_PURPOSE, signed.body, signed.signature)
    return decode(signed.body, Placement, MAX_PLACEMENT_BYTES)


def decode_placement(data: bytes) -> SignedPlacement:
    """A signed placement from msgpack, still to be opened. Raises `WireError`."""
    return decode(data, SignedPlacement, MAX_PLACEMENT_BYTES + 1024)
