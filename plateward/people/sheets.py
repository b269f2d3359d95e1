"""Tables as CSV that a spreadsheet opens without running anything, and as bytes that somebody sends us."""

import csv
import io
from collections.abc import Iterable

from plateward.errors import PlatewardError
from plateward.policy.trace import enforces

FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet takes for the beginning of one


class NotATable(PlatewardError):
    """The file as a whole cannot be read; nothing of it was taken."""


@enforces("6.b.i.7")
def sheet(header: Iterable[str], rows: Iterable[Iterable[object]]) -> bytes:
    """CSV in UTF-8 with a mark of it, so that Excel reads names right; what could be a formula gets a ' before it."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows([_safe(str(cell)) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _safe(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def text(content: bytes, at_most: int) -> str:
    """A file's text. Raises NotATable where it is too large (bytes), empty, no UTF-8, or no text at all."""
    if len(content) > at_most:
        raise NotATable(f"The file is larger than {at_most // 1024 // 1024} MiB. Split it.")
    if not content.strip():
        raise NotATable("The file is empty.")
    try:
        read = content.decode("utf-8-sig")
    except UnicodeDecodeError as broken:
        raise NotATable(
            f"The file is not UTF-8 text (byte {broken.start}). Save it as CSV UTF-8 and load it again."
        ) from broken
    if "\0" in read:
        raise NotATable("The file holds zero bytes: it is not a text file.")
    return read
