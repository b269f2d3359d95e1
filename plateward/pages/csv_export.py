"""Tables as CSV that a spreadsheet opens without running anything; tables.py reads those that somebody sends us."""

import csv
import io
from collections.abc import Iterable
from typing import Any

from django.utils.timezone import localtime

from plateward import clock
from plateward.policy.trace import enforces

# What a spreadsheet takes for the beginning of a formula.
FORMULA_STARTS = (
    "=",
    "+",
    "-",
    "@",
    "\t",
    "\r",
    "\n",
    "＝",
    "＋",
    "－",
    "＠",
)


@enforces("6.b.i.7")
def csv_bytes(header: Iterable[str], rows: Iterable[Iterable[object]]) -> bytes:
    """CSV in UTF-8 with a mark of it, so that Excel reads names right; what could be a formula gets a ' before it."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows([_escape_formula(str(cell)) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def saved_as(what: str) -> dict[str, Any]:
    """What a response says so that a browser saves it as CSV, named by what it is and when, and marked as CJI."""
    name = f"{what}-{localtime(clock.now()):%Y-%m-%d-%H%M}-CJI.csv"
    disposition = f'attachment; filename="{name}"'
    return {"content_type": "text/csv; charset=utf-8", "headers": {"Content-Disposition": disposition}}


def _escape_formula(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell
