"""A file in two steps: previewed, then applied by the same person, once. In between it is stored here, not in the
page."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Generic, TypeVar

from django import forms

from plateward.core.audit.actor import Actor
from plateward.core.db.locking import change_row, lock_row
from plateward.core.pages.csv_import import CsvColumns, decode_text
from plateward.core.pages.documents import DocumentField, UploadedDocument
from plateward.core.pages.fields import parse_number
from plateward.core.pages.models import Upload
from plateward.ground import clock
from plateward.ground.errors import ActError
from plateward.ground.policy.trace import enforces

TERM = timedelta(hours=24)  # between preview and act
SHOWN = 200  # lines of a preview, of each kind

T = TypeVar("T")


class UploadGone(ActError):
    """The file cannot be applied any more."""


@dataclass(frozen=True)
class Preview(Generic[T]):
    """An uploaded file, and its effects."""

    upload: Upload
    change: T


class TableFile(forms.Form):
    """A CSV file from a browser. `columns`: the columns to read, and its bounds."""

    file = DocumentField(
        accept=".csv,.txt,text/csv",
        label="CSV file",
        help_text="With a header line, as on this page. You see each line before anything is saved.",
    )

    def __init__(self, columns: CsvColumns, help_text: str, *args: Any) -> None:
        super().__init__(*args)
        field: Any = self.fields["file"]
        field.most, field.help_text = columns.max_bytes, help_text

    def clean_file(self) -> bytes:
        """The file's bytes."""
        document: UploadedDocument = self.cleaned_data["file"]
        self.file_name = document.name
        return document.content


def safe_name(file_name: str) -> str:
    """The name as tables and the log store it."""
    return "".join(letter for letter in file_name if letter.isprintable())[:200] or "file"


def keep(actor: Actor, purpose: str, file_name: str, content: bytes, columns: CsvColumns) -> Upload:
    """Store a previewed file. Raises NotACsvFile."""
    return Upload.objects.create(
        purpose=purpose,
        file_name=safe_name(file_name),
        sha256=hashlib.sha256(content).hexdigest(),
        content=decode_text(content, columns.max_bytes),
        by=actor.key,
    )


@enforces("6.c.ii/people")
def waiting(actor: Actor, purpose: str, key: str) -> Upload:
    """The file that this person previewed, by the key in the page. Raises UploadGone."""
    upload = Upload.objects.filter(purpose=purpose, by=actor.key, pk=parse_number(key) or 0).first()
    if upload is None:
        raise UploadGone("This file is no longer here. Choose it again.")
    return upload


def claim(upload: Upload) -> bytes:
    """Within the act that applies it: the file's content, returned only once. Raises UploadGone."""
    # Two requests may arrive at once: only the first finds it not applied.
    locked = lock_row(upload)
    if locked.applied_at or locked.uploaded_at <= clock.now() - TERM:
        raise UploadGone(
            f"{upload.file_name} was already applied, or previewed more than 24 hours ago. Choose it again."
        )
    content = str(locked.content).encode()
    change_row(locked, applied_at=clock.now(), content="")
    return content


def forget_overdue() -> None:
    """Delete files that nobody applied in time."""
    Upload.objects.filter(applied_at=None, uploaded_at__lte=clock.now() - TERM).delete()
