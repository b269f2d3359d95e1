"""An authority, with the files of a server and of a client that it signed."""

import ssl
from dataclasses import dataclass
from pathlib import Path

import pytest

from plateward.ground.vault.authority import Authority
from plateward.ground.vault.files import write_once
from plateward.ground.vault.keyring import KeyRing


@dataclass(frozen=True)
class Site:
    """An authority with the files of a server and of a client that it signed."""

    authority: Path
    server: tuple[Path, Path]
    client: tuple[Path, Path]

    @property
    def trust(self) -> ssl.SSLContext:
        """A new context, since anything loaded into it stays."""
        context = ssl.create_default_context(cafile=str(self.authority))
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        return context

    def trust_and_certificate(self) -> ssl.SSLContext:
        """The same, with the client's certificate loaded."""
        context = self.trust
        context.load_cert_chain(*self.client)
        return context


def make_site(home: Path) -> Site:
    authority = Authority.create(KeyRing.create(home / "keys"))
    (home / "authority.pem").write_text(authority.certificate_pem)
    files = {}
    for name, pems in {
        "server": authority.issue_server(["127.0.0.1"]),
        "client": issue_client(authority),
    }.items():
        files[name] = home / f"{name}.pem", home / f"{name}.key"
        for path, pem in zip(files[name], pems, strict=True):
            write_once(path, pem.encode())
    return Site(home / "authority.pem", files["server"], files["client"])


def issue_client(authority: Authority) -> tuple[str, str]:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    key = ec.generate_private_key(ec.SECP256R1())
    request = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([])).sign(key, SHA256())
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return authority.sign_client(request.public_bytes(Encoding.PEM).decode(), "hub"), pem


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return make_site(tmp_path_factory.mktemp("site"))
