"""The monitor's look at keys, certificates, listeners and links: each fault is named."""

import socket
import ssl
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from django.conf import LazySettings

from plateward.ground import clock
from plateward.ground.links.testing import Site, site
from plateward.ground.vault.authority import Authority
from plateward.ground.vault.keyring import KeyRing
from plateward.serve import handshakes, integrity
from plateward.serve.certificate import ensure_certificate
from plateward.serve.handshakes import link_problem, listener_problems
from plateward.serve.tests.hub import RunningHub

__all__ = ["site"]
CERTIFICATE_S = timedelta(days=397)


@contextmanager
def served(server: tuple[Path, Path] | None, **options: object) -> Iterator[int]:
    """A listener that answers 200 to everybody, whatever they speak; without files: in plain."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
        for name, value in options.items():
            setattr(context, name, value)
    if server:
        context.load_cert_chain(*server)
    listener = socket.create_server(("127.0.0.1", 0))

    def answer() -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            try:
                with context.wrap_socket(client, server_side=True) if server else client as connection:
                    if connection.recv(100):
                        connection.sendall(b"HTTP/1.0 200 OK\r\n\r\n")
            except OSError:
                client.close()

    thread = threading.Thread(target=answer, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


def problems(site: Site, port: int, *, shown: Path | None = None, devices: bool = False) -> list[str]:
    pem = (shown or site.server[0]).read_text()
    return list(listener_problems(["127.0.0.1"], port, site.authority.read_text(), pem, devices=devices))


@pytest.mark.django_db
@pytest.mark.clause("6.b.i.3/integrity", "6.i.ii/tls", "SC-8/people")
def test_the_agencys_certificate_is_warned_of_30_days_before_it_expires(
    settings: LazySettings, tmp_path: Path
) -> None:
    settings.RING = KeyRing.create(tmp_path / "keys")
    settings.ALLOWED_HOSTS = ["alpr.example.gov"]
    ensure_certificate(settings.RING, settings.ALLOWED_HOSTS)
    certificate, key = Authority.create(KeyRing.create(tmp_path / "ca")).issue_server(["alpr.example.gov"])
    settings.CERTIFICATE = tmp_path / "alpr.crt", tmp_path / "alpr.key"
    settings.CERTIFICATE[1].touch(mode=0o600)
    for file, pem in zip(settings.CERTIFICATE, (certificate, key), strict=True):
        file.write_text(pem)

    def said() -> list[str]:
        faults = integrity.check_certificates()[1]
        return [fault.problem for fault in faults if fault.object == "alpr.crt"]

    assert said() == []
    with clock.set_to(clock.now() + CERTIFICATE_S - timedelta(days=29)):
        assert "It expires on" in said()[0]
    settings.ALLOWED_HOSTS = ["other.example.gov"]
    assert "It is not for other.example.gov" in said()[0]


@pytest.mark.clause(
    "6.b.i.3/integrity", "6.i.ii/tls", "6.i.ii/devices", "SC-8/people", "SC-8/systems", "SC-13/suites"
)
def test_the_hubs_own_listeners_are_green(running_hub: RunningHub) -> None:
    shown = (running_hub.home / "keys" / "hub.crt").read_text()
    for port, devices in ((running_hub.people, False), (running_hub.devices, True)):
        assert not list(listener_problems(["localhost"], port, running_hub.authority, shown, devices=devices))


@pytest.mark.clause("6.b.i.3/integrity", "6.i.ii/tls", "6.i.ii/devices", "SC-8/people", "SC-8/systems")
def test_a_listener_that_accepts_what_is_forbidden_is_named(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handshakes, "STARTS_WITHIN_S", 0.0)
    with served(site.server, minimum_version=ssl.TLSVersion.TLSv1) as port:
        assert problems(site, port, devices=True) == [
            "It accepts TLSv1, which is forbidden.",
            "It accepts TLSv1.1, which is forbidden.",
            "It answers a client that shows no certificate.",
        ]
    with served(site.server, maximum_version=ssl.TLSVersion.TLSv1_2) as port:
        other, refusal = problems(site, port, shown=site.client[0])
        assert other == "It shows another certificate than the hub's own."
        assert refusal.startswith("It refuses TLSv1.3 with AES")
    with served(None) as port:
        assert problems(site, port)[-1] == "It answers plain HTTP."
    assert problems(site, port) == ["It does not answer."]


@pytest.mark.clause("6.b.i.3/integrity", "6.i.ii/devices", "SC-8/systems")
def test_a_link_must_prove_its_name(site: Site) -> None:
    with served(site.server) as port:
        assert not link_problem("127.0.0.1", port, site.authority)
        assert "does not prove its name" in link_problem("127.0.0.1", port, None)
        assert "does not prove its name" in link_problem("localhost", port, site.authority)
        assert "cannot be used" in link_problem("127.0.0.1", port, site.authority.with_name("none.pem"))
    assert not link_problem("127.0.0.1", port, site.authority)  # away is another matter


@pytest.fixture
def ring(tmp_path: Path, settings: LazySettings) -> KeyRing:
    """A hub's own ring with its certificates."""
    made = settings.RING = KeyRing.first_start(tmp_path / "keys", tmp_path / "data")
    settings.DATA = tmp_path / "data"
    settings.ALLOWED_HOSTS = ["localhost"]
    return made


