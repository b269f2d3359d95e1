"""One entry, as it is sealed, exported and verified: one line of JSON, and what the tree covers of it. Needs no Django.

The tree covers a salted commitment, so that leaves, tiles and proofs say nothing of an entry to whoever has not the
entry itself. Facts and details have a salt of their own: without the details and their salt, the leaf stays proven.
"""

import os
from base64 import b64decode, b64encode
from binascii import a2b_base64, b2a_base64
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal, TypeVar

import msgspec

from plateward.ground.policy.trace import enforces

EntryOutcome = Literal["done", "refused", "failed"]
Scalar = str | int | float | bool | None
Detail = Scalar | list[Scalar]

T = TypeVar("T")

MAX_LEAF_BYTES = 4 * 1024 * 1024  # bytes of one entry; what rules.py accepts stays below
HASH_BYTES = 32
SALT_BYTES = 16  # bytes of each of the two salts
LEAF_PREFIX, DETAILS_PREFIX = b"plateward.core.audit.leaf.v2\n", b"plateward.core.audit.details.v2\n"


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


@enforces("6.b.i.9/entries", "AU-3/fields", "AU-8/clock")
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
    """An entry from its line, and the bytes that the tree covers."""

    leaf: Leaf
    covered: bytes
    erased: bool = False


class PlacedEntry(msgspec.Struct, gc=False):
    """An entry's number, time and event, and what the tree covers of it."""

    sequence: int
    at: str
    event: str
    covered: bytes
    erased: bool


@enforces("6.b.i.9/sealed", "AU-9/found")
def salted_line(leaf: Leaf) -> tuple[bytes, bytes]:
    """The line of a new entry, and the 32 bytes that the tree covers."""
    facts = msgspec.json.encode(Facts(*(getattr(leaf, name) for name in Facts.__struct_fields__)))
    details, salt = msgspec.json.encode(leaf.details), os.urandom(2 * SALT_BYTES)
    line = SaltedLine(msgspec.Raw(facts), b64encode(salt).decode(), msgspec.Raw(details))
    return msgspec.json.encode(line), _commitment(facts, salt, _details_commitment(details, salt))


def read_line(line: bytes) -> ReadEntry:
    """An entry from its line. Raises ValueError."""
    placed = place_line(line)
    parts = _LINE.decode(line)
    details = {} if isinstance(parts.details, msgspec.UnsetType) else _DETAILS.decode(parts.details)
    leaf = Leaf(details=details, **msgspec.structs.asdict(_FACTS.decode(parts.entry)))
    return ReadEntry(leaf, placed.covered, placed.erased)


def place_line(line: bytes) -> PlacedEntry:
    """What the verifier of millions of lines needs of each. Raises ValueError."""
    parts = _LINE.decode(line)
    facts, salt = bytes(parts.entry), a2b_base64(parts.salt)
    if isinstance(parts.details, msgspec.UnsetType):
        committed, salt_bytes = a2b_base64(parts.erased), SALT_BYTES
        length = _ERASED_LENGTH + len(parts.erased)
        whole = len(committed) == HASH_BYTES and b2a_base64(committed, newline=False) == parts.erased.encode()
    else:
        details = bytes(parts.details)
        committed, salt_bytes = _details_commitment(details, salt), 2 * SALT_BYTES
        length, whole = _WHOLE_LENGTH + len(details), not parts.erased
    # Parts of these lengths leave room for no other way to write the line.
    if len(line) != length + len(facts) + len(parts.salt) or len(salt) != salt_bytes or not whole:
        raise ValueError("this line is not written as the hub writes it")
    if b2a_base64(salt, newline=False) != parts.salt.encode():
        raise ValueError("this line has no whole salt")
    place = _PLACE.decode(facts)
    covered = _commitment(facts, salt, committed)
    return PlacedEntry(place.sequence, place.at, place.event, covered, bool(parts.erased))


def without_details(line: bytes) -> bytes:
    """The line of an entry without its details: it has the same leaf."""
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


class _Place(msgspec.Struct):
    """Some of the facts; the others are skipped."""

    sequence: int
    at: str
    event: str


_FACTS, _DETAILS = msgspec.json.Decoder(Facts), msgspec.json.Decoder(dict[str, Detail])
_LINE, _PLACE = msgspec.json.Decoder(SaltedLine), msgspec.json.Decoder(_Place)
_WHOLE_LENGTH = len('{"entry":,"salt":"","details":}')
_ERASED_LENGTH = len('{"entry":,"salt":"","erased":""}')


def _details_commitment(details: bytes, salt: bytes) -> bytes:
    return sha256(DETAILS_PREFIX + salt[SALT_BYTES:] + details).digest()


def _commitment(facts: bytes, salt: bytes, details: bytes) -> bytes:
    return sha256(LEAF_PREFIX + salt[:SALT_BYTES] + details + facts).digest()
