"""The reader's certificate, and the authorities by which it knows the hub: renewed while the reader runs."""

from datetime import timedelta

import msgspec
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from plateward.ground import clock
from plateward.ground.errors import PlatewardError
from plateward.ground.policy.trace import enforces
from plateward.ground.vault.certificates import PEM_ERRORS
from plateward.ground.vault.files import replace_file
from plateward.ground.vault.keyring import KeyRing
from plateward.ground.wire.certificate import (
    CertificateRequest,
    RenewedCertificate,
    SignedCertificate,
    open_certificate,
    trust_version,
)
from plateward.reader.enroll import signing_request
from plateward.reader.errors import CertificateRefused
from plateward.reader.home import Enrollment, Home, load_tls_key, tls_password
from plateward.reader.hub import tls_context

RENEW_BEFORE = timedelta(days=60)


@enforces("6.i.i/rotation", "6.i.ii/devices")
class ReaderCertificate:
    """`context` is TLS with what counts now; another one after a renewal. Raises `NotReady` if a file is damaged."""

    def __init__(self, home: Home, ring: KeyRing, enrollment: Enrollment) -> None:
        self._home, self._ring, self._enrollment = home, ring, enrollment
        self._load()

    def _load(self) -> None:
        self.context = tls_context(
            self._enrollment.authority_pem,
            self._home.certificate,
            self._home.tls_key,
            tls_password(self._ring),
        )
        self._own = x509.load_pem_x509_certificate(self._home.certificate.read_bytes())

    def is_due(self, trust: str) -> bool:
        """`trust`: the version of the authorities that the hub trusts now; empty, of a hub that renews nothing."""
        if not trust:
            return False
        newest = x509.load_pem_x509_certificate(self._enrollment.authority_pem.encode())
        return (
            trust != trust_version(self.context)
            or self._own.issuer != newest.subject  # killed between the two files
            or self._own.not_valid_after_utc - clock.now() < RENEW_BEFORE
        )

    def request(self) -> CertificateRequest:
        """For the same TLS key."""
        return CertificateRequest(signing_request(self._home, self._ring))

    def accept(self, signed: SignedCertificate) -> None:
        """Store and use what the hub sent: first whom to trust, then the certificate, so that a reader that shows it
        trusts its issuer. Raises `CertificateRefused`, and keeps what it has, if that is forged, not for this reader's
        key, or older than the present one."""
        try:
            renewed = self._opened(signed)
        except (PlatewardError, InvalidSignature, *PEM_ERRORS) as error:
            raise CertificateRefused(
                f"The hub's new certificate for this reader was refused: {error}"
            ) from error
        self._enrollment = msgspec.structs.replace(self._enrollment, authority_pem=renewed.authority_pem)
        replace_file(self._home.enrollment, msgspec.json.format(msgspec.json.encode(self._enrollment)))
        replace_file(self._home.certificate, renewed.certificate_pem.encode())
        self._load()

    @enforces("6.j.i/proven")
    def _opened(self, signed: SignedCertificate) -> RenewedCertificate:
        hub = Ed25519PublicKey.from_public_bytes(self._enrollment.hotlist_key)
        renewed = open_certificate(hub, signed)
        certificate = x509.load_pem_x509_certificate(renewed.certificate_pem.encode())
        certificate.verify_directly_issued_by(x509.load_pem_x509_certificate(renewed.authority_pem.encode()))
        own = load_tls_key(self._home.tls_key, self._ring).public_key()
        if renewed.reader != self._enrollment.name or certificate.public_key() != own:
            raise CertificateRefused("it is another reader's.")
        if certificate.not_valid_before_utc < self._own.not_valid_before_utc:
            raise CertificateRefused("it is older than the present one.")
        return renewed
