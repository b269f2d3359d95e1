"""A certificate that the agency's own CA issued for the people's listener: checked at start, and whenever its files
change. Pure but for reading them."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from ipaddress import ip_address
from itertools import pairwise
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from plateward.ground import clock
from plateward.ground.errors import PlatewardError
from plateward.ground.policy.trace import enforces
from plateward.ground.vault.certificates import PEM_ERRORS
from plateward.ground.vault.files import read_private

LEAST_RSA, LEAST_EC = 2048, 256  # bits: 112 bits of strength (NIST SP 800-57, part 1)
WEAK_HASHES = ("md5", "sha1")


class UnusableCertificate(PlatewardError):
    """The agency's certificate cannot be shown to browsers; the sentence says why."""


@enforces("6.i.ii/tls", "SC-8/people")
def require_usable(certificate: Path, key: Path, hosts: Sequence[str]) -> None:
    """Raises `UnusableCertificate` with all that is wrong: pair, chain, names, dates, strength; `UnsafeFile` if others
    can read the key."""
    try:
        chain = x509.load_pem_x509_certificates(certificate.read_bytes())
        private = load_pem_private_key(read_private(key), None)
    except (OSError, *PEM_ERRORS) as error:
        raise UnusableCertificate(
            f"{certificate} and {key} are no certificate and key that can be read (OPR:50 6.i.ii). Give two PEM "
            "files, the key without a passphrase; the certificate's file has the issuing CA's certificates after it."
        ) from error
    problems = list(_problems(chain, hosts, clock.now()))
    if private.public_key() != chain[0].public_key():
        problems.insert(0, f"{key} is the key of another certificate.")
    if problems:
        raise UnusableCertificate(f"{certificate} cannot be used (OPR:50 6.i.ii). {' '.join(problems)}")


def expires_at(certificate: Path) -> datetime:
    """When the first certificate of the file's chain expires (UTC). Raises OSError and PEM_ERRORS."""
    return min(each.not_valid_after_utc for each in x509.load_pem_x509_certificates(certificate.read_bytes()))


def _problems(chain: Sequence[x509.Certificate], hosts: Sequence[str], now: datetime) -> Iterator[str]:
    first = chain[0]
    for certificate, issuer in pairwise(chain):
        try:
            certificate.verify_directly_issued_by(issuer)
        except (InvalidSignature, ValueError, TypeError):
            yield "Its file is no chain: each certificate must be followed by the one that issued it."
            break
    if missing := [host for host in hosts if not _names(first, host)]:
        yield f"It is not for {', '.join(missing)}: have it issued for all names in the setting hosts."
    for certificate in chain:
        if certificate.not_valid_after_utc <= now:
            yield f"It expired on {clock.format_day(certificate.not_valid_after_utc)}. Have it renewed."
        if certificate.not_valid_before_utc > now:
            yield f"It is valid only from {clock.format_day(certificate.not_valid_before_utc)}. Check the clock."
        if weak := _weakness(certificate):
            yield weak


def _names(certificate: x509.Certificate, host: str) -> bool:
    """Whether the certificate is for this host, by its alternative names alone (RFC 9525)."""
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return False
    try:
        return ip_address(host) in names.get_values_for_type(x509.IPAddress)
    except ValueError:
        known = {name.lower() for name in names.get_values_for_type(x509.DNSName)}
        return bool(known & {host.lower(), f"*.{host.lower().partition('.')[2]}"})


def _weakness(certificate: x509.Certificate) -> str:
    key, digest = certificate.public_key(), certificate.signature_hash_algorithm
    strong = (isinstance(key, rsa.RSAPublicKey) and key.key_size >= LEAST_RSA) or (
        isinstance(key, ec.EllipticCurvePublicKey) and key.key_size >= LEAST_EC
    )
    if not strong:
        return f"A key is too weak: use RSA of {LEAST_RSA} bits or more, or an elliptic curve of {LEAST_EC}."
    if digest is not None and digest.name in WEAK_HASHES and certificate.issuer != certificate.subject:
        return f"It is signed with {digest.name}: have it issued with SHA-256."
    return ""
