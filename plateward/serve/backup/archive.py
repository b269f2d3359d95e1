"""The key archive, for recipients of age (https://age-encryption.org/v1), each by a public key."""

from collections.abc import Sequence
from pathlib import Path

import msgspec
import pyrage
from pyrage import x25519

from plateward.ground.errors import PlatewardError
from plateward.ground.policy.trace import enforces
from plateward.ground.vault.files import erase_file, read_private, replace_secret
from plateward.serve.backup.rules import KeyArchive, NotRestored

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


@enforces("6.i.i/keys", "SC-28/backup")
def write_keys(folder: Path, archive: KeyArchive, recipients: Sequence[x25519.Recipient]) -> None:
    """The one key archive there, in place of the last, and of what killed backups left. Raises OSError."""
    for draft in folder.glob(f".{KEYS_FILE}.*"):
        erase_file(draft)
    replace_secret(folder / KEYS_FILE, pyrage.encrypt(msgspec.msgpack.encode(archive), list(recipients)))


def read_keys(folder: Path, identities: Sequence[x25519.Identity]) -> KeyArchive:
    """Raises NotRestored."""
    path = folder / KEYS_FILE
    try:
        with path.open("rb") as file:
            opened = pyrage.decrypt(file.read(MOST_BYTES), list(identities))
        return msgspec.msgpack.decode(opened, type=KeyArchive)
    except OSError as error:
        raise NotRestored(f"{path} cannot be read: {error.strerror}. Nothing was restored.") from error
    except pyrage.DecryptError as error:
        raise NotRestored(
            f"{path} does not open: none of the identities given is one of its recipients, or it is damaged. Nothing "
            "was restored. Name the identity file of a recipient (--identity), or take another copy."
        ) from error
    except msgspec.DecodeError as error:
        raise NotRestored(
            f"{path} is no key archive of this version of Plateward, or names files outside the hub's folders. Nothing "
            "was restored."
        ) from error
