"""Documents that people upload to be kept and read: bounded, told by their bytes, never opened here, never run by a
browser."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpResponse
from django.utils.http import content_disposition_header

from plateward.ground.errors import ActError

MAX_BYTES = 10 * 1024 * 1024
PDF, TEXT = "application/pdf", "text/plain; charset=utf-8"
# Of a letter on paper, by what its file begins with.
SCANS = {b"%PDF-": PDF, b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}
# How the names of such files end, so that a colleague's machine opens them as what they are: a text named .hta or .cmd
# would be run there.
ENDINGS = {PDF: (".pdf",), TEXT: (".txt", ".md"), "image/jpeg": (".jpg", ".jpeg"), "image/png": (".png",)}


class NotADocument(ActError):
    """This file cannot be kept: the sentence says why."""

    field = "file"


@dataclass(frozen=True)
class UploadedDocument:
    """A file as it came from a browser, with a name that pages and headers can show."""

    name: str
    content: bytes


class DocumentField(forms.FileField):
    """Cleans to an UploadedDocument, or None. The size, of at most so many bytes, is checked before the read."""

    def __init__(self, *, accept: str, most: int = MAX_BYTES, **more: Any) -> None:
        self.most = most
        super().__init__(widget=forms.ClearableFileInput(attrs={"accept": accept}), **more)

    def clean(self, data: Any, initial: Any = None) -> Any:
        file = super().clean(data, initial)
        if not file:
            return None
        if file.size > self.most:
            raise forms.ValidationError(f"The file is larger than {self.most // 1024 // 1024} MiB.")
        return UploadedDocument(safe_file_name(str(file.name)), bytes(file.read()))


def safe_file_name(given: str) -> str:
    """The name without folders and without characters that cannot be shown."""
    name = given.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(character for character in name if character.isprintable())[-100:] or "document"


def media_type_of(content: bytes) -> str:
    """The file type by its bytes, not by a name. Raises NotADocument."""
    if len(content) > MAX_BYTES:
        raise NotADocument(f"The file is larger than {MAX_BYTES // 1024 // 1024} MiB. Make it smaller.")
    if not content.strip():
        raise NotADocument("The file is empty.")
    if content.startswith(b"%PDF-"):
        return PDF
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise NotADocument("The file is not a PDF or UTF-8 text. Save it as one of these.")
    return TEXT


def scan_type_of(content: bytes) -> str:
    """The type of a letter's file, by its bytes. Raises NotADocument."""
    for begins, media_type in SCANS.items():
        if content.startswith(begins):
            return media_type
    raise NotADocument("The file is not a PDF, JPEG or PNG. Scan the letter as one of these.")


def document_response(content: bytes | str, name: str, media_type: str) -> HttpResponse:
    """The file for a browser to save, under a name that ends as its type does."""
    endings = ENDINGS.get(media_type)
    if endings and not name.lower().endswith(endings):
        name += endings[0]
    headers = {
        "Content-Disposition": content_disposition_header(True, name) or "attachment",
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(content, content_type=media_type, headers=headers)
