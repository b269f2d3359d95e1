"""A key ring locked by a passphrase or the machine's TPM2."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from plateward.ground.vault import passphrase, tpm2
from plateward.ground.vault.keyring import RING_FILE, SEALED_FILE, KeyRing, KeyRingWrong
from plateward.ground.vault.locks import RingLocked, Tpm2Method
from plateward.testing.tpm2 import chip

WORDS = "corral lantern mesa thirteen juniper"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passphrase, "SCRYPT_COST", 14)
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)


@pytest.fixture
def ring(tmp_path: Path) -> KeyRing:
    return KeyRing.first_start(tmp_path / "keys", tmp_path / "data")


def secrets(ring: KeyRing) -> list[bytes]:
    """The ring's own bytes, as text and raw."""
    parts = json.loads((ring.path / RING_FILE).read_bytes())
    texts = [str(parts[name]) for name in ("sealing", "signing")]
    return [form for text in texts for form in (text.encode(), bytes.fromhex(text))]


def raw(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file())


def never() -> str:
    raise AssertionError("the passphrase was asked for")


@pytest.mark.clause("6.i.i/keys", "SC-28/ring")
def test_a_ring_sealed_by_a_passphrase_opens_only_with_it_and_leaves_nothing_in_clear(
    ring: KeyRing,
) -> None:
    clear = secrets(ring)
    (ring.path / f".{RING_FILE}.0011223344556677").write_bytes(
        (ring.path / RING_FILE).read_bytes()
    )  # left by a crash
    ring.seal(passphrase.passphrase_lock(WORDS))
    assert [file.name for file in ring.path.iterdir()] == [SEALED_FILE]
    assert not any(secret in raw(ring.path) for secret in clear)
    assert KeyRing.open(ring.path, lambda: WORDS).key("spool") == ring.key("spool")
    with pytest.raises(RingLocked, match=r"the passphrase is wrong.*6\.i\.i") as refused:
        KeyRing.open(ring.path, lambda: WORDS + " ")
    assert "\n" not in str(refused.value)


@pytest.mark.clause("6.i.i/keys")
def test_the_clear_file_is_overwritten_before_it_is_removed(ring: KeyRing, tmp_path: Path) -> None:
    clear = secrets(ring)
    os.link(ring.path / RING_FILE, tmp_path / "same-blocks")
    ring.seal(passphrase.passphrase_lock(WORDS))
    assert not any(secret in (tmp_path / "same-blocks").read_bytes() for secret in clear)


@pytest.mark.clause("6.i.i/keys")
def test_clear_files_left_by_a_crash_during_sealing_are_erased_at_the_next_start(ring: KeyRing) -> None:
    clear = (ring.path / RING_FILE).read_bytes()
    ring.seal(passphrase.passphrase_lock(WORDS))
    (ring.path / RING_FILE).write_bytes(clear)
    (ring.path / RING_FILE).chmod(0o600)
    assert KeyRing.open(ring.path, lambda: WORDS).key("spool") == ring.key("spool")
    assert not (ring.path / RING_FILE).exists()


@pytest.mark.clause("6.i.i/keys")
def test_a_sealed_ring_is_never_made_anew(ring: KeyRing, tmp_path: Path) -> None:
    ring.seal(passphrase.passphrase_lock(WORDS))
    for again in (
        KeyRing.create(ring.path, lambda: WORDS),
        KeyRing.first_start(ring.path, tmp_path / "data", lambda: WORDS),
    ):
        assert again.key("spool") == ring.key("spool")
    assert not (ring.path / RING_FILE).exists()


@pytest.mark.clause("6.i.i/keys")
def test_after_a_change_the_old_passphrase_opens_nothing_not_even_old_blocks(
    ring: KeyRing, tmp_path: Path
) -> None:
    ring.seal(passphrase.passphrase_lock(WORDS))
    old = (ring.path / SEALED_FILE).read_bytes()
    os.link(ring.path / SEALED_FILE, tmp_path / "same-blocks")
    KeyRing.open(ring.path, lambda: WORDS).seal(passphrase.passphrase_lock(WORDS.upper()))
    assert KeyRing.open(ring.path, WORDS.upper).key("spool") == ring.key("spool")
    with pytest.raises(RingLocked):
        KeyRing.open(ring.path, lambda: WORDS)
    assert old[-64:] not in (tmp_path / "same-blocks").read_bytes()


