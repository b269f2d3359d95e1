"""A reader that is connected gets another certificate, for its own name alone, on the log."""

from typing import Any

import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from plateward.core.audit.models import AuditEntry
from plateward.field.fleet.certificates import readers_left
from plateward.field.fleet.models import Reader
from plateward.ground import clock
from plateward.ground.vault.authority import Authority
from plateward.ground.wire.certificate import CertificateRequest, RenewedCertificate, decode_certificate
from plateward.testing.roadside import Roadside, enroll_reader

pytestmark = [pytest.mark.django_db, pytest.mark.clause("6.i.i/rotation", "6.i.ii/devices")]


def asked(reader: Roadside, csr: str = "") -> Any:
    if not csr:
        builder = x509.CertificateSigningRequestBuilder().subject_name(
            x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "unit-99")])
        )
        made = builder.sign(ec.generate_private_key(ec.SECP256R1()), SHA256())
        csr = made.public_bytes(Encoding.PEM).decode()
    return reader.tell("/v1/certificate", CertificateRequest(csr))


def test_it_is_for_the_reader_that_asks_and_on_the_log(settings: Any) -> None:
    reader = enroll_reader()
    authority = Authority.create(settings.RING)
    answer = asked(reader)
    renewed = msgspec.msgpack.decode(decode_certificate(answer.content).body, type=RenewedCertificate)
    certificate = x509.load_pem_x509_certificate(renewed.certificate_pem.encode())
    assert authority.issued(certificate)
    assert certificate.subject.rfc4514_string() == f"CN={reader.name}", "whatever the request says"
    entry = AuditEntry.objects.order_by("-sequence")[0]
    assert (entry.event, entry.object) == ("certificate.renew", f"reader:{reader.name}")
    assert Reader.objects.get().certified_at is not None


def test_a_damaged_request_is_refused(settings: Any) -> None:
    Authority.create(settings.RING)
    answer = asked(enroll_reader(), "no request")
    assert answer.status_code == 400
    assert b"cannot be read" in answer.content
    assert Reader.objects.get().certified_at is None


def test_who_has_not_shown_a_certificate_of_the_authority_is_left_unless_revoked() -> None:
    enroll_reader()
    enroll_reader("unit-14", "Unit 14 rear")
    Reader.objects.filter(name="unit-14").update(authority="new")
    assert readers_left("new") == ["unit-12"]
    Reader.objects.filter(name="unit-12").update(revoked_at=clock.now())
    assert readers_left("new") == []
