"""Keys are rotated while the hub runs, go on after a kill, and are retired only when nothing needs them."""

import json
import os
import shutil
import signal
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.contrib.sessions.models import Session

from plateward.core.audit.actor import HUB
from plateward.core.audit.events import Event
from plateward.core.audit.log import act
from plateward.core.audit.models import AuditEntry
from plateward.field.reads.images import day_keys
from plateward.ground import clock
from plateward.ground.vault import passphrase as passphrases
from plateward.ground.vault.day_keys import DayKeys
from plateward.ground.vault.keyring import RING_FILE, KeyRing
from plateward.ground.vault.versions import RotatingKey, Versions
from plateward.people.sessions import row_key
from plateward.people.testing import person, signed_in
from plateward.serve import rotation
from plateward.serve.health import PARTS
from plateward.serve.rotation import NotRotated, retire, rotate
from plateward.serve.tests.hub import RunningHub
from plateward.testing.hsm import MODULE, PIN, hsm, remove_token

DAYS = [date(2024, 1, 1) + timedelta(days=number) for number in range(400)]

pytestmark = pytest.mark.clause("6.i.i/rotation", "SC-28/rotation", "6.b.i.3/integrity")


def quiet(done: float, total: int, label: str = "") -> None:
    pass


@pytest.fixture
def ring(settings: Any, tmp_path: Path) -> Iterator[KeyRing]:
    """The tests' own, whose versions, data and newest head lie elsewhere."""
    ring = KeyRing.open(settings.RING.path)
    ring.versions = Versions(tmp_path / "ring.versions", ring.key("versions"))
    settings.RING, settings.KEYS, settings.DATA = ring, tmp_path, tmp_path / "data"
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = ring.session_keys()[0], []
    (tmp_path / "data").mkdir(mode=0o700)
    day_keys.cache_clear()
    yield ring
    day_keys.cache_clear()


@pytest.mark.django_db
@pytest.mark.clause("IA-5.sessions/secret")
def test_sessions_go_on_under_the_new_key_and_a_stale_signature_ends(ring: KeyRing) -> None:
    client = signed_in(person())
    assert client.get("/account/passkeys/").status_code == 200
    before = Session.objects.get(pk=row_key(client.session.session_key)).session_data
    status = rotate(HUB, RotatingKey.SESSIONS, quiet)
    assert (status.version, status.left, status.older_kept) == (2, 0, True)
    assert client.get("/account/passkeys/").status_code == 200
    assert retire(HUB, RotatingKey.SESSIONS).older_kept is False
    assert client.get("/account/passkeys/").status_code == 200
    Session.objects.filter(pk=row_key(client.session.session_key)).update(session_data=before)
    assert client.get("/account/passkeys/").status_code == 302


@pytest.mark.django_db
def test_what_still_needs_the_old_version_keeps_it(ring: KeyRing, monkeypatch: pytest.MonkeyPatch) -> None:
    day_keys().key(DAYS[0])
    monkeypatch.setattr(rotation, "_move", quiet)
    part = next(part for part in PARTS if part.key == "keys")
    assert part.read().light == "green"
    assert "not validated" in part.read().what
    assert rotate(HUB, RotatingKey.DAYS, quiet).left == 1
    assert part.read().remedy.endswith("plateward keys rotate days")
    with pytest.raises(NotRotated, match=r"1 still need .*plateward keys rotate days"):
        retire(HUB, RotatingKey.DAYS)
    monkeypatch.undo()
    assert rotate(HUB, RotatingKey.DAYS, quiet).version == 2, "it goes on with the same"
    with pytest.raises(NotRotated, match=r"still kept.*plateward keys retire days"):
        rotate(HUB, RotatingKey.DAYS, quiet)
    assert part.read().remedy.endswith("plateward keys retire days")
    assert retire(HUB, RotatingKey.DAYS).left == 0
    assert part.read().light == "green"
    with pytest.raises(NotRotated, match="Only one version"):
        retire(HUB, RotatingKey.DAYS)
    events = [
        (entry.event, entry.object) for entry in AuditEntry.objects.order_by("-sequence")[:6] if entry.leaf
    ]
    assert ("key.rotate", "key:days") in events
    assert ("key.retire", "key:days") in events


@pytest.mark.django_db
def test_a_key_in_use_for_longer_than_is_suggested_for_its_kind_is_amber(ring: KeyRing) -> None:
    part = next(part for part in PARTS if part.key == "keys")
    with act(HUB, Event.KEY_SPLIT, "key:ring"):
        begun = clock.now()
    with clock.set_to(begun + timedelta(days=729)):
        assert part.read().light == "green"
    with clock.set_to(begun + timedelta(days=731)):
        assert "kind: days, until" in (old := part.read()).what
        assert "log" not in old.what
        assert old.remedy == "Rotate it: plateward keys rotate days"
        assert rotate(HUB, RotatingKey.DAYS, quiet).due == clock.now() + timedelta(days=730)


@pytest.mark.django_db
def test_a_package_that_waits_has_its_key_wrapped_anew(ring: KeyRing) -> None:
    from plateward.oversight.log_files.models import LogFile

    row = LogFile(by=person())
    row.key = ring.wrap(b"k" * 32, str(row.pk).encode())
    row.save()
    assert rotate(HUB, RotatingKey.DAYS, quiet).left == 0
    retire(HUB, RotatingKey.DAYS)
    row.refresh_from_db()
    assert ring.unwrap(bytes(row.key), str(row.pk).encode()) == b"k" * 32


