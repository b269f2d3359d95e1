"""A detached CMS signature (RFC 5652) in the one form that a hub writes: one signer, ECDSA and SHA-256.
Needs no Django."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat import asn1
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256, Hash
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7

from plateward.ground.policy.trace import enforces
from plateward.ground.vault.certificates import PEM_ERRORS

CONTENT_TYPE, MESSAGE_DIGEST, SIGNING_TIME = (
    x509.ObjectIdentifier(f"1.2.840.113549.1.9.{last}") for last in (3, 4, 5)
)
DATA, SIGNED_DATA = (x509.ObjectIdentifier(f"1.2.840.113549.1.7.{last}") for last in (1, 2))
SHA_256 = x509.ObjectIdentifier("2.16.840.1.101.3.4.2.1")
ECDSA_SHA_256 = x509.ObjectIdentifier("1.2.840.10045.4.3.2")
OPTIONS = [
    pkcs7.PKCS7Options.DetachedSignature,
    pkcs7.PKCS7Options.Binary,
    pkcs7.PKCS7Options.NoCapabilities,
]


class BadSignature(ValueError):
    """Not the signature of this content: the sentence says what is wrong."""


@asn1.sequence
class _Algorithm:
    oid: x509.ObjectIdentifier
    parameters: asn1.Null | None


@asn1.sequence
class _Content:
    kind: x509.ObjectIdentifier


@asn1.sequence
class _Attribute:
    kind: x509.ObjectIdentifier
    values: asn1.SetOf[asn1.TLV]


@asn1.sequence
class _SignerName:
    issuer: asn1.TLV
    serial: int


@asn1.sequence
class _Signer:
    version: int
    name: _SignerName
    digest: _Algorithm
    attributes: Annotated[asn1.SetOf[_Attribute], asn1.Implicit(0)]
    algorithm: _Algorithm
    signature: bytes


@asn1.sequence
class _SignedData:
    version: int
    digests: asn1.SetOf[_Algorithm]
    content: _Content
    certificates: Annotated[asn1.SetOf[asn1.TLV], asn1.Implicit(0)]
    signers: asn1.SetOf[_Signer]


@asn1.sequence
class _ContentInfo:
    kind: x509.ObjectIdentifier
    data: Annotated[_SignedData, asn1.Explicit(0)]


@dataclass(frozen=True)
class Signed:
    """Who signed, and when as the signer says."""

    certificate: x509.Certificate
    at: datetime


def sign_detached(content: bytes, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> bytes:
    """The signature, in DER."""
    builder = pkcs7.PKCS7SignatureBuilder().set_data(content).add_signer(certificate, key, SHA256())
    return builder.sign(Encoding.DER, OPTIONS)


@enforces("6.j.i/proven")
def verify_detached(signature: bytes, content: bytes) -> Signed:
    """Who signed exactly this content. Whether to trust them is the caller's question. Raises BadSignature."""
    try:
        info = asn1.decode_der(_ContentInfo, signature)
        (signer,) = info.data.signers.as_list()
        (encoded,) = info.data.certificates.as_list()
        certificate = x509.load_der_x509_certificate(asn1.encode_der(encoded))
        attributes = {item.kind: item.values.as_list() for item in signer.attributes.as_list()}
        (digest,), (at,) = attributes[MESSAGE_DIGEST], attributes[SIGNING_TIME]
        signed_at = at.parse(asn1.UTCTime).as_datetime().replace(tzinfo=UTC)
        stated = digest.parse(bytes)
        key = certificate.public_key()
        (kind,) = attributes[CONTENT_TYPE]
        covered = _set_of(signer.attributes.as_list())
        form = (
            (info.kind, info.data.version, info.data.content.kind, kind.parse(x509.ObjectIdentifier)),
            ([item.oid for item in info.data.digests.as_list()], signer.digest.oid, signer.algorithm.oid),
            (signer.version, len(attributes), asn1.encode_der(signer.name.issuer)),
        )
        if form != (
            (SIGNED_DATA, 1, DATA, DATA),
            ([SHA_256], SHA_256, ECDSA_SHA_256),
            (1, 3, certificate.issuer.public_bytes()),
        ):
            raise ValueError(form)
    except (*PEM_ERRORS, KeyError) as error:
        raise BadSignature("it is not a CMS signature as a hub makes it") from error
    if not isinstance(key, ec.EllipticCurvePublicKey) or signer.name.serial != certificate.serial_number:
        raise BadSignature("its certificate is not the one of its signer")
    hashed = Hash(SHA256())
    hashed.update(content)
    if stated != hashed.finalize():
        raise BadSignature("it is of another content")
    try:
        key.verify(signer.signature, covered, ec.ECDSA(SHA256()))
    except InvalidSignature as error:
        raise BadSignature("the key of its certificate did not make it") from error
    return Signed(certificate, signed_at)


def _set_of(attributes: list[_Attribute]) -> bytes:
    """The attributes as they are signed: a SET, in the order of DER."""
    content = b"".join(sorted(asn1.encode_der(item) for item in attributes))
    length = len(content)
    if length < 0x80:
        return bytes([0x31, length]) + content
    size = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([0x31, 0x80 | len(size)]) + size + content
