"""No row is overwritten with stale values: every save names its columns, or makes the row.

Saving a whole row that was loaded before an act undoes what another act wrote in the meantime: a retired list came
back. So every `save` in the product uses `update_fields` or `force_insert`."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import plateward

ROOT = Path(plateward.__file__).parent
# Forms and sessions have a method of that name but are no rows.
NO_ROWS = ("form.save", "code.save", "request.session.save", "super().save")


def unnamed(source: str) -> Iterator[int]:
    """The lines that save a whole row. A `save` with a target belongs to a picture or a file."""
    for node in ast.walk(ast.parse(source)):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        if node.func.attr != "save" or node.args or ast.unparse(node.func) in NO_ROWS:
            continue
        if not {"update_fields", "force_insert"} & {keyword.arg for keyword in node.keywords}:
            yield node.lineno


def test_every_save_names_its_columns_or_makes_the_row() -> None:
    files = [file for file in ROOT.rglob("*.py") if not {"tests", "migrations"} & {*file.parts}]
    assert len(files) > 100
    wrong = [f"{file.relative_to(ROOT)}:{line}" for file in files for line in unnamed(file.read_text())]
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