def test_unsealed_it_opens_without_a_question(ring: KeyRing) -> None:
    ring.seal(passphrase.passphrase_lock(WORDS))
    KeyRing.open(ring.path, lambda: WORDS).unseal()
    assert [file.name for file in ring.path.iterdir()] == [RING_FILE]
    assert KeyRing.open(ring.path, never).key("spool") == ring.key("spool")


@pytest.mark.clause("6.i.i/keys")
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b'{"by": {"by": "passphrase", "salt": "AAAAAAAAAAAAAAAAAAAAAA==", "cost": 40}, "secrets": ""}',
        b'{"by": {"by": "nobody"}, "secrets": ""}',
    ],
    ids=["empty", "nothing", "would take all memory", "unknown"],
)
def test_an_altered_file_is_called_damaged_before_anything_is_asked(ring: KeyRing, content: bytes) -> None:
    ring.seal(passphrase.passphrase_lock(WORDS))
    (ring.path / SEALED_FILE).write_bytes(content)
    with pytest.raises(KeyRingWrong, match=r"ring\.sealed is damaged"):
        KeyRing.open(ring.path, never)


@pytest.mark.clause("6.i.i/keys", "SC-28/ring")
def test_sealed_by_the_tpm2_it_opens_on_this_machine_alone(ring: KeyRing, tmp_path: Path) -> None:
    clear = secrets(ring)
    with chip(tmp_path / "chip"):
        ring.seal(tpm2.tpm2_lock())
        assert KeyRing.open(ring.path, never).key("spool") == ring.key("spool")
    assert not any(secret in raw(ring.path) for secret in clear)
    with chip(tmp_path / "chip"):  # restarted
        opened = KeyRing.open(ring.path, never)
        assert isinstance(opened.by, Tpm2Method)
    with (
        chip(tmp_path / "another"),
        pytest.raises(RingLocked, match="only on the machine where it was sealed"),
    ):
        KeyRing.open(ring.path, never)


@pytest.mark.clause("6.i.i/keys")
def test_the_tpm2_opens_nothing_after_a_different_boot(ring: KeyRing, tmp_path: Path) -> None:
    with chip(tmp_path / "chip"):
        ring.seal(tpm2.tpm2_lock())
        subprocess.run(["tpm2_pcrextend", f"7:sha256={'5a' * 32}"], check=True)
        with pytest.raises(RingLocked, match="Secure Boot as it was then"):
            KeyRing.open(ring.path, never)


def test_without_a_chip_or_its_tools_the_ring_stays_as_it_is(
    ring: KeyRing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TPM2TOOLS_TCTI", "device:/no/such/chip")
    with pytest.raises(RingLocked, match=r"TPM2 of this machine refuses|tpm2-tools is not installed"):
        tpm2.tpm2_lock()
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(RingLocked, match="apt install tpm2-tools"):
        tpm2.tpm2_lock()
    assert KeyRing.open(ring.path, never).by is None


@pytest.mark.clause("6.i.i/rotation", "SC-28/rotation")
def test_whoever_has_the_ring_open_knows_its_new_lock_from_an_altered_file(ring: KeyRing) -> None:
    """Sealed, locked otherwise, and unsealed by another process, while this one runs."""
    running = KeyRing.open(ring.path)
    ring.seal(passphrase.passphrase_lock(WORDS))
    running.require_unchanged()
    ring.seal(passphrase.passphrase_lock(WORDS + " two"))
    running.require_unchanged()
    assert KeyRing.lock(ring.path).version == 2
    file = ring.path / SEALED_FILE
    good = file.read_bytes()
    for altered in (good.replace(b'"version":2', b'"version":3'), good.replace(b'"cost":14', b'"cost":15')):
        assert altered != good
        file.write_bytes(altered)
        with pytest.raises(KeyRingWrong, match="is not as it was"):
            running.require_unchanged()
    file.write_bytes(good)
    other = KeyRing.create(ring.path.with_name("other"))
    other.seal(passphrase.passphrase_lock(WORDS))
    file.write_bytes((other.path / SEALED_FILE).read_bytes())
    with pytest.raises(KeyRingWrong, match="is not as it was"):
        running.require_unchanged()
    file.write_bytes(good)
    ring.unseal()
    running.require_unchanged()
