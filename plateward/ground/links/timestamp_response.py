"""Reads RFC 3161 responses, also of authorities that write their certificates in any order."""

from collections.abc import Iterator

from cryptography import x509
from cryptography.hazmat import asn1
from rfc3161_client import TimeStampResponse, decode_timestamp_response

MAX_RESPONSE_BYTES = 256 * 1024
CERTIFICATES = b"\xa0"  # [0]


@asn1.sequence
class _SignedData:
    version: int
    digests: asn1.TLV
    content: asn1.TLV
    certificates: asn1.TLV
    signers: asn1.TLV


@asn1.sequence
class _Explicit:
    kind: x509.ObjectIdentifier
    content: asn1.TLV


@asn1.sequence
class _Response:
    status: asn1.TLV
    token: _Explicit


def parse_response(response: bytes) -> TimeStampResponse:
    """Raises ValueError."""
    if len(response) > MAX_RESPONSE_BYTES:
        raise ValueError("it is too long for a timestamp")
    return decode_timestamp_response(_in_order(response))


def _in_order(response: bytes) -> bytes:
    """The same with its certificates in the order of DER, which the parser demands and OpenSSL, among others, does not
    keep. No signature covers that order. What is not a token with certificates is left as it is."""
    try:
        inner = bytes(asn1.decode_der(_Response, response).token.content.data)
        found = asn1.decode_der(_SignedData, inner).certificates
    except (ValueError, TypeError):
        return response
    certificates = bytes(found.data)
    if bytes(found.tag_bytes) != CERTIFICATES or response.count(certificates) != 1:
        return response
    return response.replace(certificates, b"".join(sorted(_elements(certificates))))


def _elements(content: bytes) -> Iterator[bytes]:
    """The elements that follow one another in DER. Raises ValueError."""
    while content:
        head, length = 2, content[1] if len(content) > 1 else 0xFF
        if length >= 0x80:
            size = length & 0x7F
            head, length = head + size, int.from_bytes(content[2 : 2 + size], "big")
        if head + length > len(content):
            raise ValueError("its certificates are cut off")
        yield content[: head + length]
        content = content[head + length :]
