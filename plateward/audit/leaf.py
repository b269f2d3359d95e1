"""One entry, as it is sealed, exported and verified: one line of JSON, and what the tree covers of it. Needs no Django.

The tree covers a salted commitment, so that leaves, tiles and proofs say nothing of an entry to whoever has not the
entry itself. Facts and details have a salt of their own: without the details and their salt, the leaf stays proven.
Entries from before the bridge (decisions/0092) have no salt, and their line is their leaf.
"""

import os
from base64 import b64decode, b64encode
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal, TypeVar

import msgspec

from plateward.policy.trace import enforces

EntryOutcome = Literal["done", "refused", "failed"]
Scalar = str | int | float | bool | None
Detail = Scalar | list[Scalar]

T = TypeVar("T")

MAX_LEAF_BYTES = 4 * 1024 * 1024  # bytes of one entry; what rules.py accepts stays below
SALT_BYTES = 16  # bytes of each of the two salts
LEAF_PREFIX, DETAILS_PREFIX = b"plateward.audit.leaf.v2\n", b"plateward.audit.details.v2\n"


class Facts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
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


@enforces("6.b.i.9", "AU-3", "AU-8")
class Leaf(Facts, frozen=True, forbid_unknown_fields=True):
    """An entry: the facts, and what else the act noted."""

    details: dict[str, Detail]


class SaltedLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The line of an entry. `erased`: the commitment (base64) of details that are not there any more.

    `salt` in base64: of the facts, then of the details if they are there."""

    entry: msgspec.Raw
    salt: str
    details: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    erased: str = ""


@dataclass(frozen=True, slots=True)
class ReadEntry:
    """An entry from its line, and the bytes that the tree covers. `salted`: it is from after the bridge."""

    leaf: Leaf
    covered: bytes
    salted: bool
    erased: bool = False


def encode_leaf(leaf: Leaf) -> bytes:
    """The line of an entry as before the bridge."""
    return msgspec.json.encode(leaf)


@enforces("6.b.i.9", "AU-9", "SC-13")
def salted_line(leaf: Leaf) -> tuple[bytes, bytes]:
    """The line of a new entry, and the 32 bytes that the tree covers."""
    facts = msgspec.json.encode(Facts(*(getattr(leaf, name) for name in Facts.__struct_fields__)))
    details, salt = msgspec.json.encode(leaf.details), os.urandom(2 * SALT_BYTES)
    line = SaltedLine(msgspec.Raw(facts), b64encode(salt).decode(), msgspec.Raw(details))
    return msgspec.json.encode(line), _commitment(facts, salt, _details_commitment(details, salt))


def read_line(line: bytes) -> ReadEntry:
    """An entry from its line, of before or after the bridge. Raises ValueError."""
    if line.startswith(b'{"sequence":'):
        return ReadEntry(decode_line(line, Leaf), line, salted=False)
    parts = decode_line(line, SaltedLine)
    if msgspec.json.encode(parts) != line:
        raise ValueError("this line is not written as the hub writes it")
    facts, salt = bytes(parts.entry), b64decode(parts.salt, validate=True)
    if isinstance(parts.details, msgspec.UnsetType):
        committed, details = b64decode(parts.erased, validate=True), {}
    elif parts.erased:
        raise ValueError("this line has details and says that they were erased")
    else:
        committed = _details_commitment(bytes(parts.details), salt)
        details = _DETAILS.decode(parts.details)
    if len(salt) != SALT_BYTES * (1 if parts.erased else 2) or b64encode(salt).decode() != parts.salt:
        raise ValueError("this line has no whole salt")
    known = _FACTS.decode(parts.entry)
    whole = Leaf(details=details, **msgspec.structs.asdict(known))
    return ReadEntry(whole, _commitment(facts, salt, committed), salted=True, erased=bool(parts.erased))


def without_details(line: bytes) -> bytes:
    """The line of an entry after the bridge without its details: it has the same leaf."""
    parts = decode_line(line, SaltedLine)
    if isinstance(parts.details, msgspec.UnsetType):
        return line
    salt = b64decode(parts.salt)
    committed = _details_commitment(bytes(parts.details), salt)
    short = b64encode(salt[:SALT_BYTES]).decode()
    return msgspec.json.encode(SaltedLine(parts.entry, short, erased=b64encode(committed).decode()))


def decode_line(line: bytes, kind: type[T]) -> T:
    """A `kind` from its line of JSON. Raises ValueError: msgspec's own errors are, and those of bad UTF-8."""
    return msgspec.json.decode(line, type=kind)


_FACTS, _DETAILS = msgspec.json.Decoder(Facts), msgspec.json.Decoder(dict[str, Detail])


def _details_commitment(details: bytes, salt: bytes) -> bytes:
    return sha256(DETAILS_PREFIX + salt[SALT_BYTES:] + details).digest()


def _commitment(facts: bytes, salt: bytes, details: bytes) -> bytes:
    return sha256(LEAF_PREFIX + salt[:SALT_BYTES] + details + facts).digest()
