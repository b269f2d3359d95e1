"""A certificate of the agency's own CA: what is refused, and how a running hub takes a new one."""

import shutil
import socket
import ssl
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from plateward.ground import clock
from plateward.ground.errors import PlatewardError
from plateward.ground.vault.authority import Authority
from plateward.ground.vault.keyring import KeyRing
from plateward.serve.agency_certificate import expires_at, require_usable
from plateward.serve.tests.hub import RunningHub, database
from plateward.testing.waiting import WITHIN, wait_until

pytestmark = pytest.mark.clause("6.i.ii/tls", "SC-8/people")
HOSTS = ["alpr.example.gov", "10.1.2.3"]


@pytest.fixture
def ca(tmp_path: Path) -> Authority:
    return Authority.create(KeyRing.create(tmp_path / "ca"))


def stored(folder: Path, certificate: str, key: str) -> tuple[Path, Path]:
    files = folder / "alpr.crt", folder / "alpr.key"
    files[1].touch(mode=0o600)
    for file, pem in zip(files, (certificate, key), strict=True):
        file.write_text(pem)
    return files


def self_signed(key: rsa.RSAPrivateKey) -> str:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "alpr")])
    names = x509.SubjectAlternativeName([x509.DNSName("*.example.gov")])
    made = x509.CertificateBuilder(
        name, name, key.public_key(), 7, clock.now(), clock.now() + timedelta(days=9)
    )
    return made.add_extension(names, critical=False).sign(key, SHA256()).public_bytes(Encoding.PEM).decode()


def pem(key: PrivateKeyTypes) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def test_a_whole_pair_is_taken_with_its_chain_and_says_when_it_expires(tmp_path: Path, ca: Authority) -> None:
    certificate, key = ca.issue_server(HOSTS)
    files = stored(tmp_path, certificate + ca.certificate_pem, key)
    require_usable(*files, HOSTS)
    assert expires_at(files[0]) == x509.load_pem_x509_certificate(certificate.encode()).not_valid_after_utc


def test_one_for_all_names_of_a_domain_is_taken_for_one_level_alone(tmp_path: Path) -> None:
    key = rsa.generate_private_key(65537, 2048)
    files = stored(tmp_path, self_signed(key), pem(key))
    require_usable(*files, ["alpr.example.gov"])
    with pytest.raises(PlatewardError, match=r"not for a\.b\.example\.gov"):
        require_usable(*files, ["a.b.example.gov"])


def weak(ca: Authority) -> tuple[str, str]:
    key = rsa.generate_private_key(65537, 1024)
    return self_signed(key), pem(key)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (lambda ca: ("no PEM", "nor this"), "no certificate and key that can be read"),
        (lambda ca: (ca.issue_server(HOSTS)[0], ca.issue_server(HOSTS)[1]), "the key of another certificate"),
        (lambda ca: ca.issue_server(["elsewhere.example.gov"]), "not for alpr.example.gov, 10.1.2.3"),
        (lambda ca: (ca.issue_server(HOSTS)[0] * 2, ca.issue_server(HOSTS)[1]), "is no chain"),
        (weak, "A key is too weak: use RSA of 2048 bits"),
    ],
    ids=["no PEM", "another key", "another name", "no chain", "weak"],
)
def test_a_bad_pair_is_refused_with_what_to_do(
    given: Callable[[Authority], tuple[str, str]], said: str, tmp_path: Path, ca: Authority
) -> None:
    with pytest.raises(PlatewardError, match=said):
        require_usable(*stored(tmp_path, *given(ca)), HOSTS)


def test_an_expired_one_and_one_of_the_future_are_refused(tmp_path: Path, ca: Authority) -> None:
    files = stored(tmp_path, *ca.issue_server(HOSTS))
    with (
        clock.set_to(clock.now() + timedelta(days=500)),
        pytest.raises(PlatewardError, match="It expired on"),
    ):
        require_usable(*files, HOSTS)
    with (
        clock.set_to(clock.now() - timedelta(days=5)),
        pytest.raises(PlatewardError, match="valid only from"),
    ):
        require_usable(*files, HOSTS)


def test_a_key_that_others_can_read_is_refused(tmp_path: Path, ca: Authority) -> None:
    files = stored(tmp_path, *ca.issue_server(HOSTS))
    files[1].chmod(0o644)
    with pytest.raises(PlatewardError, match="600"):
        require_usable(*files, HOSTS)


def shown_at(port: int, trusted: str, name: str) -> int:
    """The serial number of the certificate that a browser is shown."""
    context = ssl.create_default_context(cadata=trusted)
    with (
        socket.create_connection(("127.0.0.1", port), timeout=WITHIN) as plain,
        context.wrap_socket(plain, server_hostname=name) as client,
    ):
        certificate = client.getpeercert(binary_form=True)
        assert certificate
        return x509.load_der_x509_certificate(certificate).serial_number


def test_a_running_hub_shows_it_to_people_and_takes_a_renewed_one(
    begun_hub: RunningHub, tmp_path: Path, ca: Authority
) -> None:
    """The bad one in between changes nothing; readers keep the hub's own."""
    folder = shutil.copytree(begun_hub.folder, tmp_path / "served", dirs_exist_ok=True)
    name = HOSTS[0]
    files = stored(tmp_path, *ca.issue_server([name]))
    with database(like=begun_hub.env) as where:
        hub = RunningHub.made(folder, where).but(
            PLATEWARD_CERTIFICATE_FILE=str(files[0]),
            PLATEWARD_CERTIFICATE_KEY_FILE=str(files[1]),
            PLATEWARD_HOSTS=f"{name},localhost",
        )
        refused = hub.but(PLATEWARD_HOSTS="other.example.gov").command("serve", fails=True)
        assert "is not for other.example.gov" in refused.stderr
        hub.start()
        try:
            first = shown_at(hub.people, ca.certificate_pem, name)
            stored(tmp_path, *ca.issue_server(["elsewhere.example.gov"]))
            wait_until(lambda: "The listener keeps its certificate" in hub.log)
            assert shown_at(hub.people, ca.certificate_pem, name) == first
            renewed = ca.issue_server([name])
            stored(tmp_path, *renewed)
            serial = x509.load_pem_x509_certificate(renewed[0].encode()).serial_number
            wait_until(lambda: shown_at(hub.people, ca.certificate_pem, name) == serial)
        finally:
            hub.kill()
