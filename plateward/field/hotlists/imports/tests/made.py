"""Helpers for the tests of imports."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from plateward.core.pages.csv_import import RejectedLine
from plateward.field.hotlists.imports import text
from plateward.field.hotlists.imports.apply import apply_load
from plateward.field.hotlists.imports.preview import preview_load
from plateward.field.hotlists.imports.receive import receive_file
from plateward.field.hotlists.imports.rows import FormatReader, ImportRow, ImportTerms
from plateward.field.hotlists.models import Entry, Load
from plateward.field.hotlists.reasons import REASONS
from plateward.testing.hotlist import GLORIA

NOW = datetime(2026, 7, 1, 18, 0, tzinfo=UTC)
DENVER = ZoneInfo("America/Denver")
TERMS = ImportTerms(REASONS, NOW, DENVER)
HEAD = "plate,state,reason,priority,expires\n"
NCIC_HEAD = "HEADER OF AN INVENTED EXTRACT\n"


def read(format: FormatReader, content: bytes) -> tuple[list[ImportRow], list[RejectedLine]]:
    """A whole file, as rows and rejections."""
    rows: list[ImportRow] = []
    bad: list[RejectedLine] = []
    for line in format.read(text.read_lines([content], format.encoding), TERMS):
        if isinstance(line, ImportRow):
            rows.append(line)
        else:
            bad.append(line)
    return rows, bad


def vehicle(number: int, code: str = "V", plate: str = "", state: str = "NM", color: str = "BLK") -> str:
    """One entry's line of a made-up extract."""
    plate = plate or f"T{number:06d}"
    return f"{code}{number:09d}NM0000000" + f"20260105{plate:<10}{state}2027PC2019CHEVTAH4D{color}\n"


def looked(content: str | bytes, name: str = "Hot file", source: str = "NCIC", format: str = "csv") -> Load:
    data = content.encode() if isinstance(content, str) else content
    return preview_load(GLORIA, receive_file(GLORIA, name, source, "list.txt", [data], format))


def applied(content: str | bytes, **more: str) -> Load:
    return apply_load(GLORIA, looked(content, **more))


def live() -> set[str]:
    return set(Entry.objects.in_force().values_list("plate", flat=True))
