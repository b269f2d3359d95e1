"""A reader's request to enroll, and the hub's grant."""

from typing import Annotated

import msgspec
from msgspec import Meta

from plateward.ground.wire.codec import Name, PublicKey

Address = Annotated[str, Meta(max_length=300, pattern=r"\Ahttps://[^\s/?#@\\]+\Z")]
Pem = Annotated[str, Meta(max_length=16 * 1024)]


class EnrollmentRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The reader's name and camera, its Ed25519 key (32 raw bytes), and a PKCS#10 request for its TLS key."""

    name: Name
    camera: Name
    public_key: PublicKey
    csr_pem: Pem


class EnrollmentGrant(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Name and camera as the hub knows them, its address (`https://host:8444`), the reader's certificate, the
    authority to trust, and the Ed25519 key (32 raw bytes) that signs hot lists.
    """

    name: Name
    camera: Name
    hub: Address
    certificate_pem: Pem
    authority_pem: Pem
    hotlist_key: PublicKey
