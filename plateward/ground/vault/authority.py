"""The agency's own certificate authority: certifies the hub and each reader."""

import ipaddress
from collections.abc import Sequence
from datetime import timedelta

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from plateward.ground import clock
from plateward.ground.errors import PlatewardError
from plateward.ground.policy.trace import enforces
from plateward.ground.vault.certificates import DOCUMENT_SIGNING, PEM_ERRORS
from plateward.ground.vault.files import read_private, write_once
from plateward.ground.vault.keyring import KeyRing
from plateward.ground.vault.versions import KeyVersion, RotatingKey

AUTHORITY_FILE = "authority.pem"  # of version 1; later ones are in the ring's versions
AUTHORITY_NAME = "Plateward agency authority"
AUTHORITY_YEARS = 10
SERVER_DAYS = 397
CLIENT_DAYS = 730  # a reader renews it before; the hub can revoke the reader at any time
CLOCK_ERROR = timedelta(minutes=5)  # certificates start this much earlier, for readers whose clock is slow
MAX_CSR = 16 * 1024

PACKAGE_SIGNER = "Plateward evidence packages"

PublicKey = ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey


class AuthorityMissing(PlatewardError):
    """The key ring has no certificate authority, or a damaged one."""


class CertificateRefused(PlatewardError):
    """A requested certificate has an unacceptable name or signing request."""


@enforces("6.i.ii/devices", "SC-8/people", "SC-8/systems")
class Authority:
    """ECDSA P-256, X.509 v3. The key and the certificate of the first are one PEM file (0600) in the key ring's
    directory; those of one that replaced it are a version in the ring."""

    def __init__(self, key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate) -> None:
        self._key = key
        self._certificate = certificate

    @classmethod
    def create(cls, ring: KeyRing) -> "Authority":
        """Make the first authority (valid 10 years), or open the current one: it is never overwritten."""
        if ring.versions.current(RotatingKey.DEVICES).number == 1:
            made = cls.new(1)
            write_once(ring.path / AUTHORITY_FILE, (_private_pem(made._key) + made.certificate_pem).encode())
        return cls.open(ring)

    @classmethod
    def new(cls, version: int) -> "Authority":
        """Under a name of its own, by which the hub tells whose certificate a client shows."""
        key = ec.generate_private_key(ec.SECP256R1())
        common_name = AUTHORITY_NAME if version == 1 else f"{AUTHORITY_NAME} {version}"
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
        certificate = (
            _certificate_builder(
                key.public_key(), key.public_key(), name, timedelta(days=365 * AUTHORITY_YEARS)
            )
            .issuer_name(name)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_key_usage(signs_certificates=True), critical=True)
            .sign(key, SHA256())
        )
        return cls(key, certificate)

    @classmethod
    def open(cls, ring: KeyRing) -> "Authority":
        """The ring's current authority. Raises `AuthorityMissing`, or `UnsafeFile` if others could read its key."""
        return cls._of(ring, ring.versions.current(RotatingKey.DEVICES))

    @classmethod
    @enforces("6.i.i/rotation", "6.i.ii/devices")
    def kept(cls, ring: KeyRing) -> "tuple[Authority, ...]":
        """Those whose certificates count, the current one first: the one before it until it is retired."""
        return tuple(cls._of(ring, version) for version in ring.versions.kept(RotatingKey.DEVICES))

    @classmethod
    def _of(cls, ring: KeyRing, version: KeyVersion) -> "Authority":
        try:
            if version.number == 1:
                pem = read_private(ring.path / AUTHORITY_FILE)
                key, certificate = (
                    load_pem_private_key(pem, password=None),
                    x509.load_pem_x509_certificate(pem),
                )
            else:
                key = load_der_private_key(version.secret, password=None)
                certificate = x509.load_der_x509_certificate(version.public)
            certificate.verify_directly_issued_by(certificate)
            its_own = key.public_key() == certificate.public_key()
        except FileNotFoundError:
            raise AuthorityMissing(
                f"There is no certificate authority in {ring.path}, so connections cannot be authenticated "
                "(OPR:50 6.i.ii). Restore the folder of the key ring from its own backup: a new "
                "one is made at the first start alone."
            ) from None
        except (*PEM_ERRORS, InvalidSignature) as error:
            raise _damaged_error(ring) from error
        if not (isinstance(key, ec.EllipticCurvePrivateKey) and its_own):
            raise _damaged_error(ring)
        return cls(key, certificate)

    @property
    def secret(self) -> bytes:
        """Its key (PKCS#8) as DER, for the ring's versions alone."""
        return self._key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())

    @property
    def name(self) -> str:
        """As the certificates that it signed name it."""
        return str(self._certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)

    @property
    def certificate(self) -> x509.Certificate:
        """The certificate that verifies this agency's hub and readers."""
        return self._certificate

    def issued(self, certificate: x509.Certificate) -> bool:
        """Whether it signed this one."""
        try:
            certificate.verify_directly_issued_by(self._certificate)
        except (*PEM_ERRORS, InvalidSignature):
            return False
        return True

    @property
    def certificate_pem(self) -> str:
        """The same as PEM."""
        return _pem(self._certificate)

    def issue_server(self, hostnames: Sequence[str]) -> tuple[str, str]:
        """A new key and its certificate for a server: (certificate PEM, PKCS#8 key PEM), valid 397 days.

        `hostnames` are DNS names and IP addresses; clients accept the server only under these.
        """
        if not hostnames:
            raise CertificateRefused("A server's certificate needs a name or an address. Give at least one.")
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = self._issue(
            key.public_key(), hostnames[0], SERVER_DAYS, (ExtendedKeyUsageOID.SERVER_AUTH,), hostnames
        )
        return certificate, _private_pem(key)

    @enforces("6.i.ii/devices")
    def sign_client(self, csr_pem: str, name: str) -> str:
        """A client certificate (PEM, valid 730 days) for the key in a PKCS#10 request, under `name` only.

        Only the request's key (P-256, P-384 or Ed25519) is used, and the request must be signed by that key. Raises
        `CertificateRefused`.
        """
        return self._issue(_requested_key(csr_pem), name, CLIENT_DAYS, (ExtendedKeyUsageOID.CLIENT_AUTH,), ())

    def certify_packages(self, key: ec.EllipticCurvePublicKey) -> str:
        """A certificate (PEM) for the key that signs evidence packages, as long as the authority's own."""
        uses = (DOCUMENT_SIGNING, ExtendedKeyUsageOID.EMAIL_PROTECTION)
        return self._issue(key, PACKAGE_SIGNER, self._days_left(), uses, ())

    @enforces("6.j.i/proven")
    def certify_reads(self, key: ed25519.Ed25519PublicKey, name: str) -> str:
        """A certificate (PEM) that this is the key with which a reader signs its reads, as long as the authority's
        own. With it nobody connects, and nobody signs a package."""
        return self._issue(key, name, self._days_left(), (DOCUMENT_SIGNING,), ())

    def _days_left(self) -> int:
        return (self._certificate.not_valid_after_utc - clock.now()).days

    def _issue(
        self,
        key: PublicKey,
        name: str,
        days: int,
        uses: Sequence[x509.ObjectIdentifier],
        hostnames: Sequence[str],
    ) -> str:
        try:
            subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
            names = [_general_name(hostname) for hostname in hostnames]
        except ValueError as error:
            raise CertificateRefused(
                f"The name {name[:80]!r} cannot be used in a certificate: {error}."
            ) from error
        builder = (
            _certificate_builder(key, self._key.public_key(), subject, timedelta(days=days))
            .issuer_name(self._certificate.subject)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_key_usage(signs_certificates=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage(uses), critical=False)
        )
        if names:
            builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        return _pem(builder.sign(self._key, SHA256()))


