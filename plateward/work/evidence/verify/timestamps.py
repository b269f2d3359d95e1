"""RFC 3161 timestamps: that something existed at a time, on the word of a timestamp authority. Needs no Django."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256, sha384, sha512

from cryptography import x509
from rfc3161_client import TimeStampResponse, VerificationError, VerifierBuilder

from plateward.ground.links.timestamp_response import parse_response
from plateward.ground.policy.trace import enforces
from plateward.ground.vault.certificates import PEM_ERRORS
from plateward.work.evidence.verify.layout import sane

HASHES = {
    "2.16.840.1.101.3.4.2.1": sha256,
    "2.16.840.1.101.3.4.2.2": sha384,
    "2.16.840.1.101.3.4.2.3": sha512,
}


class BadTimestamp(ValueError):
    """It does not prove the time of this content: the sentence says why."""


@enforces("6.j.i/proven")
def verify_timestamp(
    response: bytes, content: bytes, roots: Sequence[x509.Certificate] = ()
) -> tuple[datetime, str]:
    """When this content existed, and the name of who says so. Only with `roots`, the authorities that are trusted, is
    it more than the word of the file itself. Raises BadTimestamp."""
    try:
        parsed = parse_response(response)
        imprint, at = parsed.tst_info.message_imprint, sane(parsed.tst_info.gen_time)
        hashed = HASHES[imprint.hash_algorithm.dotted_string]
        signer = _signer(parsed)
    except (*PEM_ERRORS, KeyError, OverflowError) as error:
        raise BadTimestamp("it is not a timestamp (RFC 3161)") from error
    if parsed.status != 0:
        raise BadTimestamp("its authority refused it")
    if imprint.message != hashed(content).digest():
        raise BadTimestamp("it is of another content")
    name = signer.subject.rfc4514_string()
    if not signer.not_valid_before_utc <= at <= signer.not_valid_after_utc:
        raise BadTimestamp(
            f"the certificate of {name} was valid from {signer.not_valid_before_utc:%Y-%m-%d %H:%M} to "
            f"{signer.not_valid_after_utc:%Y-%m-%d %H:%M} UTC, and the timestamp is of {at:%Y-%m-%d %H:%M} UTC: expired"
        )
    if roots:
        try:
            VerifierBuilder(roots=list(roots)).build().verify_message(parsed, content)
        except (VerificationError, ValueError) as error:
            raise BadTimestamp(f"the trusted authority did not make it ({error})") from error
    return at, name


def _signer(parsed: TimeStampResponse) -> x509.Certificate:
    """The certificate of its signer. Raises ValueError."""
    (info,) = parsed.signed_data.signer_infos
    for encoded in parsed.signed_data.certificates:
        certificate = x509.load_der_x509_certificate(encoded)
        if (certificate.issuer, certificate.serial_number) == (info.issuer, info.serial_number):
            return certificate
    raise ValueError("its certificate is missing")
