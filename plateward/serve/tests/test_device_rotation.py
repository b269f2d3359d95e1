"""The authority of readers and of the hub is rotated while both run, over real TLS, and goes on after a kill."""

import io
import json
import shutil
import signal
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from plateward.ground import clock
from plateward.ground.vault.authority import AUTHORITY_FILE, Authority
from plateward.ground.vault.keyring import KeyRing
from plateward.ground.vault.versions import RotatingKey
from plateward.ground.wire.certificate import trust_version
from plateward.reader.alarm import ReaderLog
from plateward.reader.alarms import Alarms
from plateward.reader.certificate import ReaderCertificate
from plateward.reader.cli import _hub
from plateward.reader.enroll import accept_grant, make_request
from plateward.reader.errors import HubRefuses
from plateward.reader.home import Home
from plateward.reader.hub import Hub, tls_context
from plateward.reader.sender import Sender
from plateward.reader.stores import Stores
from plateward.serve.tests.hub import RunningHub, database
from plateward.testing.waiting import WITHIN, wait_until

pytestmark = pytest.mark.clause("6.i.i/rotation", "6.i.ii/devices", "SC-28/rotation", "SC-8/systems")

KILLED = """
import os, signal
from plateward.core.db.setup import setup
setup()
from plateward.core.audit.actor import HUB
from plateward.ground.vault.versions import RotatingKey, Versions
from plateward.serve import rotation
def kill(*_):
    os.kill(os.getpid(), signal.SIGKILL)
"""
BEFORE_IT_IS_MADE = "Versions.add = kill\nrotation.rotate(HUB, RotatingKey.DEVICES, kill)"
ONCE_IT_IS_MADE = "rotation.ensure_certificate = kill\nrotation.rotate(HUB, RotatingKey.DEVICES, kill)"
ONCE_IT_IS_RETIRED = """
retired = Versions.retire
Versions.retire = lambda *of: (retired(*of), kill())
rotation.retire(HUB, RotatingKey.DEVICES)
"""


@pytest.fixture
def hub(begun_hub: RunningHub, tmp_path: Path) -> Iterator[RunningHub]:
    folder = Path(shutil.copytree(begun_hub.folder, tmp_path, dirs_exist_ok=True))
    with database(like=begun_hub.env) as where:
        hub = RunningHub.made(folder, where)
        hub.enroll()
        hub.start()
        try:
            yield hub
        finally:
            hub.kill()


@pytest.fixture
def silent(hub: RunningHub) -> Home:
    """Another reader, which stays at home."""
    home = Home(hub.folder / "silent")
    make_request(home, "unit-14", "Unit 14 rear")
    granted = hub.command("fleet", "grant", str(home.request), "--hub", f"https://localhost:{hub.devices}")
    (hub.folder / "other.json").write_text(granted.stdout)
    accept_grant(home, hub.folder / "other.json")
    return home


def line(home: Home) -> Hub:
    """The reader's own HTTP client, as its process starts with these files."""
    ring, enrollment = home.open()
    return _hub(ReaderCertificate(home, ring, enrollment), ring, enrollment)


def killed(hub: RunningHub, where: str) -> None:
    done = subprocess.run([sys.executable, "-c", KILLED + where], env=hub.env, check=False)
    assert done.returncode == -signal.SIGKILL


def devices(hub: RunningHub) -> dict[str, object]:
    keys = json.loads(hub.command("keys", "status", "--json").stdout)["keys"]
    return next(item for item in keys if item["what"] == "devices")


