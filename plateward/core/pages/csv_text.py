"""The one way in which a table becomes CSV: text that no spreadsheet computes. Pure; needs no Django."""

import csv
import io
from collections.abc import Iterable
from typing import Final

from plateward.ground.policy.trace import enforces

# Characters that begin a formula in a spreadsheet.
FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@enforces("6.b.i.7/lists")
def csv_text(rows: Iterable[Iterable[object]]) -> str:
    """These rows, the header first; a cell that a spreadsheet might compute has a ' before it."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([_escape_formula(cell) for cell in row] for row in rows)
    return text.getvalue()


def _escape_formula(cell: object) -> object:
    """The cell as text that no spreadsheet computes; a number is no formula, not even a negative one."""
    if isinstance(cell, int | float):
        return cell
    text = str(cell)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
