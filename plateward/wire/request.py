"""Every request of a device is signed: TLS checks its certificate, but the hub must also know whose it is."""

from base64 import b64decode, b64encode
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from plateward.policy.trace import enforces
from plateward.wire.codec import WireError, sign, verify

PURPOSE = b"plateward.request.v1"
READER = "Plateward-Reader"
TIME = "Plateward-Time"
SIGNATURE = "Plateward-Signature"
# Beside `If-None-Match`: the lists, by number, that the reader has that version of.
LISTS = "Plateward-Lists"
# In the hub's answer: it is the change since that version.
DELTA = "Plateward-Delta"
# In the hub's refusal: only a person can end it, so that the reader need not ask every few seconds.
FINAL = "Plateward-Final"
# Beside the headers, and never one of them: the name in the certificate that the connection was opened with.
CERTIFICATE = "plateward.certificate"
TOLERANCE = timedelta(minutes=5)


@enforces("6.j.i", "6.i.ii")
def sign_request(
    key: Ed25519PrivateKey, reader: str, method: str, path: str, body: bytes, at: datetime
) -> dict[str, str]:
    """The three headers that make a request the reader's own. `path` is with its query; `at` is aware."""
    time = at.astimezone(UTC).isoformat(timespec="microseconds")
    signature = sign(key, PURPOSE, _covered(reader, time, method, path, body))
    return {READER: reader, TIME: time, SIGNATURE: b64encode(signature).decode()}


def reader_of(headers: Mapping[str, str]) -> str:
    """The name of the reader that claims to send this; to find its key, and believed only after verifying."""
    return _header(headers, READER)


@enforces("6.j.i", "6.i.ii")
def verify_request(
    public_key: Ed25519PublicKey,
    headers: Mapping[str, str],
    method: str,
    path: str,
    body: bytes,
    now: datetime,
    tolerance: timedelta = TOLERANCE,
) -> None:
    """Raise `WireError` when the request is unsigned, altered, stale or from the future.

    Within the tolerance a request can be repeated, which harms nothing: a batch's reads are kept once.
    """
    time = _header(headers, TIME)
    verify(
        public_key,
        PURPOSE,
        _covered(_header(headers, READER), time, method, path, body),
        _signature(_header(headers, SIGNATURE)),
    )
    try:
        age = now - datetime.fromisoformat(time)
    except (ValueError, TypeError, OverflowError) as error:
        raise WireError(f"The header {TIME} is no time with its offset (RFC 3339).") from error
    if abs(age) > tolerance:
        when = "in the past" if age > timedelta(0) else "in the future"
        raise WireError(
            f"The request was signed {abs(age)} {when}, more than {tolerance} from the hub's clock. "
            "Set the reader's clock (NTP or GPS) and send again."
        )


def ahead(headers: Mapping[str, str], now: datetime) -> timedelta:
    """How far the clock of whoever signed this verified request is ahead of ours; negative: behind, or long on its
    way."""
    return datetime.fromisoformat(_header(headers, TIME)) - now


def _header(headers: Mapping[str, str], name: str) -> str:
    value = headers.get(name, "")
    if not value:
        raise WireError(
            f"The request is not signed: it has no {name} header. Enroll the reader with this hub."
        )
    if len(value) > 100 or not value.isprintable():
        raise WireError(f"The header {name} is malformed.")
    return value


def _signature(text: str) -> bytes:
    try:
        signature = b64decode(text, validate=True)
    except ValueError as error:
        raise WireError(f"The header {SIGNATURE} is malformed.") from error
    if b64encode(signature).decode() != text:  # one signature, one spelling
        raise WireError(f"The header {SIGNATURE} is malformed.")
    return signature


def _covered(reader: str, time: str, method: str, path: str, body: bytes) -> bytes:
    parts = [reader, time, method, path, sha256(body).hexdigest()]
    if any("\n" in part for part in parts):
        raise WireError("A request's reader, method or path has a line break.")
    try:
        return "\n".join(parts).encode()
    except UnicodeEncodeError as error:
        raise WireError("A request's reader, method or path is not text.") from error
