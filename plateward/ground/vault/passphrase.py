"""A key ring's passphrase, or the PIN of its HSM: where it comes from; and the passphrase's key.

It never comes from an argument or the environment, which other users of the machine may read.
"""

import os
import stat
import sys
import unicodedata
from getpass import getpass
from pathlib import Path

from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from plateward.ground.policy.trace import enforces
from plateward.ground.vault.files import UnsafeFile
from plateward.ground.vault.locks import AskPassphrase, PassphraseMethod, RingLock, RingLocked

CREDENTIAL_NAME = "plateward-passphrase"  # its name among systemd's credentials
MIN_CHARACTERS, MAX_BYTES = (
    15,
    1024,
)  # characters of a new passphrase (NIST SP 800-63B-4, 3.1.1.2, as the only factor); bytes read
SCRYPT_COST = 17  # scrypt takes 128 MiB and about half a second


@enforces("6.i.i/keys", "SC-28/ring")
def passphrase_lock(text: str) -> RingLock:
    """A lock that this passphrase opens. Raises `RingLocked` if it is too short."""
    if len(text) < MIN_CHARACTERS:
        raise RingLocked(
            f"A passphrase has at least {MIN_CHARACTERS} characters, since a thief can guess at machine speed "
            f"(OPR:50 6.i.i). Use five or more random words. Nothing was changed."
        )
    by = PassphraseMethod(os.urandom(16), SCRYPT_COST)
    return RingLock(by, passphrase_key(by, text))


def passphrase_key(by: PassphraseMethod, text: str) -> bytes:
    """32 bytes. The result does not depend on how a keyboard composes a letter."""
    return Scrypt(salt=by.salt, length=32, n=2**by.cost, r=8, p=1).derive(
        unicodedata.normalize("NFC", text).encode()
    )


def default_passphrase() -> str:
    """From the credential that systemd passes to the service, otherwise typed at the terminal."""
    handed = _credential()
    if handed is not None:
        return handed
    if not sys.stdin.isatty():
        raise RingLocked(
            "The key ring is sealed by a passphrase or PIN, but none was given (OPR:50 6.i.i). Start at a terminal, or "
            f"pass it with --passphrase-fd or as the systemd credential {CREDENTIAL_NAME}."
        )
    return typed_passphrase("Passphrase or PIN of the key ring: ")


def passphrase_source(descriptor: int | None) -> AskPassphrase:
    """From the open file `descriptor` if given, otherwise as usual."""
    return default_passphrase if descriptor is None else lambda: _from_descriptor(descriptor)


def typed_passphrase(prompt: str) -> str:
    """Read a line typed at the terminal, without showing it."""
    try:
        return getpass(prompt)
    except (EOFError, KeyboardInterrupt) as stopped:
        raise RingLocked("No passphrase was entered. Nothing was done.") from stopped


@enforces("6.i.i/keys", "SC-28/ring")
def _credential() -> str | None:
    """Raises `UnsafeFile` if every user could read it. Its group's bits are the mask of the list (ACL) by which systemd
    lets the service's user read it."""
    directory = os.environ.get("CREDENTIALS_DIRECTORY")
    if not directory:
        return None
    file = Path(directory) / CREDENTIAL_NAME
    try:
        if file.stat().st_mode & stat.S_IRWXO:
            raise UnsafeFile(
                f"{file} can be read by every user of this machine; secrets must not be (OPR:50 6.i.i). Fix it: chmod "
                f"o= {file}"
            )
        return _text(file.read_bytes())
    except FileNotFoundError:
        return None
    except OSError as error:
        raise RingLocked(f"The credential {CREDENTIAL_NAME} cannot be read: {error.strerror}.") from error


def _from_descriptor(descriptor: int) -> str:
    """Its first line, read in parts up to the bound."""
    content = b""
    try:
        while len(content) <= MAX_BYTES and b"\n" not in content and (part := os.read(descriptor, MAX_BYTES)):
            content += part
    except OSError as error:
        raise RingLocked(
            f"The passphrase cannot be read from file descriptor {descriptor}: {error.strerror}. "
            "Example: plateward reader … --passphrase-fd 3 3</run/passphrase"
        ) from error
    return _text(content)


def _text(content: bytes) -> str:
    line = content.split(b"\n")[0].removesuffix(b"\r")
    try:
        text = line.decode()
    except UnicodeDecodeError as error:
        raise RingLocked("The passphrase is not UTF-8 text.") from error
    if not text or len(line) > MAX_BYTES:
        raise RingLocked(f"The passphrase is {'empty' if not text else f'longer than {MAX_BYTES} bytes'}.")
    return text
