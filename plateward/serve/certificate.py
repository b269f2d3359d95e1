"""The certificate that both listeners show, issued by the agency's own authority."""

from datetime import timedelta
from pathlib import Path

from cryptography import x509

from plateward import clock
from plateward.policy.trace import enforces
from plateward.vault.authority import Authority
from plateward.vault.files import replace
from plateward.vault.keyring import KeyRing

RENEW_BEFORE = timedelta(days=30)


@enforces("6.i.ii", "SC-8")
def ensure(ring: KeyRing, hosts: list[str]) -> tuple[Path, Path, Path]:
    """Paths of certificate, key and authority; made at first start, anew before they end or for other hosts."""
    authority = Authority.create(ring)
    certificate, key, trusted = (ring.path / name for name in ("hub.crt", "hub.key", "authority.crt"))
    if not (certificate.exists() and key.exists() and _serves(certificate, hosts)):
        certificate_pem, key_pem = authority.issue_server(hosts)
        replace(key, key_pem.encode())
        replace(certificate, certificate_pem.encode())
    replace(trusted, authority.certificate_pem.encode())
    return certificate, key, trusted


def _serves(path: Path, hosts: list[str]) -> bool:
    certificate = x509.load_pem_x509_certificate(path.read_bytes())
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    named = {str(name.value) for name in names}
    return certificate.not_valid_after_utc - clock.now() > RENEW_BEFORE and named == set(hosts)