@pytest.mark.django_db
def test_the_rings_lock_is_rotated_under_a_process_that_has_it_open(
    ring: KeyRing, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passphrases, "SCRYPT_COST", 14)
    settings.RING = KeyRing.create(tmp_path / "keys")
    running = KeyRing.open(settings.RING.path)
    with pytest.raises(NotRotated, match="plateward keys seal"):
        rotation.rotate_ring(HUB, lambda: "unused")
    settings.RING.seal(passphrases.passphrase_lock("corral lantern mesa thirteen"))
    status = rotation.rotate_ring(HUB, lambda: "juniper arroyo thirteen mesa")
    assert (status.version, status.left) == (2, 0)
    running.require_unchanged()
    assert KeyRing.open(running.path, lambda: "juniper arroyo thirteen mesa").root == running.root
    entry = AuditEntry.objects.order_by("-sequence")[0]
    assert (entry.event, entry.object) == ("key.rotate", "key:ring")


@pytest.mark.clause("6.i.i/keys", "SC-28/ring")
def test_a_hub_starts_by_its_hsm_and_the_pin_that_systemd_hands_over(
    begun_hub: RunningHub, tmp_path: Path
) -> None:
    hub = RunningHub.made(Path(shutil.copytree(begun_hub.folder, tmp_path, dirs_exist_ok=True)), {})
    (handed := tmp_path / "credentials").mkdir()
    (handed / passphrases.CREDENTIAL_NAME).touch(0o400)
    (handed / passphrases.CREDENTIAL_NAME).write_text(PIN)
    with hsm(tmp_path / "hsm", "hub"):
        hub = hub.but(SOFTHSM2_CONF=os.environ["SOFTHSM2_CONF"], CREDENTIALS_DIRECTORY=str(handed))
        keys = hub.home / "keys"
        hub.command(
            "keys", "seal", "--home", str(keys), "--with", "pkcs11", "--module", MODULE, "--token", "hub"
        )
        hub.start()
        try:
            assert "ring: version 2, since" in hub.command("keys", "rotate", "ring").stdout
            remove_token("hub")  # what runs goes on
            trust = ssl.create_default_context(cafile=str(keys / "authority.crt"))
            login = httpx.get(f"https://localhost:{hub.people}/login/", verify=trust, trust_env=False)
            assert login.is_redirect
            assert PIN not in hub.log
        finally:
            hub.kill()
        assert "The HSM refuses" in hub.command("serve", fails=True).stderr


@pytest.mark.clause("6.i.i/keys", "6.i.i/recovery", "SC-13/module", "6.b.i.9/sealed")
def test_the_command_goes_on_after_each_kill_while_the_hub_runs(
    begun_hub: RunningHub, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(begun_hub.folder, tmp_path, dirs_exist_ok=True))
    hub = RunningHub.made(folder, {})
    ring = KeyRing.open(hub.home / "keys")
    days = DayKeys(hub.home / "data" / "days", ring)
    keys = {day: days.key(day) for day in DAYS}
    hub.start()
    try:
        command = [sys.executable, "-m", "plateward", "keys", "rotate", "days"]
        files = sorted(days.directory.glob("2*.key"))
        for file in (files[20], files[200]):  # killed as soon as these are moved
            before = file.stat().st_mtime_ns
            process = subprocess.Popen(command, env=hub.env, stdout=subprocess.DEVNULL)
            until = time.monotonic() + 60
            while file.stat().st_mtime_ns == before:
                assert process.poll() is None
                assert time.monotonic() < until
            os.kill(process.pid, signal.SIGKILL)
            assert process.wait() == -signal.SIGKILL
        left = len(days.left())
        assert 0 < left < len(DAYS)
        shown = {
            item["what"]: item for item in json.loads(hub.command("keys", "status", "--json").stdout)["keys"]
        }
        assert (shown["days"]["version"], shown["days"]["left"]) == (2, left)
        assert hub.command("keys", "retire", "days", fails=True).stderr.count(f"{left} still need")
        assert "version 2" in hub.command("keys", "rotate", "days").stdout
        hub.command("keys", "retire", "days")
        assert {day: DayKeys(days.directory, ring).existing(day) for day in DAYS} == keys

        log = tmp_path / "log.jsonl"
        before = json.loads(hub.command("audit", "export", str(log), "--json").stdout)["key"]
        hub.command("keys", "rotate", "log")
        hub.command("keys", "rotate", "sessions")
        time.sleep(11)  # the running hub signs its next head, by the new key
        hub.command("keys", "retire", "log")
        after = json.loads(hub.command("audit", "export", str(log), "--json").stdout)["key"]
        assert after != before
        for key in (before, after):
            hub.command("audit", "verify", str(log), "--key", key)
        plain = hub.command("keys", "status").stdout
        assert "not validated" in plain
        assert "OpenSSL" in plain
        lines = hub.log.splitlines()
        said = [
            line for line in lines if "Nobody else" not in line and "No witness" not in line
        ]  # none is set
        assert "head" not in "".join(said).lower()
    finally:
        hub.stop()
    shares = hub.command("keys", "split", "--of", "3", "--needed", "2").stdout.splitlines()[1::3]
    (ring.path / RING_FILE).unlink()
    assert "key ring is not in" in hub.command("keys", "status", fails=True).stderr
    typed = subprocess.run(
        [sys.executable, "-m", "plateward", "keys", "join", "--home", str(ring.path)],
        env=hub.env, input="\n".join(shares[1:]), text=True, capture_output=True, check=True,
    )  # fmt: skip
    assert "in clear. Seal it" in typed.stdout
    hub.command("keys", "status")
