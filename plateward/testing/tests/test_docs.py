"""What the documents refer to is there: pages and headings, decisions, settings, commands."""

import re
import shlex
from collections.abc import Iterator
from importlib import import_module
from itertools import chain, takewhile
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.core import TyperGroup
from typer.exceptions import Exit, TyperException

import plateward
from plateward.cli import app
from plateward.ground.config.cli import markdown

ROOMS = Path(plateward.__file__).parent
ROOT = ROOMS.parent
DECISIONS = ROOT / "docs" / "decisions"
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"\]\(((?!https?:)[^)\s]+)\)")
CODE = re.compile(r"^ *```.*\n(?P<block>(?:.*\n)*?) *```$|`(?P<inline>[^`]+)`", re.MULTILINE)
COMMAND = re.compile(r"\s*(?:sudo |ExecStart=)?(?:\S*/bin/)?(plateward |\./run )")
RUN = re.compile(r"^  ([a-z |]+)\) ", re.MULTILINE)
pytestmark = [
    pytest.mark.skipif(not DECISIONS.is_dir(), reason="docs/ is not part of an installed package"),
]


def headings(page: Path) -> set[str]:
    """The addresses of its headings, as a forge makes them."""
    titles = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def test_every_link_leads_to_a_file_and_its_heading() -> None:
    lost = []
    for page in PAGES:
        for link in LINK.findall(page.read_text(encoding="utf-8")):
            name, _, heading = link.partition("#")
            target = (page.parent / name).resolve() if name else page
            if not target.exists() or (heading and heading not in headings(target)):
                lost.append(f"{page.relative_to(ROOT)}: {link}")
    assert lost == []


def test_the_index_lists_every_decision_once() -> None:
    listed = re.findall(r"^\| \[(\d{4})\]\(\1-", (DECISIONS / "README.md").read_text("utf-8"), re.MULTILINE)
    assert sorted(listed) == sorted(file.name[:4] for file in DECISIONS.glob("[0-9]*.md"))


def test_a_decision_that_code_or_a_document_cites_is_there() -> None:
    there = {file.name[:4] for file in DECISIONS.glob("[0-9]*.md")}
    cited = re.compile(r"decisions?[/ ](\d{4})\b|\bADR (\d{4})\b")
    sources = chain(ROOMS.rglob("*.py"), ROOMS.rglob("*.md"), ROOMS.rglob("*.toml"), PAGES)
    assert not [
        f"{file.relative_to(ROOT)}: {found[0]}"
        for file in sources
        for found in cited.finditer(file.read_text(encoding="utf-8"))
        if (found[1] or found[2]) not in there
    ]


def test_each_test_that_the_threats_name_is_there() -> None:
    named = re.findall(r"`(test_\w+)`", (ROOT / "docs" / "threats.md").read_text("utf-8"))
    there = {
        name
        for file in ROOMS.rglob("test_*.py")
        for name in re.findall(r"^ *(?:async )?def (test_\w+)", file.read_text("utf-8"), re.MULTILINE)
    }
    assert len(named) > 20
    assert [name for name in named if name not in there] == []


def test_the_reference_of_settings_is_what_is_declared() -> None:
    assert (ROOT / "docs" / "administrator" / "settings.md").read_text("utf-8") == markdown()


def test_every_command_that_a_document_shows_is_one() -> None:
    """Its words, its options and how many arguments it takes, as the command line itself reads them."""
    assert [
        f"{page.relative_to(ROOT)}:{line}: {' '.join(words)}: {why}"
        for page in PAGES
        if DECISIONS not in page.parents
        for line, words, named in shown_commands(page.read_text("utf-8"))
        if (why := why_wrong(words, named=named))
    ] == []


def test_a_wrong_command_is_found_with_its_line() -> None:
    page = """Run `plateward serv`, never `plateward audit verify` alone.
```
plateward serve --hots 0.0.0.0  # no such option
sudo plateward audit prove      # which entry?
plateward audit \\
  prove x7
./run tets
```
`plateward fleet revoke … | wc`, `.venv/bin/plateward fleet revoke a
b`
"""
    shown = shown_commands(page)
    assert [line for line, words, named in shown if why_wrong(words, named=named)] == [1, 3, 4, 5, 7, 9]


def shown_commands(page: str) -> Iterator[tuple[int, list[str], bool]]:
    """The line, the words, and whether it is in a sentence, where a command may be called by its name."""
    for found in CODE.finditer(page):
        line = page[: found.start()].count("\n") + 1
        if words := words_of(found["inline"] or ""):
            yield line, words, True
        for part in re.findall(r"(?:.*\\\n)*.*\n", found["block"] or ""):
            if words := words_of(part.replace("\\\n", " ")):
                yield line + 1, words, False
            line += part.count("\n")


def words_of(text: str) -> list[str]:
    """`plateward …` or `./run …`, with which a line begins, up to what the shell does with its output."""
    shown = COMMAND.match(text)
    lexer = shlex.shlex(text[shown.start(1) :] if shown else "", posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    return list(takewhile(lambda word: word.strip("<>|&;()"), lexer))


def why_wrong(words: list[str], *, named: bool) -> str:
    """What the command line says against it; nothing is run. A placeholder (FILE, PORT) may be a number, … the rest."""
    node: Any = typer.main.get_command(app)
    name: Any = "plateward"
    rest, context = words[1:], None
    if words[0] == "./run" and rest[0] not in ("demo", "serve", "bench"):
        if rest[0] not in " ".join(RUN.findall((ROOT / "run").read_text("utf-8"))).split():
            return "no such word"
        if rest[0] != "train":
            return ""  # the others hand their words on to pytest, or take none
        node = typer.main.get_command(import_module("plateward_training.__main__").app)
        name, rest = rest[0], rest[1:]
    cut, rest = "…" in rest, [re.sub("^[A-Z_]+$", "1", word) for word in rest if word != "…"]
    try:
        while rest or not named:
            context = node.make_context(name, list(rest), parent=context)
            if not isinstance(node, TyperGroup):
                break
            name, node, rest = node.resolve_command(context, [*context._protected_args, *context.args])
    except Exit:  # --help, --version
        return ""
    except TyperException as error:
        why = error.format_message()
        return "" if why.endswith("does not exist.") or (cut and why.startswith("Missing")) else why
    return ""