def trusted_pem(ring: KeyRing) -> str:
    """The certificates of all that are kept, the current one first."""
    Authority.create(ring)
    return "".join(authority.certificate_pem for authority in Authority.kept(ring))


def _damaged_error(ring: KeyRing) -> AuthorityMissing:
    return AuthorityMissing(
        f"The certificate authority {ring.path / AUTHORITY_FILE} is damaged, so it signs nothing (OPR:50 6.i.ii). "
        "Restore it from the key ring's own backup."
    )


def _requested_key(csr_pem: str) -> PublicKey:
    if len(csr_pem) > MAX_CSR:
        raise CertificateRefused("The signing request is larger than 16 KiB. Create it again at the reader.")
    try:
        request = x509.load_pem_x509_csr(csr_pem.encode())
        genuine = request.is_signature_valid
        key = request.public_key()
    except PEM_ERRORS as error:
        raise CertificateRefused(
            f"The signing request cannot be read: {error}. Create it again at the reader."
        ) from error
    if not genuine:
        raise CertificateRefused(
            "The signing request is not signed by its own key, so its sender may not hold that key "
            "(OPR:50 6.j.i). Create it again at the reader."
        )
    if isinstance(key, ed25519.Ed25519PublicKey):
        return key
    if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1 | ec.SECP384R1):
        return key
    raise CertificateRefused("A reader's key is ECDSA P-256 or P-384, or Ed25519. Create one at the reader.")


def _certificate_builder(
    key: PublicKey, issuer: ec.EllipticCurvePublicKey, subject: x509.Name, life: timedelta
) -> x509.CertificateBuilder:
    now = clock.now()
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - CLOCK_ERROR)
        .not_valid_after(now + life)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer), critical=False)
    )


def _key_usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _general_name(hostname: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(hostname))
    except ValueError:
        return x509.DNSName(hostname)


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(Encoding.PEM).decode()


def _private_pem(key: ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
