"""The hot list as readers get it: whole, versioned, signed by the hub."""

from typing import Annotated, Literal
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from msgspec import Meta

from plateward.policy.trace import enforces
from plateward.wire.codec import (
    TEXT,
    Line,
    Moment,
    Name,
    Signature,
    State,
    decode,
    encode,
    require_utc,
    sign,
    verify,
)

PURPOSE = b"plateward.hotlist.v1"
MAX_ENTRIES = 2_000_000
MAX_HOTLIST_BYTES = 1024 * 1024 * 1024


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A plate that is looked for. `plate` is as its source lists it, `reason` a key such as "stolen_vehicle"
    and `reason_text` its words; `expires_at` None is until it is recalled.
    """

    id: UUID
    plate: Annotated[str, Meta(min_length=1, max_length=20, pattern=TEXT)]
    state: State | None = None
    reason: Annotated[str, Meta(pattern=r"\A[a-z0-9_]{1,64}\Z")]
    reason_text: Line
    source: Name
    list_name: Annotated[str, Meta(min_length=1, max_length=100, pattern=TEXT)]
    priority: Literal["high", "normal", "low"] = "normal"
    expires_at: Moment | None = None

    def __post_init__(self) -> None:
        if self.expires_at is not None:
            require_utc(self.expires_at, "expires_at")


class HotList(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All entries in force at `made_at`; two lists of one version are the same."""

    version: Name
    made_at: Moment
    entries: Annotated[list[Entry], Meta(max_length=MAX_ENTRIES)]

    def __post_init__(self) -> None:
        require_utc(self.made_at, "made_at")


class SignedHotList(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A hot list as msgpack, and the hub's signature over exactly these bytes."""

    body: Annotated[bytes, Meta(max_length=MAX_HOTLIST_BYTES)]
    signature: Signature


@enforces("6.j.i")
def sign_hotlist(key: Ed25519PrivateKey, hotlist: HotList) -> SignedHotList:
    """Sign with the hub's hot-list key. Raises `WireError` for a list that no reader would take."""
    body = encode(hotlist)
    decode(body, HotList, MAX_HOTLIST_BYTES)
    return SignedHotList(body, sign(key, PURPOSE, body))


@enforces("6.j.i")
def open_hotlist(public_key: Ed25519PublicKey, signed: SignedHotList) -> HotList:
    """The list, when the hub signed exactly this and all of it is within bounds. Raises `WireError`."""
    verify(public_key, PURPOSE, signed.body, signed.signature)
    return decode(signed.body, HotList, MAX_HOTLIST_BYTES)


def decode_hotlist(data: bytes) -> SignedHotList:
    """A signed hot list from msgpack, still to be opened. Raises `WireError`."""
    return decode(data, SignedHotList, MAX_HOTLIST_BYTES + 1024)
