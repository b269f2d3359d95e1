"""No entry is cut silently: only the log cuts what is too long, and marks it."""

import ast
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

import plateward
from plateward.core.audit import leaf, rules

PACKAGE = Path(plateward.__file__).parent
WRITES = {"act", "note", "record"}


def cuts() -> Iterator[str]:
    """Where code slices a value on its way to the log."""
    for path in sorted(PACKAGE.rglob("*.py")):
        if "tests" in path.parts:
            continue
        for call in ast.walk(ast.parse(path.read_text())):
            if isinstance(call, ast.Call) and ast.unparse(call.func).rpartition(".")[2] in WRITES:
                yield from (
                    f"{path.relative_to(PACKAGE)}:{part.lineno}"
                    for part in ast.walk(call)
                    if isinstance(part, ast.Subscript) and isinstance(part.slice, ast.Slice)
                )


@pytest.mark.clause("6.b.i.9/entries", "AU-3/fields")
def test_nothing_is_cut_before_the_log_can_say_so() -> None:
    assert list(cuts()) == []


@pytest.mark.clause("6.b.i.9/entries", "AU-3/fields")
@given(st.lists(st.lists(st.text(max_size=300) | st.integers(0, 9), max_size=400), max_size=4))
def test_a_list_is_whole_or_says_how_many_it_had(noted: list[list[str | int]]) -> None:
    details = rules.fit_details({f"list_{n}": values for n, values in enumerate(noted)}, {})
    for number, values in enumerate(noted):
        written = details[f"list_{number}"]
        assert isinstance(written, list)
        if len(written) != len(values) or written[-1:] == [f"… ({len(values)} items)"]:
            assert written[-1] == f"… ({len(values)} items)"


@pytest.mark.clause("6.b.i.9/entries", "AU-3/fields")
def test_what_was_noted_before_stays_as_it_was_when_more_is_noted() -> None:
    many = [f"person{n:05}" for n in range(9000)]
    first = rules.fit_details({"people": many}, {})
    second = rules.fit_details({"units": ["Unit 12"]}, first)
    assert second["people"] == first["people"]
    assert isinstance(first["people"], list)
    assert first["people"][-1] == "… (9000 items)"


def test_the_largest_details_are_read_by_the_verifier() -> None:
    texts = {f"text_{n}": "\x01" * 5000 for n in range(16)}
    lists = {f"list_{n}": ["\x01" * 500] * 999 for n in range(16)}
    assert len(msgspec.json.encode(rules.fit_details(texts | lists, {}))) < leaf.MAX_LEAF_BYTES / 2
