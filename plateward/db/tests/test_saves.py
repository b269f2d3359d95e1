"""No row is written over with what was read of it before: whoever saves one names the columns, or makes the row.

A whole row that was loaded before an act, and saved in it, undoes whatever another act wrote meanwhile: a list that was
retired stood again. So every `save` in the product says `update_fields` or `force_insert`."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import plateward

ROOT = Path(plateward.__file__).parent
# What has a method of that name and is no row: forms, which make one or hand it on, and sessions.
NO_ROWS = ("form.save", "code.save", "request.session.save", "super().save")


def unnamed(source: str) -> Iterator[int]:
    """The lines that save a row as a whole. A `save` with a place to save to is a picture's or a file's."""
    for node in ast.walk(ast.parse(source)):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        if node.func.attr != "save" or node.args or ast.unparse(node.func) in NO_ROWS:
            continue
        if not {"update_fields", "force_insert"} & {one.arg for one in node.keywords}:
            yield node.lineno


@pytest.mark.clause("6.b.i.9")
def test_every_save_names_its_columns_or_makes_the_row() -> None:
    files = [one for one in ROOT.rglob("*.py") if not {"tests", "migrations"} & {*one.parts}]
    assert len(files) > 100
    wrong = [f"{one.relative_to(ROOT)}:{line}" for one in files for line in unnamed(one.read_text())]
    assert wrong == []


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("row.save()", [1]),
        ("self.row.save(using='other')", [1]),
        ("row.save(update_fields=['at'])", []),
        ("row.save(force_insert=True)", []),
        ("form.save(commit=False)", []),
        ("image.save('plate.png')", []),
    ],
)
def test_it_sees_a_row_that_is_saved_as_a_whole(source: str, lines: list[int]) -> None:
    assert list(unnamed(source)) == lines
