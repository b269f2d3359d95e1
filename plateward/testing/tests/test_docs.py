"""What the documents refer to is there: pages and headings, decisions, settings, commands."""

import re
from itertools import chain
from pathlib import Path

import pytest

import plateward
from plateward.ground.config.cli import markdown
from plateward.testing.command_tree import every_command

ROOMS = Path(plateward.__file__).parent
ROOT = ROOMS.parent
DECISIONS = ROOT / "docs" / "decisions"
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"\]\(((?!https?:)[^)\s]+)\)")
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


def test_the_reference_of_settings_is_what_is_declared() -> None:
    assert (ROOT / "docs" / "administrator" / "settings.md").read_text("utf-8") == markdown()


def test_a_command_that_a_document_names_is_there() -> None:
    lacking = [
        f"{page.relative_to(ROOT)}: {found[0]}"
        for page in PAGES
        if DECISIONS not in page.parents
        for found in re.finditer(
            r"(?:^|`|bin/)plateward ([a-z][a-z-]+)(?: ([a-z][a-z-]+))?", page.read_text("utf-8"), re.MULTILINE
        )
        if not is_command(*found.groups())
    ]
    assert lacking == []


def is_command(name: str, second: str | None) -> bool:
    if name not in {path[0] for path in every_command()}:
        return False
    seconds = {path[1] for path in every_command() if path[0] == name and len(path) > 1}
    return not seconds or second is None or second in seconds
