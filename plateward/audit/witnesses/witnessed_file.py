"""What this hub cosigned last of each log, beside the keys: a database restored from a backup does not make it sign a
second history."""

import logging
from hashlib import sha256
from pathlib import Path

from django.conf import settings

from plateward.audit.head_places import HeadUnusable
from plateward.audit.tlog.checkpoints import Checkpoint, signed_by
from plateward.audit.tlog.notes import MAX_NOTE_BYTES, BadNote, Note, NoteKey
from plateward.policy.trace import enforces
from plateward.vault.files import replace_file

log = logging.getLogger(__name__)


@enforces("6.b.i.9", "AU-9")
def read_witnessed(key: NoteKey, origin: str) -> Checkpoint | None:
    """The last checkpoint cosigned by `key`, this hub's as a witness: None before the first. Raises HeadUnusable."""
    path = _path(origin)
    try:
        with path.open("rb") as file:
            kept = signed_by(Note.parse(file.read(2 * MAX_NOTE_BYTES)), key)
    except FileNotFoundError:
        return None
    except (OSError, BadNote) as error:
        raise HeadUnusable(
            f"{path} is not the last checkpoint of {origin} that this hub cosigned ({error}). Nothing of that log is "
            "cosigned (CJIS AU-9). Restore the file from the newest backup of the keys."
        ) from error
    if kept.origin != origin:
        raise HeadUnusable(
            f"{path} is of another log than {origin}. Nothing of that log is cosigned (CJIS AU-9)."
        )
    return kept


def keep_witnessed(key: NoteKey, note: Note) -> None:
    """Write a newer checkpoint with its cosignature. A folder that cannot be written stops nothing: the database has
    it."""
    checkpoint = Checkpoint.parse(note.text)
    if read_witnessed(key, checkpoint.origin) == checkpoint:
        return
    try:
        replace_file(_path(checkpoint.origin), bytes(note))
    except OSError as error:
        log.critical(
            "The last checkpoint cosigned for %s was not written beside the keys: %s (AU-5). It will be with the next.",
            checkpoint.origin,
            error.strerror,
        )


def _path(origin: str) -> Path:
    return Path(settings.KEYS) / f"witnessed.{sha256(origin.encode()).hexdigest()[:32]}"
