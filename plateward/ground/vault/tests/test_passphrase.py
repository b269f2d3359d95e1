import os
import subprocess
import sys
from pathlib import Path

import pytest

from plateward.ground.vault import passphrase
from plateward.ground.vault.files import UnsafeFile
from plateward.ground.vault.locks import PassphraseMethod, RingLocked
from plateward.ground.vault.passphrase import (
    CREDENTIAL_NAME,
    default_passphrase,
    passphrase_key,
    passphrase_lock,
    passphrase_source,
)

WORDS = "corral lantern mesa thirteen juniper"


@pytest.fixture(autouse=True)
def _nobody_at_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passphrase, "SCRYPT_COST", 14)
    monkeypatch.setattr("sys.stdin", open(os.devnull))  # noqa: SIM115
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)


def handed(content: bytes) -> str:
    """The passphrase read from a pipe with this content."""
    end, start = os.pipe()
    os.write(start, content)
    os.close(start)
    try:
        return passphrase_source(end)()
    finally:
        os.close(end)


@pytest.mark.clause("6.i.i/keys", "SC-28/ring")
def test_each_lock_has_a_salt_of_its_own() -> None:
    first, second = passphrase_lock(WORDS), passphrase_lock(WORDS)
    assert first.key != second.key
    assert isinstance(first.by, PassphraseMethod)
    assert passphrase_key(first.by, WORDS) == first.key


@pytest.mark.clause("6.i.i/keys")
def test_a_short_passphrase_is_refused() -> None:
    with pytest.raises(RingLocked, match="at least 15 characters"):
        passphrase_lock("coyote-1")


def test_a_letter_is_the_same_however_a_keyboard_composes_it() -> None:
    composed = "se\u00f1or lantern mesa thirteen"
    made = passphrase_lock(composed)
    assert isinstance(made.by, PassphraseMethod)
    assert passphrase_key(made.by, "sen\u0303or lantern mesa thirteen") == made.key


@pytest.mark.parametrize("end", [b"", b"\n", b"\r\n", b"\nsomething else\n"])
def test_an_open_file_gives_its_first_line(end: bytes) -> None:
    assert handed(WORDS.encode() + end) == WORDS


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"", "empty"), (b"\n", "empty"), (b"x" * 3000, "longer than 1024"), (b"\xff" * 20, "not UTF-8 text")],
)
def test_what_is_no_passphrase_is_said_so(content: bytes, says: str) -> None:
    with pytest.raises(RingLocked, match=says):
        handed(content)


def test_a_file_that_is_not_open_is_said_so() -> None:
    with pytest.raises(RingLocked, match="file descriptor 987: Bad file descriptor"):
        passphrase_source(987)()


@pytest.mark.clause("6.i.i/keys", "SC-28/ring")
def test_the_credential_of_a_service_is_taken_unless_others_can_read_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    with pytest.raises(RingLocked, match="none was given"):
        default_passphrase()
    file = tmp_path / CREDENTIAL_NAME
    file.write_text(WORDS + "\n")
    file.chmod(0o444)
    with pytest.raises(UnsafeFile, match=r"every user of this machine.*6\.i\.i.*chmod o="):
        default_passphrase()
    file.chmod(0o440)  # as systemd's look, by a list (ACL)
    assert default_passphrase() == WORDS


def test_where_nobody_can_type_one_it_says_how_to_hand_it_over() -> None:
    with pytest.raises(RingLocked, match=f"--passphrase-fd or as the systemd credential {CREDENTIAL_NAME}"):
        default_passphrase()


def test_a_terminal_that_is_closed_is_told_in_a_sentence() -> None:
    code = (
        "import sys; sys.stdin.isatty = lambda: True\n"
        "from plateward.ground.vault.passphrase import default_passphrase\n"
        "try: default_passphrase()\n"
        "except Exception as error: print(error)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        start_new_session=True,
    )
    assert "No passphrase was entered" in done.stdout
