"""A reader takes another certificate from its hub alone, and never an older one."""

from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from plateward.ground import clock
from plateward.ground.vault.authority import CLIENT_DAYS, Authority
from plateward.ground.wire.certificate import (
    RenewedCertificate,
    SignedCertificate,
    sign_certificate,
    trust_version,
)
from plateward.reader.certificate import ReaderCertificate
from plateward.reader.errors import CertificateRefused
from plateward.reader.tests.stand_ins import Agency

pytestmark = pytest.mark.clause("6.i.i/rotation", "6.i.ii/devices", "6.j.i/proven")


@pytest.fixture
def certificate(agency: Agency) -> ReaderCertificate:
    agency.enroll("https://localhost:8444")
    return ReaderCertificate(agency.home, *agency.home.open())


def renewed(
    agency: Agency, own: ReaderCertificate, *, name: str = "unit-12", key: Ed25519PrivateKey | None = None
) -> SignedCertificate:
    """What a hub sends that has a second authority; signed by `key`."""
    second = Authority.new(2)
    answer = RenewedCertificate(
        name,
        second.sign_client(own.request().csr_pem, "unit-12"),
        second.certificate_pem + agency.authority.certificate_pem,
    )
    return sign_certificate(key or agency.ring.signing("hotlist"), answer)


def test_it_trusts_both_authorities_and_shows_the_newer_ones_certificate(
    agency: Agency, certificate: ReaderCertificate
) -> None:
    before = certificate.context
    assert not certificate.is_due(""), "a hub of an earlier version renews nothing"
    assert not certificate.is_due(trust_version(before))
    assert certificate.is_due("another")
    certificate.accept(renewed(agency, certificate))
    again = ReaderCertificate(agency.home, *agency.home.open())
    assert trust_version(again.context) == trust_version(certificate.context) != trust_version(before)
    assert len(again.context.get_ca_certs()) == 2
    assert not again.is_due(trust_version(again.context))


def test_it_asks_before_its_certificate_ends(certificate: ReaderCertificate) -> None:
    version = trust_version(certificate.context)
    for days, due in ((61, False), (59, True)):
        with clock.set_to(clock.now() + timedelta(days=CLIENT_DAYS - days)):
            assert certificate.is_due(version) is due


def test_what_is_forged_another_readers_or_older_is_refused(
    agency: Agency, certificate: ReaderCertificate, tmp_path: Path
) -> None:
    with clock.set_to(clock.now() - timedelta(days=1)):
        older = renewed(agency, certificate)
    elsewhere = Agency(tmp_path / "elsewhere")
    elsewhere.enroll("https://localhost:8444")
    other = ReaderCertificate(elsewhere.home, *elsewhere.home.open())  # with another TLS key
    stored = [file.read_bytes() for file in (agency.home.enrollment, agency.home.certificate)]
    for offered, why in (
        (renewed(agency, certificate, key=Ed25519PrivateKey.generate()), "signature is wrong"),
        (renewed(agency, certificate, name="unit-14"), "another reader's"),
        (renewed(agency, other), "another reader's"),
        (older, "older than the present one"),
    ):
        with pytest.raises(CertificateRefused, match=why):
            certificate.accept(offered)
    assert stored == [file.read_bytes() for file in (agency.home.enrollment, agency.home.certificate)]
