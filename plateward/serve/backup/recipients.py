"""Who can open a backup: recipients of age (https://age-encryption.org/v1), each by a public key. Only keys are
encrypted to them; the data is under AES-256, as everything at rest."""

from collections.abc import Sequence
from pathlib import Path

import msgspec
import pyrage
from pyrage import x25519

from plateward.ground.errors import PlatewardError
from plateward.ground.policy.trace import enforces
from plateward.ground.vault.files import read_private, replace_secret
from plateward.serve.backup.rules import FORMAT, KeyArchive, NotRestored, require_names
from plateward.serve.backup.target import TargetUnusable

KEYS_FILE = "keys.age"
MOST_BYTES = 256 * 1024 * 1024


class WrongRecipient(PlatewardError):
    """A text is no recipient or identity of age."""


def recipients_of(texts: Sequence[str]) -> list[x25519.Recipient]:
    """Raises WrongRecipient."""
    try:
        return [x25519.Recipient.from_str(text.strip()) for text in texts]
    except pyrage.RecipientError:
        raise WrongRecipient(
            "A recipient is a public key of age, as age-keygen prints it (age1…). Nothing was done."
        ) from None


def identities_of(files: Sequence[Path]) -> list[x25519.Identity]:
    """The private keys in these files, as age-keygen writes them. Raises WrongRecipient, UnsafeFile."""
    found = []
    for file in files:
        try:
            lines = read_private(file).decode().splitlines()
            found += [x25519.Identity.from_str(line) for line in lines if line and not line.startswith("#")]
        except (OSError, UnicodeDecodeError, pyrage.IdentityError):
            raise WrongRecipient(
                f"{file} is not an identity file of age (AGE-SECRET-KEY-…). Nothing was done."
            ) from None
    return found


def write_for(path: Path, content: bytes, recipients: Sequence[x25519.Recipient]) -> None:
    """Replaces the file; its old content is overwritten. Raises OSError."""
    replace_secret(path, pyrage.encrypt(content, list(recipients)))


def read_as(path: Path, identities: Sequence[x25519.Identity]) -> bytes:
    """Raises NotRestored."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise NotRestored(f"{path} is larger than any that a hub makes. Nothing was restored.")
        return bytes(pyrage.decrypt(path.read_bytes(), list(identities)))
    except OSError as error:
        raise NotRestored(f"{path} cannot be read: {error.strerror}. Nothing was restored.") from error
    except pyrage.DecryptError as error:
        raise NotRestored(
            f"{path} does not open: none of the identities given is one of its recipients, or it is damaged. Nothing "
            "was restored. Name the identity file of a recipient (--identity), or take another copy."
        ) from error


@enforces("6.i.i/keys", "SC-28/backup")
def write_keys(folder: Path, archive: KeyArchive, recipients: Sequence[x25519.Recipient]) -> None:
    """The one key archive there, in place of the last. Raises OSError."""
    write_for(folder / KEYS_FILE, msgspec.msgpack.encode(archive), recipients)


def read_keys(folder: Path, identities: Sequence[x25519.Identity]) -> KeyArchive:
    """Raises NotRestored, TargetUnusable."""
    try:
        archive = msgspec.msgpack.decode(read_as(folder / KEYS_FILE, identities), type=KeyArchive)
    except msgspec.DecodeError as error:
        raise TargetUnusable(
            f"{folder / KEYS_FILE} is not a key archive of Plateward. Nothing was restored."
        ) from error
    if archive.format != FORMAT:
        raise TargetUnusable(
            f"{folder / KEYS_FILE} is of another version of Plateward (format {archive.format})."
        )
    require_names([*archive.keys, *archive.days])
    return archive
