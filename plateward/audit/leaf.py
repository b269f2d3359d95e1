"""One entry, as its bytes are hashed, sealed, exported and verified: one line of JSON. Needs no Django."""

from typing import Literal, TypeVar

import msgspec

from plateward.policy.trace import enforces

EntryOutcome = Literal["done", "refused", "failed"]
Scalar = str | int | float | bool | None
Detail = Scalar | list[Scalar]

T = TypeVar("T")

MAX_LEAF_BYTES = 4 * 1024 * 1024  # bytes of one entry; what rules.py accepts stays below


@enforces("6.b.i.9", "AU-3", "AU-8")
class Leaf(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who did what, to what, when (UTC, RFC 3339, microseconds), from where, why, and the outcome."""

    sequence: int
    at: str
    node: str  # the hub's host that recorded it
    actor_kind: str
    actor_id: str
    actor_name: str
    address: str
    session: str
    event: str
    object: str
    outcome: EntryOutcome
    clause: str
    reason: str
    details: dict[str, Detail]


def encode_leaf(leaf: Leaf) -> bytes:
    return msgspec.json.encode(leaf)


def decode_line(line: bytes, kind: type[T]) -> T:
    """A `kind` from its line of JSON. Raises ValueError: msgspec's own errors are, and those of bad UTF-8."""
    return msgspec.json.decode(line, type=kind)
