"""Signed device requests: TLS checks the certificate, but the hub must also know whose it is."""

from base64 import b64decode, b64encode
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from plateward.ground.policy.trace import enforces
from plateward.ground.wire.codec import WireError, sign, verify

REQUEST_PURPOSE = b"plateward.request.v1"
READER_HEADER = "Plateward-Reader"
TIME_HEADER = "Plateward-Time"
SIGNATURE_HEADER = "Plateward-Signature"
# Beside `If-None-Match`: the lists, by number, that the reader has in that version.
LISTS_HEADER = "Plateward-Lists"
# In the hub's answer: this is the change since that version.
DELTA_HEADER = "Plateward-Delta"
# In the hub's refusal: only a person can end it, so the reader need not ask every few seconds.
FINAL_HEADER = "Plateward-Final"
# Beside the headers, never among them: the name in the connection's client certificate.
CERTIFICATE_KEY = "plateward.certificate"
# Likewise: the name of the authority that issued it, and the version of all that this listener trusts.
AUTHORITY_KEY, TRUST_KEY = "plateward.authority", "plateward.trust"
CLOCK_TOLERANCE = timedelta(minutes=5)


@enforces("6.j.i/proven", "6.i.ii/devices")
def sign_request(
    key: Ed25519PrivateKey, reader: str, method: str, path: str, body: bytes, at: datetime
) -> dict[str, str]:
    """The three headers that identify a request as the reader's. `path` includes its query; `at` is aware."""
    time = at.astimezone(UTC).isoformat(timespec="microseconds")
    signature = sign(key, REQUEST_PURPOSE, _signed_text(reader, time, method, path, body))
    return {READER_HEADER: reader, TIME_HEADER: time, SIGNATURE_HEADER: b64encode(signature).decode()}


@enforces("6.j.i/proven", "6.i.ii/devices")
def verify_request(
    public_key: Ed25519PublicKey,
    headers: Mapping[str, str],
    method: str,
    path: str,
    body: bytes,
    now: datetime,
    tolerance: timedelta = CLOCK_TOLERANCE,
) -> None:
    """Raise `WireError` if the request is unsigned, altered, stale or from the future.

    Within the tolerance a request can be repeated, which is harmless: a batch's reads are stored once.
    """
    time = _signed_header(headers, TIME_HEADER)
    verify(
        public_key,
        REQUEST_PURPOSE,
        _signed_text(_signed_header(headers, READER_HEADER), time, method, path, body),
        _decode_signature(_signed_header(headers, SIGNATURE_HEADER)),
    )
    try:
        age = now - datetime.fromisoformat(time)
    except (ValueError, TypeError, OverflowError) as error:
        raise WireError(f"The header {TIME_HEADER} is not a time with offset (RFC 3339).") from error
    if abs(age) > tolerance:
        direction = "in the past" if age > timedelta(0) else "in the future"
        raise WireError(
            f"The request was signed {abs(age)} {direction}, more than {tolerance} from the hub's clock. "
            "Set the reader's clock (NTP or GPS) and send again."
        )


def clock_lead(headers: Mapping[str, str], now: datetime) -> timedelta:
    """How far the sender's clock is ahead of ours in this verified request; negative: behind, or long in transit."""
    return datetime.fromisoformat(_signed_header(headers, TIME_HEADER)) - now


def _signed_header(headers: Mapping[str, str], name: str) -> str:
    value = headers.get(name, "")
    if not value:
        raise WireError(
            f"The request is not signed: it has no {name} header. Enroll the reader with this hub."
        )
    if len(value) > 100 or not value.isprintable():
        raise WireError(f"The header {name} is malformed.")
    return value


def _decode_signature(text: str) -> bytes:
    try:
        signature = b64decode(text, validate=True)
    except ValueError as error:
        raise WireError(f"The header {SIGNATURE_HEADER} is malformed.") from error
    if b64encode(signature).decode() != text:  # each signature has a single spelling
        raise WireError(f"The header {SIGNATURE_HEADER} is malformed.")
    return signature


def _signed_text(reader: str, time: str, method: str, path: str, body: bytes) -> bytes:
    parts = [reader, time, method, path, sha256(body).hexdigest()]
    if any("\n" in part for part in parts):
        raise WireError("A request's reader, method or path has a line break.")
    try:
        return "\n".join(parts).encode()
    except UnicodeEncodeError as error:
        raise WireError("A request's reader, method or path is not text.") from error
