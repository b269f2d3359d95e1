"""Which code and which tests cite a part of a row: read from the source, without importing it."""

import ast
import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from plateward.ground.errors import PlatewardError

# In an installed package, which has no tests, under its folder: what they cite (hatch_build.py).
CITED_BY_TESTS: Final = Path("ground", "policy", "cited_by_tests.json")

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


class CitationError(PlatewardError):
    """The source cites a part in a form that cannot be followed."""


@dataclass(frozen=True)
class Citation:
    """The code or test `at` cites `part` (`6.h.iii/approval`): `plateward.ground.vault.keyring:41`, or a pytest node
    id."""

    part: str
    at: str


@dataclass(frozen=True)
class Citations:
    """All citations of a source tree."""

    code: tuple[Citation, ...]
    tests: tuple[Citation, ...]


def collect_citations(package: Path) -> Citations:
    """Read every Python file in a package's folder: tests are in `tests/test_*.py`, the rest is code."""
    code: list[Citation] = []
    tests: list[Citation] = []
    for file in sorted(package.rglob("*.py")):
        inside = file.relative_to(package.parent)
        is_test = "tests" in inside.parts
        if is_test and not file.name.startswith("test_"):
            continue
        source = file.read_text(encoding="utf-8")
        if "enforces(" not in source and "clause(" not in source:  # most files: parsing is slow
            continue
        tree = ast.parse(source, filename=str(file))
        if is_test:
            tests.extend(_test_citations(tree, inside.as_posix()))
        else:
            code.extend(_code_citations(tree, inside))
    listed = package / CITED_BY_TESTS
    if listed.exists():
        tests = [Citation(**cited) for cited in json.loads(listed.read_text(encoding="utf-8"))]
    return Citations(tuple(code), tuple(tests))


def written(citations: Sequence[Citation]) -> str:
    """As an installed package has them in place of its tests."""
    return json.dumps([asdict(citation) for citation in citations])


def refuse_unknown(citations: Citations, parts: Collection[str]) -> None:
    """Raise `CitationError`, naming each place, if what a citation names is not in `parts`."""
    wrong = [citation for citation in (*citations.code, *citations.tests) if citation.part not in parts]
    if wrong:
        places = "; ".join(f"{citation.at} cites {citation.part}" for citation in wrong)
        raise CitationError(
            f"No policy pack has this part: {places}. Cite a row's part, as in 6.h.iii/approval, or add it to its pack."
        )


def _code_citations(tree: ast.Module, inside: Path) -> Iterator[Citation]:
    parts = inside.with_suffix("").parts
    module = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
    for node in _statements(tree):
        if isinstance(node, Definition):
            for mark in node.decorator_list:
                if isinstance(mark, ast.Call) and _last_name(mark.func) == "enforces":
                    at = f"{module}:{mark.lineno}"
                    yield from (Citation(part, at) for part in _cited_parts(mark, at))


def _statements(node: ast.AST) -> Iterator[ast.AST]:
    """Those in a module, function or branch, at any depth. Expressions have no definitions, and are most of a tree."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.expr):
            yield child
            yield from _statements(child)


def _test_citations(
    scope: ast.Module | ast.ClassDef, node_id: str, above: tuple[ast.Call, ...] = ()
) -> Iterator[Citation]:
    """The marks on each test of a module or class: its own, its class's, and the module's `pytestmark`."""
    for statement in scope.body:
        if isinstance(statement, ast.Assign) and any(
            _last_name(target) == "pytestmark" for target in statement.targets
        ):
            above += tuple(_clause_marks(statement.value))
    for statement in scope.body:
        if not isinstance(statement, Definition):
            continue
        marks = (*above, *(call for mark in statement.decorator_list for call in _clause_marks(mark)))
        at = f"{node_id}::{statement.name}"
        if isinstance(statement, ast.ClassDef):
            if statement.name.startswith("Test"):
                yield from _test_citations(statement, at, marks)
        elif statement.name.startswith("test"):
            parts = dict.fromkeys(part for mark in marks for part in _cited_parts(mark, at))
            yield from (Citation(part, at) for part in parts)


def _clause_marks(node: ast.expr) -> Iterator[ast.Call]:
    """Every `pytest.mark.clause(…)` inside an expression: alone, in a list, or in a `pytest.param`."""
    for inner in ast.walk(node):
        if not isinstance(inner, ast.Call) or not isinstance(inner.func, ast.Attribute):
            continue
        if inner.func.attr == "clause" and _last_name(inner.func.value) == "mark":
            yield inner


def _cited_parts(call: ast.Call, at: str) -> list[str]:
    ids = [arg.value for arg in call.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
    if not ids or len(ids) != len(call.args) or call.keywords:
        raise CitationError(f"{at} must cite parts as plain strings, so that the report can read them.")
    return ids


def _last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else ""
