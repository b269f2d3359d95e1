"""A key ring's passphrase: where it comes from, and the key that it gives.

It is never taken from an argument or from the environment, which other users of the machine may read.
"""

import os
import sys
import unicodedata
from getpass import getpass
from pathlib import Path

from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from plateward.policy.trace import enforces
from plateward.vault.locks import Ask, ByPassphrase, Lock, RingLocked

CREDENTIAL = "plateward-passphrase"  # its name among systemd's credentials
LEAST, MOST = (
    15,
    1024,
)  # characters of a new one (NIST SP 800-63B-4, 3.1.1.2, where it stands alone); bytes read
COST = 17  # scrypt takes 128 MiB and about half a second


@enforces("6.i.i", "SC-28")
def lock(text: str) -> Lock:
    """A lock that this passphrase opens. Raises `RingLocked` for one that is too short."""
    if len(text) < LEAST:
        raise RingLocked(
            f"A passphrase has at least {LEAST} characters, since whoever stole the folder can guess as fast as "
            "their machines go (OPR:50 6.i.i). Take five or more random words. Nothing was changed."
        )
    by = ByPassphrase(os.urandom(16), COST)
    return Lock(by, key(by, text))


def key(by: ByPassphrase, text: str) -> bytes:
    """32 bytes. However a keyboard composes a letter, it is the same passphrase."""
    return Scrypt(salt=by.salt, length=32, n=2**by.cost, r=8, p=1).derive(
        unicodedata.normalize("NFC", text).encode()
    )


def usual() -> str:
    """From the credential that systemd hands to the service, else typed at the terminal."""
    handed = _credential()
    if handed is not None:
        return handed
    if not sys.stdin.isatty():
        raise RingLocked(
            "The key ring is sealed by a passphrase, and none was given (OPR:50 6.i.i). Start at a terminal, hand "
            f"the passphrase over with --passphrase-fd, or as the systemd credential {CREDENTIAL}."
        )
    return typed("Passphrase of the key ring: ")


def source(descriptor: int | None) -> Ask:
    """From the open file `descriptor` where one is named, else as usual."""
    return usual if descriptor is None else lambda: _from_descriptor(descriptor)


def typed(prompt: str) -> str:
    """What somebody types at the terminal, without showing it."""
    try:
        return getpass(prompt)
    except (EOFError, KeyboardInterrupt) as stopped:
        raise RingLocked("No passphrase was typed. Nothing was done.") from stopped


def _credential() -> str | None:
    directory = os.environ.get("CREDENTIALS_DIRECTORY")
    if not directory:
        return None
    try:
        return _text((Path(directory) / CREDENTIAL).read_bytes())
    except FileNotFoundError:
        return None
    except OSError as error:
        raise RingLocked(f"The credential {CREDENTIAL} cannot be read: {error.strerror}.") from error


def _from_descriptor(descriptor: int) -> str:
    """Its first line. Longer pipes are read in parts, up to the bound."""
    content = b""
    try:
        while len(content) <= MOST and b"\n" not in content and (part := os.read(descriptor, MOST)):
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
        raise RingLocked("The passphrase that was handed over is not text in UTF-8.") from error
    if not text or len(line) > MOST:
        raise RingLocked(
            f"The passphrase that was handed over is {'empty' if not text else f'longer than {MOST} bytes'}."
        )
    return text
