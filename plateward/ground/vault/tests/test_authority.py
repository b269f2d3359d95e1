import socket
import ssl
from base64 import b64encode
from pathlib import Path
from threading import Thread

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from plateward.ground.vault.authority import AUTHORITY_FILE, Authority, AuthorityMissing, CertificateRefused
from plateward.ground.vault.files import UnsafeFile
from plateward.ground.vault.keyring import KeyRing


@pytest.fixture
def ring(tmp_path: Path) -> KeyRing:
    return KeyRing.create(tmp_path / "keys")


@pytest.fixture
def authority(ring: KeyRing) -> Authority:
    return Authority.create(ring)


def _csr(key: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "hub")])
    request = x509.CertificateSigningRequestBuilder().subject_name(name)
    request = request.add_extension(x509.SubjectAlternativeName([x509.DNSName("hub")]), critical=False)
    request = request.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    return request.sign(key, None if isinstance(key, ed25519.Ed25519PrivateKey) else SHA256()).public_bytes(
        Encoding.PEM
    )


def test_it_is_made_once_and_kept_for_the_owner_alone(ring: KeyRing, authority: Authority) -> None:
    assert Authority.create(ring).certificate_pem == authority.certificate_pem
    assert Authority.open(ring).certificate_pem == authority.certificate_pem
    assert (ring.path / AUTHORITY_FILE).stat().st_mode & 0o777 == 0o600
    (ring.path / AUTHORITY_FILE).chmod(0o644)
    with pytest.raises(UnsafeFile):
        Authority.open(ring)


def test_a_missing_authority_is_told(ring: KeyRing) -> None:
    with pytest.raises(AuthorityMissing, match=r"6\.i\.ii"):
        Authority.open(ring)


@pytest.mark.parametrize("keep", [0, 100, 300])
def test_a_damaged_authority_is_told(ring: KeyRing, authority: Authority, keep: int) -> None:
    (ring.path / AUTHORITY_FILE).write_text((ring.path / AUTHORITY_FILE).read_text()[:keep])
    with pytest.raises(AuthorityMissing, match="damaged"):
        Authority.open(ring)


@pytest.mark.filterwarnings("ignore:Parsed a serial number")
def test_an_authority_altered_anywhere_is_told_or_issues_as_before(
    ring: KeyRing, authority: Authority
) -> None:
    whole = (ring.path / AUTHORITY_FILE).read_bytes()
    root = x509.load_pem_x509_certificate(authority.certificate_pem.encode())
    opened = 0
    for place in range(len(whole)):
        changed = whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :]
        (ring.path / AUTHORITY_FILE).write_bytes(changed)
        try:
            altered = Authority.open(ring)
        except AuthorityMissing:
            continue
        opened += 1
        certificate, _ = altered.issue_server(["hub.example"])
        x509.load_pem_x509_certificate(certificate.encode()).verify_directly_issued_by(root)
    assert opened < len(whole) / 2


def test_a_key_of_another_authority_or_under_a_passphrase_is_told(
    ring: KeyRing, authority: Authority
) -> None:
    other = ec.generate_private_key(ec.SECP256R1())
    for protection in (NoEncryption(), BestAvailableEncryption(b"passphrase")):
        key = other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, protection)
        (ring.path / AUTHORITY_FILE).write_bytes(key + authority.certificate_pem.encode())
        with pytest.raises(AuthorityMissing, match="damaged"):
            Authority.open(ring)


@pytest.mark.clause("6.i.ii/devices", "SC-8/people", "SC-8/systems")
def test_a_server_certificate_bears_its_names_and_no_other_use(authority: Authority) -> None:
    pem, key = authority.issue_server(["hub.example", "127.0.0.1", "::1"])
    certificate = x509.load_pem_x509_certificate(pem.encode())
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["hub.example"]
    assert [str(ip) for ip in names.get_values_for_type(x509.IPAddress)] == ["127.0.0.1", "::1"]
    uses = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(uses) == [ExtendedKeyUsageOID.SERVER_AUTH]
    assert key.startswith("-----BEGIN PRIVATE KEY-----")
    life = certificate.not_valid_after_utc - certificate.not_valid_before_utc
    assert life.days == 397


