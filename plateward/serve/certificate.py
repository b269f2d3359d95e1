"""The certificate of both listeners, issued by the agency's own authority."""

import logging
from datetime import timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.conf import settings

from plateward.core.audit.actor import command_line_actor
from plateward.core.audit.events import Event
from plateward.core.audit.log import act
from plateward.field.fleet.models import Reader
from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.ground.vault.authority import AUTHORITY_FILE, Authority, trusted_pem
from plateward.ground.vault.files import erase_file, read_private, replace_file
from plateward.ground.vault.keyring import KeyRing
from plateward.ground.vault.versions import RotatingKey

log = logging.getLogger(__name__)

RENEW_BEFORE = timedelta(days=30)


@enforces("6.i.ii/tls", "6.i.i/rotation", "SC-8/people", "SC-8/systems")
def ensure_certificate(ring: KeyRing, hosts: list[str]) -> tuple[Path, Path, Path]:
    """Paths of certificate, key and authorities; made at first start, and again before they expire, for other hosts, by
    another authority, or if two nodes made a pair at once and stored a half each.

    While two authorities are kept, clients of both are let in, and the older certifies the hub: every reader trusts it.
    """
    if Reader.objects.exists():
        Authority.open(ring)  # a new one in place of a lost one would refuse every reader
    Authority.create(ring)
    oldest = Authority.kept(ring)[-1]
    certificate, key, trusted = (ring.path / name for name in ("hub.crt", "hub.key", "authority.crt"))
    if not (certificate.exists() and key.exists() and _is_usable(certificate, key, hosts, oldest)):
        with act(command_line_actor("serve"), Event.CERTIFICATE_RENEW, "hub") as entry:
            certificate_pem, key_pem = oldest.issue_server(hosts)
            ends = x509.load_pem_x509_certificate(certificate_pem.encode()).not_valid_after_utc
            entry.note(hosts=hosts, ends=ends.isoformat())
            replace_file(key, key_pem.encode())
            replace_file(certificate, certificate_pem.encode())
    content = trusted_pem(ring).encode()
    if not trusted.exists() or trusted.read_bytes() != content:
        replace_file(trusted, content)
    if ring.versions.all(RotatingKey.DEVICES)[0].retired:
        erase_file(ring.path / AUTHORITY_FILE)
    return certificate, key, trusted


@enforces("6.i.ii/tls", "SC-8/people", "SC-8/systems")
def renew_if_due() -> None:
    """Renew if due. The listeners notice by themselves (`Door.renew`)."""
    before = (settings.RING.path / "hub.crt").read_bytes()
    certificate, *_ = ensure_certificate(settings.RING, settings.ALLOWED_HOSTS)
    if certificate.read_bytes() != before:
        ends = x509.load_pem_x509_certificate(certificate.read_bytes()).not_valid_after_utc
        log.warning("The hub's certificate was renewed. The new one expires on %s.", f"{ends:%B %-d, %Y}")


def public_hosts() -> tuple[str, ...]:
    """The names and addresses at which other machines reach the hub."""
    return tuple(host for host in settings.ALLOWED_HOSTS if host not in ("localhost", "127.0.0.1", "::1"))


def _is_usable(certificate: Path, key: Path, hosts: list[str], authority: Authority) -> bool:
    loaded = x509.load_pem_x509_certificate(certificate.read_bytes())
    names = loaded.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    lasts = loaded.not_valid_after_utc - clock.now() > RENEW_BEFORE
    named = {str(name.value) for name in names} == set(hosts)
    whole = lasts and named and authority.issued(loaded)
    return whole and load_pem_private_key(read_private(key), None).public_key() == loaded.public_key()
