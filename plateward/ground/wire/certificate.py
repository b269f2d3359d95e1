"""A reader's certificate is renewed on its own connection: when the hub's authority was rotated, and before it ends."""

import ssl
from hashlib import sha256
from typing import Annotated

import msgspec
from msgspec import Meta

from plateward.ground.wire.codec import Name, Signature, Signing
from plateward.ground.wire.enrollment import Pem

CERTIFICATE_PURPOSE = b"plateward.certificate.v1"
TRUST_HEADER = (
    "Plateward-Trust"  # with each answer about the hot list: the version of what the hub trusts now
)
MAX_CERTIFICATE_BYTES = 64 * 1024


class CertificateRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A PKCS#10 request for the reader's TLS key."""

    csr_pem: Pem


class RenewedCertificate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The reader's certificate from now on, and the authorities to trust, the one that issued it first."""

    reader: Name
    certificate_pem: Pem
    authority_pem: Pem


class SignedCertificate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """It as msgpack, and the hub's signature over exactly these bytes: a stolen authority alone makes no reader trust
    another."""

    body: Annotated[bytes, Meta(max_length=MAX_CERTIFICATE_BYTES)]
    signature: Signature


CERTIFICATES = Signing(RenewedCertificate, SignedCertificate, CERTIFICATE_PURPOSE, MAX_CERTIFICATE_BYTES)
sign_certificate, open_certificate, decode_certificate = (
    CERTIFICATES.sign,
    CERTIFICATES.open,
    CERTIFICATES.decode,
)


def trust_version(context: ssl.SSLContext) -> str:
    """Of the authorities that TLS trusts now: the same at the hub and at a reader that is up to date."""
    return sha256(b"".join(sorted(context.get_ca_certs(binary_form=True)))).hexdigest()[:16]
