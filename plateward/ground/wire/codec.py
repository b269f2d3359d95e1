"""msgpack in and out, bounded and checked: data that does not fit its schema stops here."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Generic, Protocol, TypeVar

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from msgspec import Meta

from plateward.ground.errors import PlatewardError
from plateward.ground.policy.trace import enforces


class WireError(PlatewardError):
    """A message is altered, unsigned, malformed, too large or stale."""


# Printable text: the database would refuse a NUL, and a line break would forge a line in a log.
PRINTABLE = r"\A[^\x00-\x1f\x7f]*\Z"
UNPRINTABLE = re.compile(r"[^ -~]")
Name = Annotated[str, Meta(min_length=1, max_length=64, pattern=PRINTABLE)]
TextLine = Annotated[str, Meta(max_length=500, pattern=PRINTABLE)]
State = Annotated[str, Meta(pattern=r"\A[A-Z]{2}\Z")]
Sha256 = Annotated[str, Meta(pattern=r"\A[0-9a-f]{64}\Z")]
Fraction = Annotated[float, Meta(ge=0, le=1)]
Moment = Annotated[datetime, Meta(tz=True)]
PublicKey = Annotated[bytes, Meta(min_length=32, max_length=32)]
Signature = Annotated[bytes, Meta(min_length=64, max_length=64)]


class SignedBody(Protocol):
    """A message as msgpack, and a signature over exactly these bytes."""

    @property
    def body(self) -> bytes: ...
    @property
    def signature(self) -> bytes: ...


Kind = TypeVar("Kind")
Message = TypeVar("Message", bound=msgspec.Struct)
Signed = TypeVar("Signed", bound=SignedBody)


def encode(message: msgspec.Struct) -> bytes:
    """Any message of the wire as msgpack."""
    return msgspec.msgpack.encode(message)


def decode(data: bytes, kind: type[Kind], limit: int) -> Kind:
    """A message of this kind from at most `limit` bytes of msgpack. Raises `WireError` and nothing else."""
    name = kind.__name__
    if len(data) > limit:
        raise WireError(f"The {name} has {len(data)} bytes; the limit is {limit}. Send less.")
    try:
        return msgspec.msgpack.decode(data, type=kind)
    except (ValueError, OverflowError, RecursionError) as error:  # msgspec's own errors are ValueErrors
        # It may name a field in the sender's own words; these go into receipts and the log.
        problem = UNPRINTABLE.sub("?", str(error))[:300]
        raise WireError(f"The {name} is malformed: {problem}.") from error


@enforces("6.j.i/proven")
def sign(key: Ed25519PrivateKey, purpose: bytes, body: bytes) -> bytes:
    """Ed25519 over purpose, NUL and body: a signature for one purpose is invalid for any other."""
    return key.sign(purpose + b"\0" + body)


@enforces("6.j.i/proven")
def verify(key: Ed25519PublicKey, purpose: bytes, body: bytes, signature: bytes) -> None:
    """Raise `WireError` unless `key` signed exactly this body for exactly this purpose."""
    try:
        key.verify(signature, purpose + b"\0" + body)
    except InvalidSignature:
        raise WireError(
            "The signature is wrong: the message was altered in transit or signed with another key (OPR:50 "
            "6.j.i)."
        ) from None


@dataclass(frozen=True)
class Signing(Generic[Message, Signed]):
    """One kind of message and its signed form: for this purpose alone, at most `limit` bytes."""

    message: type[Message]
    form: type[Signed]
    purpose: bytes
    limit: int

    @enforces("6.j.i/proven")
    def sign(self, key: Ed25519PrivateKey, message: Message) -> Signed:
        """Raises `WireError` for a message that no receiver would accept."""
        body = encode(message)
        decode(body, self.message, self.limit)
        form: Callable[[bytes, bytes], Signed] = self.form
        return form(body, sign(key, self.purpose, body))

    @enforces("6.j.i/proven")
    def open(self, key: Ed25519PublicKey, signed: Signed) -> Message:
        """The message, if `key` signed exactly this and all of it is within bounds. Raises `WireError`."""
        verify(key, self.purpose, signed.body, signed.signature)
        return decode(signed.body, self.message, self.limit)

    def decode(self, data: bytes) -> Signed:
        """The signed form from msgpack, still to be opened. Raises `WireError`."""
        return decode(data, self.form, self.limit + 1024)


def require_utc(moment: datetime, name: str) -> None:
    """For `__post_init__`: raise `ValueError` unless the moment is in UTC and in this century."""
    if moment.utcoffset() != timedelta(0):
        raise ValueError(f"{name} is not in UTC")
    if not 2000 <= moment.year < 2100:
        raise ValueError(f"{name} lies outside the years 2000 to 2099")
