"""A reader's placement, where and when it may record: its deployments and the exclusion zones, signed by the hub; and
how many reads the reader dropped because of them."""

from hashlib import sha256
from typing import Annotated

import msgspec
from msgspec import Meta

from plateward.ground.policy.trace import enforces
from plateward.ground.wire.codec import Moment, Name, Signature, Signing, require_utc
from plateward.ground.wire.where import COURT_ORDER, PUBLIC_VIEW

PLACEMENT_PURPOSE = b"plateward.placement.v1"
PLACEMENT_HEADER = "Plateward-Placement"  # with each answer about the hot list: the version that counts now
MAX_PLACEMENT_BYTES = 1024 * 1024
Count = Annotated[int, Meta(ge=0, le=10**12)]


class Circle(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """WGS 84, degrees."""

    lat: Annotated[float, Meta(ge=-90, le=90)]
    lon: Annotated[float, Meta(ge=-180, le=180)]
    radius_m: Annotated[int, Meta(ge=1, le=1_000_000)]


class DeploymentTimes(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """When a deployment of the reader lets it record; `ended_at`: a person ended it; `scope`: where its court order
    goes before zones, left out if nowhere."""

    basis: Annotated[str, Meta(pattern=rf"\A({PUBLIC_VIEW}|{COURT_ORDER})\Z")]
    begins_at: Moment
    ends_at: Moment | None = None
    ended_at: Moment | None = None
    scope: Circle | None = None


class Zone(Circle, frozen=True, forbid_unknown_fields=True):
    """A circle in which nothing is recorded, but under a court order for the place."""

    ended_at: Moment | None = None


@enforces("6.a.ii.1/outside", "6.a.ii.1/zones")
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
    unknown: Count = 0  # possibly in a zone

    def __post_init__(self) -> None:
        require_utc(self.since, "since")


PLACEMENTS = Signing(Placement, SignedPlacement, PLACEMENT_PURPOSE, MAX_PLACEMENT_BYTES)
sign_placement, open_placement, decode_placement = PLACEMENTS.sign, PLACEMENTS.open, PLACEMENTS.decode
