"""Names of modules, classes and functions are the glossary's words: one for each thing, one thing for each word."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import plateward

ROOMS = Path(plateward.__file__).parent
GLOSSARY = ROOMS.parent / "docs" / "glossary.md"
ASIDE = {"bench", "demo", "migrations", "simulators", "testing", "tests"}
# Words that would fit several rooms: one class may have it bare, the others say of what.
GENERAL = {"Acknowledgment", "Check", "Claim", "Event", "Finding", "Person", "Step", "Verdict"}
# Words that say nothing of a thing. To look up, and look-alikes, are words of their own.
GIVEN_UP = re.compile(
    r"(?:^|_)(?:house|hear|hears|hearing|heard|look|looks|looked|looking)(?:_(?!up|alike)|$)"
)
NO_TIME = re.compile(r"\b(?:int|bool|float|Sequence|IntegerField|JSONField)\b")


@cache
def modules() -> dict[Path, ast.Module]:
    files = (file for file in ROOMS.rglob("*.py") if not ASIDE & {*file.relative_to(ROOMS).parts})
    return {file.relative_to(ROOMS): ast.parse(file.read_text("utf-8")) for file in files}


def nodes() -> Iterator[tuple[Path, ast.AST]]:
    for file, module in modules().items():
        for node in ast.walk(module):
            yield file, node


def test_a_general_word_names_one_class() -> None:
    places = defaultdict(list)
    for file, node in nodes():
        if isinstance(node, ast.ClassDef) and node.name in GENERAL:
            places[node.name].append(str(file))
    assert {name: files for name, files in places.items() if len(files) > 1} == {}


def test_a_class_that_the_glossary_names_is_there() -> None:
    if not GLOSSARY.exists():
        pytest.skip("docs/ is not part of an installed package")
    named = re.findall(r"`(?:\w+\.)*([A-Z]\w*[a-z]\w*)`", GLOSSARY.read_text("utf-8"))
    classes = {node.name for _, node in nodes() if isinstance(node, ast.ClassDef)}
    assert set(named) - classes == set()


def test_no_name_has_a_word_that_was_given_up() -> None:
    names = {f"{file}": file.stem for file in modules()} | {
        f"{file}: {node.name}": re.sub(r"(?<=[a-z])(?=[A-Z])", "_", node.name).lower()
        for file, node in nodes()
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert [place for place, name in names.items() if GIVEN_UP.search(name)] == []


def test_what_ends_in_at_is_a_time() -> None:
    wrong = set()
    for file, node in nodes():
        match node:
            case ast.AnnAssign(target=ast.Name(id=name), annotation=kind):
                pass
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(func=kind)):
                pass
            case ast.arg(arg=name, annotation=ast.expr() as kind):
                pass
            case _:
                continue
        if name.endswith("_at") and NO_TIME.search(ast.unparse(kind)):
            wrong.add(f"{file}: {name}")
    assert wrong == set()
