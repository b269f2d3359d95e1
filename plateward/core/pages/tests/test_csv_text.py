"""No table that leaves as CSV has a cell that a spreadsheet computes, and there is one way to write one."""

import ast
import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import plateward
from plateward.core.pages.csv_export import csv_bytes
from plateward.core.pages.csv_text import FORMULA_STARTS, csv_text

pytestmark = pytest.mark.clause("6.b.i.7/lists")
ROOT = Path(plateward.__file__).parent
WRITES = {"writer", "DictWriter"}


def read(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


@given(st.sampled_from(FORMULA_STARTS), st.text())
def test_no_cell_of_header_or_row_begins_as_a_formula(start: str, rest: str) -> None:
    for rows in (read(csv_text([[start + rest], ["x", start + rest]])), read_bytes([start + rest])):
        assert not [cell for row in rows for cell in row if cell.startswith(FORMULA_STARTS)]


def read_bytes(cells: list[str]) -> list[list[str]]:
    return read(csv_bytes(cells, [cells]).decode("utf-8-sig"))


def test_numbers_and_other_texts_stay_as_they_are() -> None:
    assert read(csv_text([["name", "count"], ["O'Neil, A=B", -3, 2.5, "N/A"]])) == [
        ["name", "count"],
        ["O'Neil, A=B", "-3", "2.5", "N/A"],
    ]


def test_nothing_else_writes_csv() -> None:
    """Over the whole product: every file and route of CSV goes through this, whatever its room."""
    found = {
        path.relative_to(ROOT).as_posix()
        for path in ROOT.rglob("*.py")
        if not {"tests", "testing", "simulators"} & set(path.relative_to(ROOT).parts) and _writes(path)
    }
    assert found == {"core/pages/csv_text.py"}


def _writes(path: Path) -> bool:
    source = path.read_text()
    if "csv" not in source:
        return False
    return any(
        (isinstance(node, ast.Attribute) and node.attr in WRITES and getattr(node.value, "id", "") == "csv")
        or (
            isinstance(node, ast.ImportFrom)
            and node.module == "csv"
            and WRITES & {n.name for n in node.names}
        )
        for node in ast.walk(ast.parse(source))
    )