@pytest.mark.clause("6.i.ii/devices", "6.j.i/proven")
@pytest.mark.parametrize(
    "key", [ec.generate_private_key(ec.SECP256R1()), ed25519.Ed25519PrivateKey.generate()]
)
def test_a_client_certificate_has_the_agencys_name_and_nothing_the_request_asked_for(
    authority: Authority, key: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey
) -> None:
    certificate = x509.load_pem_x509_certificate(
        authority.sign_client(_csr(key).decode(), "unit-12").encode()
    )
    assert certificate.subject.rfc4514_string() == "CN=unit-12"
    assert not certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    uses = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(uses) == [ExtendedKeyUsageOID.CLIENT_AUTH]
    with pytest.raises(x509.ExtensionNotFound):
        certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    certificate.verify_directly_issued_by(x509.load_pem_x509_certificate(authority.certificate_pem.encode()))


@pytest.mark.clause("6.j.i/proven")
def test_it_refuses_a_request_whose_own_signature_is_false(authority: Authority) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    der = bytearray(x509.load_pem_x509_csr(_csr(key)).public_bytes(Encoding.DER))
    der[der.index(b"hub")] ^= 1
    forged = x509.load_der_x509_csr(bytes(der)).public_bytes(Encoding.PEM).decode()
    with pytest.raises(CertificateRefused, match="not signed by its own key"):
        authority.sign_client(forged, "unit-12")


def test_it_refuses_a_request_of_a_version_that_is_none(authority: Authority) -> None:
    der = bytearray(
        x509.load_pem_x509_csr(_csr(ec.generate_private_key(ec.SECP256R1()))).public_bytes(Encoding.DER)
    )
    der[der.index(b"\x02\x01\x00") + 2] = 9
    text = b64encode(der).decode()
    with pytest.raises(CertificateRefused, match="version"):
        authority.sign_client(
            f"-----BEGIN CERTIFICATE REQUEST-----\n{text}\n-----END CERTIFICATE REQUEST-----\n", "unit-12"
        )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nonsense",
        "-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n",
        "x" * 20_000,
    ],
)
def test_it_refuses_what_is_no_request(authority: Authority, text: str) -> None:
    with pytest.raises(CertificateRefused):
        authority.sign_client(text, "unit-12")


def test_it_refuses_other_kinds_of_keys(authority: Authority) -> None:
    with pytest.raises(CertificateRefused, match="P-256"):
        authority.sign_client(_csr(rsa.generate_private_key(65537, 2048)).decode(), "unit-12")


@pytest.mark.parametrize("name", ["", "n" * 65])
def test_it_refuses_a_name_that_cannot_stand_in_a_certificate(authority: Authority, name: str) -> None:
    with pytest.raises(CertificateRefused):
        authority.sign_client(_csr(ec.generate_private_key(ec.SECP256R1())).decode(), name)


def test_a_server_without_a_name_is_refused(authority: Authority) -> None:
    with pytest.raises(CertificateRefused):
        authority.issue_server([])


@pytest.mark.clause("6.i.ii/devices")
def test_both_ends_know_each_other_over_tls(authority: Authority, tmp_path: Path) -> None:
    reader_key = ec.generate_private_key(ec.SECP256R1())
    reader_pem = reader_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    certificate, key = authority.issue_server(["localhost"])
    (tmp_path / "hub.pem").write_text(key + certificate)
    (tmp_path / "reader.pem").write_text(
        reader_pem + authority.sign_client(_csr(reader_key).decode(), "unit-12")
    )

    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cadata=authority.certificate_pem)
    server.verify_mode = ssl.CERT_REQUIRED
    server.load_cert_chain(tmp_path / "hub.pem")
    client = ssl.create_default_context(cadata=authority.certificate_pem)
    client.load_cert_chain(tmp_path / "reader.pem")

    here, there = socket.socketpair()
    names: list[object] = []

    def serve() -> None:
        with server.wrap_socket(there, server_side=True) as connection:
            names.append(connection.getpeercert())
            connection.sendall(b"hello")

    thread = Thread(target=serve)
    thread.start()
    with client.wrap_socket(here, server_hostname="localhost") as connection:
        assert connection.recv(5) == b"hello"
    thread.join()
    assert "unit-12" in str(names)
