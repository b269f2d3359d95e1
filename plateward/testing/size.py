"""How large the product is, at any commits: `./run size [COMMIT …]`. What somebody must maintain, to be compared."""

import ast
import io
import re
import subprocess
import sys
import tarfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from rich.console import Console
from rich.table import Table

BESIDE: Final = re.compile(r"/(?:tests|migrations|bench|demo|simulators|testing)/|/(?:testing|conftest)\.py$")
WORD: Final = re.compile(r"\w+")
READ: Final = (".py", ".html", ".js", ".toml", ".txt", ".md")


@dataclass(frozen=True)
class Module:
    """A Python file of the product. `name`: dotted; `lines`: as `wc -l` counts them."""

    name: str
    lines: int
    tree: ast.Module


def main(commits: list[str]) -> None:
    """Prints a column for each commit, or for HEAD."""
    table = Table("What an agency installs")
    columns = []
    for commit in commits or ["HEAD"]:
        table.add_column(commit, justify="right")
        columns.append(figures(sources(commit)))
    for name in columns[0]:
        table.add_row(name, *(f"{column[name]:,}" for column in columns))
    Console().print(table)


def sources(commit: str) -> dict[str, str]:
    """The text of each file by its path, as it was committed."""
    packed = subprocess.run(["git", "archive", commit], check=True, capture_output=True).stdout
    texts = {}
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        for member in archive:
            file = archive.extractfile(member) if member.name.endswith(READ) else None
            if file:
                texts[member.name] = file.read().decode()
    return texts


def figures(texts: dict[str, str]) -> dict[str, int]:
    """What is counted, by its name."""
    modules = [
        Module(_dotted(path), text.count("\n"), ast.parse(text))
        for path, text in texts.items()
        if path.startswith("plateward/") and path.endswith(".py") and not BESIDE.search(path)
    ]
    importers = Counter(
        name for module in modules for name in _imports(module, {one.name for one in modules})
    )
    mentions = Counter(word for text in texts.values() for word in WORD.findall(text))
    migrations = [path for path in texts if "/migrations/0" in path]
    environment = {
        name for module in modules for name in _constants(module) if re.fullmatch(r"PLATEWARD_\w+", name)
    }
    settings = next(text for path, text in texts.items() if path == "plateward/settings.py")
    return {
        "Lines of Python": sum(module.lines for module in modules),
        "Statements": sum(isinstance(node, ast.stmt) for module in modules for node in ast.walk(module.tree)),
        "Files": len(modules),
        "Modules with one importer": sum(importers[module.name] == 1 for module in modules),
        "Functions and classes mentioned once": sum(mentions[name] == 1 for name in _defined(modules)),
        "Django apps of ours": len(
            re.findall(r'"plateward', settings.partition("INSTALLED_APPS")[2].partition("]")[0])
        ),
        "Numbers of detectors": sum(_numbers(one) for one in modules if ".detectors." in one.name),
        "Environment variables": len(environment),
        "Migrations": len(migrations),
        "Decisions on record": sum(bool(re.match(r"docs/decisions/\d", path)) for path in texts),
        "Lines of bench, demo, simulators, testing": sum(
            text.count("\n")
            for path, text in texts.items()
            if re.match(r"plateward/(?:bench|demo|simulators|testing)/(?!.*tests/).*\.py$", path)
        ),
        "Lines of tests": sum(
            text.count("\n") for path, text in texts.items() if "/tests/" in path and path.endswith(".py")
        ),
    }


def _dotted(path: str) -> str:
    pure = PurePosixPath(path).with_suffix("")
    return ".".join(pure.parent.parts if pure.name == "__init__" else pure.parts)


def _imports(module: Module, known: set[str]) -> set[str]:
    """The product's modules that this one imports."""
    found = set()
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return (found & known) - {module.name}


def _constants(module: Module) -> Iterator[str]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def _defined(modules: list[Module]) -> Iterator[str]:
    """Names of functions and classes, but for those that Python calls by name."""
    for module in modules:
        for node in ast.walk(module.tree):
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("__"):
                yield node.name


def _numbers(module: Module) -> int:
    """Constants of a module that are numbers, or times made of one."""
    values = [node.value for node in module.tree.body if isinstance(node, ast.Assign | ast.AnnAssign)]
    return sum(
        any(
            isinstance(part, ast.Constant) and isinstance(part.value, int | float) for part in ast.walk(value)
        )
        for value in values
        if value is not None
    )


if __name__ == "__main__":
    main(sys.argv[1:])