def test_readers_go_over_to_the_new_authority_and_the_old_one_is_refused_from_then_on(
    hub: RunningHub, silent: Home
) -> None:
    home, roadside = hub.reader, hub.roadside()
    ring, enrollment = home.open()
    old_certificate, old_trust = home.certificate.read_bytes(), enrollment.authority_pem
    out = io.StringIO()
    log = ReaderLog(out)
    stores = Stores.open(home, ring.key, enrollment, log.say)
    certificate = ReaderCertificate(home, ring, enrollment)
    sender = Sender(
        _hub(certificate, ring, enrollment), stores, Alarms(stores, log), log.say, certificate=certificate
    )
    screen = _hub(certificate, ring, enrollment)  # a second client of the same process follows, too
    sender.start()
    try:
        assert screen.send(roadside.batch(roadside.photo())).accepted
        killed(hub, BEFORE_IT_IS_MADE)
        assert devices(hub)["version"] == 1
        killed(hub, ONCE_IT_IS_MADE)
        assert screen.send(roadside.batch(roadside.photo())).accepted
        said = hub.command("keys", "rotate", "devices").stdout
        assert "devices: version 2" in said
        assert "of 2 readers left" in said
        wait_until(lambda: "certificate was renewed" in out.getvalue())
        assert Authority.open(KeyRing.open(hub.home / "keys")).name.endswith(" 2")
        assert screen.send(roadside.batch(roadside.photo())).accepted
        assert devices(hub) | {"made": "", "due": ""} == {
            "what": "devices", "label": "the authority that certifies readers and the hub",
            "version": 2, "made": "", "due": "", "left": 1, "older_kept": True, "of": 2,
        }  # fmt: skip
        refusal = hub.command("keys", "retire", "devices", fails=True).stderr
        assert "1 still need" in refusal
        assert "unit-14" in refusal

        home.certificate.write_bytes(old_certificate)  # as if killed between its two files
        again = ReaderCertificate(home, *home.open())
        assert again.is_due(trust_version(again.context))

        hub.command("fleet", "revoke", "unit-14")
        with (
            socket.create_connection(("localhost", hub.devices), timeout=WITHIN) as plain,
            tls_context(old_trust, silent.certificate, silent.tls_key).wrap_socket(
                plain, server_hostname="localhost"
            ) as opened,
        ):
            killed(hub, ONCE_IT_IS_RETIRED)
            assert (hub.home / "keys" / AUTHORITY_FILE).exists()
            assert "Only one version" in hub.command("keys", "retire", "devices", fails=True).stderr
            assert not (hub.home / "keys" / AUTHORITY_FILE).exists()
            assert opened.recv(1) == b"", "what was connected by the old one is cut off"
        with pytest.raises(HubRefuses, match=r"refuses this reader's certificate \(unknown ca\)"):
            trusting(silent, hub).hotlist(None)
        wait_until(lambda: home.open()[1].authority_pem.count("BEGIN CERTIFICATE") == 1)
        assert home.open()[1].authority_pem != old_trust
        assert screen.send(roadside.batch(roadside.photo())).accepted
        assert line(home).send(roadside.batch(roadside.photo())).accepted
        with pytest.raises(ssl.SSLCertVerificationError):
            connect(hub, tls_context(old_trust, home.certificate, home.tls_key))
        assert devices(hub)["version"] == 2
        assert devices(hub)["older_kept"] is False
    finally:
        sender.stop()
        screen.close()


def trusting(silent: Home, hub: RunningHub) -> Hub:
    """The silent reader, as if it trusted the hub's new authority: what the hub says to its old certificate."""
    ring, enrollment = silent.open()
    trusted = (hub.home / "keys" / "authority.crt").read_text()
    context = tls_context(trusted, silent.certificate, silent.tls_key)
    return Hub(enrollment.hub, enrollment.name, ring.signing("reader"), lambda: context)


def connect(hub: RunningHub, context: ssl.SSLContext) -> None:
    with socket.create_connection(("localhost", hub.devices), timeout=WITHIN) as plain:
        context.wrap_socket(plain, server_hostname="localhost").close()


@pytest.mark.clause("6.i.i/keys")
def test_the_key_of_the_new_one_is_sealed_with_the_ring(tmp_path: Path) -> None:
    ring = KeyRing.create(tmp_path / "keys")
    first, second = Authority.create(ring), Authority.new(2)
    ring.versions.add(
        RotatingKey.DEVICES, second.secret, clock.now(), second.certificate.public_bytes(Encoding.DER)
    )
    assert [each.name for each in Authority.kept(ring)] == [second.name, first.name]
    assert all(second.secret not in file.read_bytes() for file in ring.path.iterdir())
