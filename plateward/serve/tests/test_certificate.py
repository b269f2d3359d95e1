"""The hub renews its certificate while it runs, without losing a connection."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509

from plateward.core.audit.events import Event
from plateward.core.audit.models import AuditEntry
from plateward.ground import clock
from plateward.ground.vault.authority import AUTHORITY_FILE, SERVER_DAYS, Authority, AuthorityMissing
from plateward.ground.vault.keyring import KeyRing
from plateward.serve import certificate
from plateward.serve.door import Door, Doorway
from plateward.serve.hub import hold_port

pytestmark = [pytest.mark.django_db, pytest.mark.clause("6.i.ii/tls", "SC-8/people", "SC-8/systems")]
HOSTS = ["localhost", "127.0.0.1"]


@pytest.fixture
def ring(settings: Any, tmp_path: Path) -> KeyRing:
    made = KeyRing.create(tmp_path / "keys")
    settings.RING, settings.ALLOWED_HOSTS = made, HOSTS
    return made


def ends(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def test_it_is_renewed_before_it_ends_and_that_is_on_the_log(
    ring: KeyRing, caplog: pytest.LogCaptureFixture
) -> None:
    certificate_path, _, _ = certificate.ensure_certificate(ring, HOSTS)
    first = ends(certificate_path)
    certificate.renew_if_due()
    assert ends(certificate_path) == first
    assert caplog.text == ""
    with clock.set_to(clock.now() + timedelta(days=SERVER_DAYS - 29)):
        certificate.renew_if_due()
    assert ends(certificate_path).not_valid_after_utc > first.not_valid_after_utc
    assert "The hub's certificate was renewed." in caplog.text
    assert AuditEntry.objects.filter(event=Event.CERTIFICATE_RENEW).count() == 2


def test_halves_of_two_are_no_certificate(ring: KeyRing) -> None:
    certificate_path, key, _ = certificate.ensure_certificate(ring, HOSTS)
    first = ends(certificate_path)
    key.write_text(Authority.open(ring).issue_server(HOSTS)[1])
    certificate.renew_if_due()
    assert ends(certificate_path) != first
    ssl.create_default_context().load_cert_chain(certificate_path, key)


@asynccontextmanager
async def door(way: Doorway) -> AsyncIterator[Door]:
    """A door in front of an echo server."""

    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(100):
            writer.write(data)
        writer.close()

    async with await asyncio.start_server(echo, "127.0.0.1", way.inner):
        opened = Door(way)
        await opened.open()
        try:
            yield opened
        finally:
            await opened.close()
            opened.end_silent(-1)


async def said_back(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
    writer.write(b"still here")
    return await reader.readexactly(10)


def serial(writer: asyncio.StreamWriter) -> int:
    certificate = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    return x509.load_der_x509_certificate(certificate).serial_number


def test_a_listener_shows_a_renewed_certificate_to_new_clients_and_keeps_open_connections(
    ring: KeyRing, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate_path, key, trusted = certificate.ensure_certificate(ring, HOSTS)
    inner, outer = hold_port(), hold_port()
    way = Doorway(
        "127.0.0.1", outer.getsockname()[1], inner.getsockname()[1], str(certificate_path), str(key)
    )
    # A file sets the suites of TLS 1.3; the hub starts its own listeners with it.
    monkeypatch.setattr("plateward.serve.door.require_aes", lambda context: None)
    context = ssl.create_default_context(cafile=trusted)

    async def renewed() -> tuple[int, int, bytes]:
        async with door(way) as opened:
            old = await asyncio.open_connection("localhost", way.port, ssl=context)
            new_certificate, new_key = Authority.open(ring).issue_server(HOSTS)
            key.write_text(new_key)
            opened.renew()  # between the two files: it keeps its current pair
            again = await asyncio.open_connection("localhost", way.port, ssl=context)
            certificate_path.write_text(new_certificate)
            opened.renew()
            new = await asyncio.open_connection("localhost", way.port, ssl=context)
            assert serial(old[1]) == serial(again[1])
            return serial(old[1]), serial(new[1]), await said_back(*old)

    before, after, echo = asyncio.run(renewed())
    assert before != after == ends(certificate_path).serial_number
    assert echo == b"still here"


@pytest.mark.clause("6.i.i/keys", "6.i.ii/devices")
def test_a_lost_authority_is_not_replaced_once_there_are_readers(
    ring: KeyRing, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate.ensure_certificate(ring, HOSTS)
    (ring.path / AUTHORITY_FILE).unlink()
    monkeypatch.setattr(certificate.Reader.objects, "exists", lambda: True)  # type: ignore[attr-defined]
    with pytest.raises(AuthorityMissing, match="Restore the folder of the key ring"):
        certificate.ensure_certificate(ring, HOSTS)
    assert not (ring.path / AUTHORITY_FILE).exists()