@pytest.fixture
def certified(ring: KeyRing, db: None) -> KeyRing:
    ensure_certificate(ring, ["localhost"])
    return ring


@pytest.mark.clause("6.b.i.3/integrity", "6.i.i/keys", "SC-28/ring")
def test_a_changed_byte_of_the_ring_is_found_and_so_is_a_file_that_others_can_read(ring: KeyRing) -> None:
    assert not integrity.check_keys()[1]
    file = ring.path / "ring.json"
    content, random = file.read_bytes(), Random(7)
    for position in random.sample(range(len(content)), 20):
        file.write_bytes(content[:position] + bytes([content[position] ^ 1]) + content[position + 1 :])
        assert integrity.check_keys()[1][0].object == "key ring", position
    file.write_bytes(content)
    file.chmod(0o640)
    assert {fault.object for fault in integrity.check_keys()[1]} == {"key ring", "ring.json"}
    file.chmod(0o600)
    ring.path.chmod(0o750)
    assert integrity.check_keys()[1][0].object == str(ring.path)
    ring.path.chmod(0o700)
    assert not integrity.check_keys()[1]


@pytest.mark.clause("6.b.i.3/integrity", "6.i.ii/devices")
@pytest.mark.parametrize("name", ["hub.crt", "hub.key", "authority.pem", "authority.crt"])
def test_a_changed_byte_of_a_certificate_or_its_key_is_found(certified: KeyRing, name: str) -> None:
    assert integrity.check_certificates() == (3, [])
    file, random = certified.path / name, Random(7)
    lines = file.read_text().split("\n")
    inside = [
        n for n, line in enumerate(lines) if line and not line.startswith("-") and not line.endswith("=")
    ]
    for _ in range(12):
        number = random.choice(inside)
        place = random.randrange(len(lines[number]) - 4)
        letter = "A" if lines[number][place] != "A" else "B"
        altered = [*lines]
        altered[number] = lines[number][:place] + letter + lines[number][place + 1 :]
        file.write_text("\n".join(altered))
        assert integrity.check_certificates()[1], (number, place)
    file.unlink()
    assert integrity.check_certificates()[1]


@pytest.mark.clause("6.b.i.3/integrity", "6.i.ii/devices")
def test_a_certificate_that_ends_is_named_beforehand(certified: KeyRing) -> None:
    with clock.set_to(clock.now() + CERTIFICATE_S - timedelta(days=10)):
        [fault] = integrity.check_certificates()[1]
        assert "in 9 days" in fault.problem
    with clock.set_to(clock.now() + CERTIFICATE_S + timedelta(days=1)):
        assert "It expired on" in integrity.check_certificates()[1][0].problem


@pytest.mark.both_databases
@pytest.mark.django_db
@pytest.mark.clause("6.b.i.3/integrity", "6.i.i/aes")
def test_the_database_is_as_encrypted_as_at_the_start(
    monkeypatch: pytest.MonkeyPatch, settings: LazySettings
) -> None:
    assert integrity._check_database() == (1, [])
    settings.DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3"}}
    assert "does not encrypt" in integrity._check_database()[1][0].problem


@pytest.mark.django_db
@pytest.mark.clause("6.b.i.3/integrity", "6.j.i/proven")
def test_the_databases_pages_are_looked_at_in_small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(integrity, "PAGES", 100)
    steps = list(integrity._check_pages(""))
    assert len(steps) > 1
    assert [step.at for step in steps] == [*(str(101 + 100 * n) for n in range(len(steps) - 1)), ""]
    assert not any(step.faults for step in steps)
    monkeypatch.setattr(integrity, "damaged_pages", lambda *_: (7, [103]))
    [step] = integrity._check_pages("101")
    assert [(fault.object, fault.at) for fault in step.faults] == [("page 103", "103")]
