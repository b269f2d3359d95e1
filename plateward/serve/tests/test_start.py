"""When the hub does not start, it says why in one sentence, exits with 1 and touches nothing."""

import os
from hashlib import sha256
from pathlib import Path

import pytest

from plateward.ground.vault.keyring import KeyRing
from plateward.ground.vault.passphrase import CREDENTIAL_NAME
from plateward.ground.vault.pkcs11 import pkcs11_lock
from plateward.serve.tests.hub import RunningHub
from plateward.testing.hsm import MODULE, PIN, hsm

NOWHERE = "postgresql://plateward@127.0.0.1:1/plateward"


@pytest.fixture
def hub(tmp_path: Path) -> RunningHub:
    """A hub with data, with its key ring beside it; not started."""
    place = tmp_path / "hub"
    place.mkdir()
    KeyRing.first_start(place / "keys", place / "data")
    (place / "data" / "hub.db").write_bytes(b"sealed")
    return RunningHub.made(tmp_path, {})


def contents(hub: RunningHub) -> dict[str, str]:
    return {
        str(path): sha256(path.read_bytes()).hexdigest() for path in hub.folder.rglob("*") if path.is_file()
    }


def refusal(hub: RunningHub) -> str:
    """What `plateward serve` says. It leaves all the hub's files unchanged."""
    before = contents(hub)
    done = hub.command("serve", fails=True)
    assert done.stdout == ""
    assert contents(hub) == before
    return done.stderr


@pytest.mark.clause("6.i.i/keys", "SC-28/ring")
class TestKeyRing:
    def test_another_hub_s(self, hub: RunningHub, tmp_path: Path) -> None:
        other = KeyRing.create(tmp_path / "other").path
        assert "is not the one that sealed" in refusal(hub.but(PLATEWARD_KEYS=str(other)))

    def test_missing(self, hub: RunningHub) -> None:
        ring = hub.folder / "hub" / "keys"
        ring.rename(hub.folder / "elsewhere")
        assert "holds sealed data, but its key ring is not in" in refusal(hub)
        assert not ring.exists()

    def test_open_to_others(self, hub: RunningHub) -> None:
        ring = hub.folder / "hub" / "keys" / "ring.json"
        ring.chmod(0o644)
        assert str(ring) in refusal(hub)
        assert ring.stat().st_mode & 0o777 == 0o644  # others may have read it: a person must decide

    def test_its_hsm_refuses(self, hub: RunningHub, tmp_path: Path) -> None:
        """And where no PIN was given, and by a PIN that is wrong."""
        with hsm(tmp_path / "hsm", "hub"):
            KeyRing.open(hub.folder / "hub" / "keys").seal(pkcs11_lock(MODULE, "hub", "ring", lambda: PIN))
            at_hsm = hub.but(SOFTHSM2_CONF=os.environ["SOFTHSM2_CONF"])
        assert "none was given" in refusal(at_hsm)
        (handed := tmp_path / "credentials").mkdir()
        (handed / CREDENTIAL_NAME).touch(0o400)
        (handed / CREDENTIAL_NAME).write_text("112233\n")
        at_hsm = at_hsm.but(CREDENTIALS_DIRECTORY=str(handed))
        assert "the PIN of hub is wrong" in at_hsm.command("serve", fails=True).stderr
        assert "a few more lock it" in at_hsm.command("serve", fails=True).stderr
        (tmp_path / "hsm").rename(tmp_path / "away")
        assert "The HSM refuses" in refusal(at_hsm)


class TestDatabase:
    def test_no_answer(self, hub: RunningHub) -> None:
        message = refusal(hub.but(PLATEWARD_DATABASE_URL=NOWHERE, PLATEWARD_DISK_ENCRYPTION="luks"))
        assert "The database cannot be opened" in message
        assert "Connection refused" in message

    @pytest.mark.clause("6.i.i/aes", "SC-28/data")
    def test_a_disk_that_nobody_says_is_encrypted(self, hub: RunningHub) -> None:
        assert "PLATEWARD_DISK_ENCRYPTION" in refusal(hub.but(PLATEWARD_DATABASE_URL=NOWHERE))

    @pytest.mark.clause("6.i.ii/tls", "SC-8/systems")
    def test_a_server_far_away_without_tls(self, hub: RunningHub) -> None:
        far = NOWHERE.replace("127.0.0.1", "db.example")
        message = refusal(hub.but(PLATEWARD_DATABASE_URL=far, PLATEWARD_DISK_ENCRYPTION="luks"))
        assert "sslmode" in message

    def test_not_yet_made(self, tmp_path: Path) -> None:
        hub = RunningHub.made(tmp_path, {})
        done = hub.command("fleet", "list", fails=True)
        assert "There is no hub in" in done.stderr
        assert not (tmp_path / "hub").exists()
        assert "plateward init" in done.stderr


def test_a_port_in_use(running_hub: RunningHub) -> None:
    message = running_hub.command("serve", fails=True).stderr
    assert f"Port {running_hub.people} is in use" in message
    assert "PLATEWARD_PORT" in message
