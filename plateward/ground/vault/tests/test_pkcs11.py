"""A key ring locked by an HSM: SoftHSM, by the same library as any other."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pkcs11
import pytest

from plateward.ground.vault import passphrase
from plateward.ground.vault.keyring import RING_FILE, SEALED_FILE, KeyRing
from plateward.ground.vault.locks import AskPassphrase, RingLock, RingLocked
from plateward.ground.vault.pkcs11 import pkcs11_lock
from plateward.testing.hsm import MODULE, PIN, hsm, remove_token

TOKEN, KEY = "plateward", "ring"
WORDS = "corral lantern mesa thirteen juniper"

pytestmark = pytest.mark.clause("6.i.i/keys", "SC-28/ring")


@pytest.fixture(autouse=True)
def _one_hsm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr("sys.stdin", open(os.devnull))  # noqa: SIM115
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    with hsm(tmp_path / "hsm", TOKEN):
        yield


@pytest.fixture
def ring(tmp_path: Path) -> KeyRing:
    return KeyRing.first_start(tmp_path / "keys", tmp_path / "data")


def pin() -> str:
    return PIN


def never() -> str:
    raise AssertionError("the PIN was asked for")


def lock(key: str = KEY, ask: AskPassphrase = pin) -> RingLock:
    return pkcs11_lock(MODULE, TOKEN, key, ask)


def in_token() -> pkcs11.Session:
    return pkcs11.lib(MODULE).get_token(token_label=TOKEN).open(rw=True, user_pin=PIN)


def refusal(ring: KeyRing, ask: AskPassphrase = pin) -> str:
    with pytest.raises(RingLocked, match=r"6\.i\.i") as refused:
        KeyRing.open(ring.path, ask)
    assert "\n" not in str(refused.value)
    assert PIN not in str(refused.value)
    return str(refused.value)


def test_it_opens_by_the_token_and_its_pin_and_neither_pin_nor_key_is_in_its_folder(ring: KeyRing) -> None:
    clear = (ring.path / RING_FILE).read_bytes()
    new = lock()
    ring.seal(new)
    assert KeyRing.open(ring.path, pin).key("spool") == ring.key("spool")
    assert [file.name for file in ring.path.iterdir()] == [SEALED_FILE]
    stored = (ring.path / SEALED_FILE).read_bytes()
    assert not any(secret in stored for secret in (PIN.encode(), new.key, clear[40:80]))
    assert not pkcs11._loaded[MODULE].initialized  # nothing of the library is in use


def test_its_key_never_leaves_the_token() -> None:
    lock()
    with in_token() as session:
        key = session.get_key(label=KEY)
        assert key[pkcs11.Attribute.NEVER_EXTRACTABLE]
        assert key[pkcs11.Attribute.ALWAYS_SENSITIVE]
    assert lock().key != lock().key  # each with a salt of its own


def test_a_key_that_can_leave_seals_nothing(ring: KeyRing) -> None:
    with in_token() as session:
        session.generate_key(
            pkcs11.KeyType.GENERIC_SECRET,
            256,
            label="open",
            store=True,
            capabilities=pkcs11.MechanismFlag.SIGN,
            template={pkcs11.Attribute.EXTRACTABLE: True},
        )
    with pytest.raises(RingLocked, match=r"can leave the HSM.*Name a label"):
        lock("open")


def test_a_wrong_pin_opens_nothing_and_a_service_does_not_try_until_the_token_is_locked(
    ring: KeyRing, monkeypatch: pytest.MonkeyPatch
) -> None:
    ring.seal(lock())
    assert "the PIN of plateward is wrong" in refusal(ring, lambda: "112233")
    assert "a few more lock it" in refusal(ring, never)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    KeyRing.open(ring.path, pin)
    monkeypatch.undo()
    KeyRing.open(ring.path, pin)


def test_without_its_token_or_its_key_nothing_opens(ring: KeyRing, tmp_path: Path) -> None:
    ring.seal(lock())
    with hsm(tmp_path / "empty"):
        assert "there is no token labeled plateward" in refusal(ring, never)
    with in_token() as session:
        session.get_key(label=KEY).destroy()
    pkcs11.lib(MODULE).finalize()
    assert "the token plateward has no key labeled ring" in refusal(ring)
    remove_token(TOKEN)
    assert "there is no token labeled plateward" in refusal(ring, never)


def test_another_token_of_the_same_label_opens_nothing(ring: KeyRing, tmp_path: Path) -> None:
    ring.seal(lock())
    with hsm(tmp_path / "another", TOKEN):
        assert "has no key labeled ring" in refusal(ring)
        lock()  # the same labels, another key
        assert "the HSM's token plateward gave another key" in refusal(ring)
    with hsm(tmp_path / "hsm", TOKEN):
        assert "two tokens are labeled plateward" in refusal(ring, never)


def test_a_library_that_others_can_change_is_not_loaded(ring: KeyRing, tmp_path: Path) -> None:
    copy = tmp_path / "lib.so"
    shutil.copy(MODULE, copy)
    copy.chmod(0o666)
    with pytest.raises(RingLocked, match=r"users other than root.*chmod go-w"):
        pkcs11_lock(str(copy), TOKEN, KEY, never)
    for missing in (str(tmp_path / "none.so"), "libsofthsm2.so"):
        with pytest.raises(RingLocked, match="There is no PKCS#11 module"):
            pkcs11_lock(missing, TOKEN, KEY, never)
    with pytest.raises(RingLocked, match="PKCS11Error OS exception while loading"):
        pkcs11_lock("/etc/passwd", TOKEN, KEY, never)


def test_the_ring_is_moved_to_another_key_to_a_passphrase_and_to_its_files(
    ring: KeyRing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passphrase, "SCRYPT_COST", 14)
    ring.seal(lock())
    KeyRing.open(ring.path, pin).seal(lock("second"))
    KeyRing.open(ring.path, pin).seal(passphrase.passphrase_lock(WORDS))
    assert KeyRing.open(ring.path, lambda: WORDS).key("spool") == ring.key("spool")
    ring.seal(lock("second"))
    KeyRing.open(ring.path, pin).unseal()
    assert KeyRing.open(ring.path, never).key("spool") == ring.key("spool")


def test_the_pin_is_a_credential_of_systemd_that_others_cannot_read(
    ring: KeyRing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ring.seal(lock())
    with pytest.raises(RingLocked, match="none was given"):
        KeyRing.open(ring.path)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    file = tmp_path / passphrase.CREDENTIAL_NAME
    file.write_text(PIN + "\n")
    file.chmod(0o400)
    assert KeyRing.open(ring.path).key("spool") == ring.key("spool")
