"""Tables as CSV that is safe to open in a spreadsheet; csv_import.py reads uploaded ones."""

from collections.abc import Iterable
from typing import Any

from django.utils.timezone import localtime

from plateward.core.pages.csv_text import csv_text
from plateward.ground import clock
from plateward.ground.policy.trace import enforces


@enforces("6.b.i.7/lists")
def csv_bytes(header: Iterable[str], rows: Iterable[Iterable[object]]) -> bytes:
    """CSV in UTF-8 with a byte order mark, so that Excel reads names right."""
    return csv_text([header, *rows]).encode("utf-8-sig")


@enforces("5.c/cji")
def saved_as(what: str, suffix: str = "csv") -> dict[str, Any]:
    """Response arguments so that a browser saves such a file, named by content and time, and marked as CJI."""
    name = f"{what}-{localtime(clock.now()):%Y-%m-%d-%H%M}-CJI.{suffix}"
    kind = {
        "csv": "text/csv; charset=utf-8",
        "jpg": "image/jpeg",
        "json": "application/json",
        "jsonl": "application/jsonl",
        "md": "text/markdown; charset=utf-8",
        "pdf": "application/pdf",
        "zip": "application/zip",
    }[suffix]
    return {"content_type": kind, "headers": {"Content-Disposition": f'attachment; filename="{name}"'}}
