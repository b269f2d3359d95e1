"""Sentences that people read, on pages, in commands and in docs, are in US English and without the words that we gave
up (docs/glossary.md, "Sentences on pages"); days are written in one way."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import plateward

ROOT = Path(plateward.__file__).parent
GIVEN_UP = re.compile(
    r"\b(mend|mended|mending|anew|whoever|whomever|asker|keeper|any ?more|themself|of yours"
    r"|(is|are|was|were) told|Nobody (may|can|is|has|gives|decides|reviews)"
    r"|is so already|looked at already|decided already|have it (decided|mended)"
    r"|[Ee]verybody|[Aa]nybody|(ends?|opens?|stops?|goes( on)?|changes|appears?) by itself|per cent"
    r"|[Ee]-mail|by themselves"
    # British spellings
    r"|authoris\w+|recognis\w+|organis\w+|licences?|enrol|colours?(?! vco)|offences?|cent(re|red)|behaviours?"
    r"|[Cc]ancell(ed|ing)|labell(ed|ing)|favour\w*|neighbour\w*|grey(?! silver)|catalogue|programmes?|towards|whilst"
    # November 26, 2026
    r"|\d\d? (January|February|March|April|May|June|July|August|September|October|November|December),? \d{4})\b"
)
DOCS = ("officer.md", "administrator.md", "operator.md", "evidence.md", "api.md", "demo.md")
CODE_IN_TEMPLATE = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}|<[^>]*>", re.DOTALL)


def sentences(source: str, helps: bool = False) -> Iterator[tuple[int, str]]:
    """Line and text of every string but docstrings, unless commands show them as their help (`helps`); what an f-string
    fills in is left out."""
    tree = ast.parse(source)
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and not helps}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.lineno, node.value


def readable(template: str) -> Iterator[tuple[int, str]]:
    """Line and text of what a template shows: no tags, and the labels within them."""
    for number, line in enumerate(template.splitlines(), 1):
        labels = re.findall(r'(?:aria-label|title|caption|default)[=:]"([^"]*)"', line)
        yield number, " ".join([CODE_IN_TEMPLATE.sub(" ", line), *labels])


def texts(file: Path) -> Iterator[tuple[int, str]]:
    match file.suffix:
        case ".py":
            return sentences(file.read_text(), helps=file.name == "cli.py")
        case ".md" | ".typ":
            return enumerate(file.read_text().splitlines(), 1)
    return readable(file.read_text())


def test_no_sentence_has_a_word_that_was_given_up() -> None:
    files = [
        file
        for pattern in ("*.py", "templates/**/*.html")
        for file in ROOT.rglob(pattern)
        if not {"tests", "testing", "migrations", "bench", "simulators"} & {*file.relative_to(ROOT).parts}
    ]
    assert len(files) > 100
    docs = ROOT.parent / "docs"
    files += [ROOT.parent / "README.md", *(docs / name for name in DOCS), *docs.glob("administrator/*.md")]
    files.append(ROOT / "demo" / "card.typ")
    wrong = [
        f"{file.relative_to(ROOT.parent)}:{line}: {text.strip()[:80]}"
        for file in files
        for line, text in texts(file)
        if (" " in text or text[:1].isupper()) and r"\b" not in text and GIVEN_UP.search(text)
    ]
    assert wrong == []


def test_it_finds_them() -> None:
    assert [
        line for line, text in sentences('"""Mend it."""\nx = f"Ask for {it} anew."') if GIVEN_UP.search(text)
    ] == [2]
    assert [text for _, text in readable('<p title="Told anew">{% if mended %}Fine') if GIVEN_UP.search(text)]
    assert not [text for _, text in readable("<p>{% if mended %}Fine") if GIVEN_UP.search(text)]
