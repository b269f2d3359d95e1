"""docs/demo.md: each step begins at a page that its person can open, and what it presses is called so."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from django.urls import resolve

from plateward.demo.agency import MEMBERS
from plateward.people.permissions import ROLE_PERMISSIONS
from plateward.people.route_rules import SignInStage
from plateward.people.routes import ROUTES

PLATEWARD = Path(__file__).resolve().parents[2]
STORY = (PLATEWARD.parent / "docs" / "demo.md").read_text()
CHAPTERS = re.findall(r"^## [A-Za-z]+: `(\w+)`\n(.*?)(?=^## |\Z)", STORY, re.M | re.S)
# Labels of links and fields, and what the demo's own agency calls its lists and cameras.
LABELS = ("navigation.py", "forms.py", "field/hotlists/reasons.py", "demo/agency.py", "demo/furnish.py")
MARKUP = re.compile(r"<[^>]*>|\{%.*?%\}|\{#.*?#\}", re.DOTALL)


@cache
def words_of_pages() -> set[str]:
    """What templates show between two tags, and labels; each whole."""
    templates = PLATEWARD.rglob("templates/**/*.html")
    shown = {text.strip() for file in templates for text in MARKUP.split(file.read_text())}
    sources = (ast.parse(file.read_text()) for name in LABELS for file in PLATEWARD.rglob(name))
    constants = (node for source in sources for node in ast.walk(source) if isinstance(node, ast.Constant))
    return shown | {node.value for node in constants if isinstance(node.value, str)}


def test_each_role_of_the_story_has_its_steps() -> None:
    assert [username for username, _ in CHAPTERS] == ["ada", "elena", "carla", "gloria", "nora"]


@pytest.mark.parametrize(("username", "chapter"), CHAPTERS, ids=[username for username, _ in CHAPTERS])
def test_the_pages_of_a_chapter_open_to_its_person_and_its_words_are_those_of_the_pages(
    username: str, chapter: str
) -> None:
    (role,) = (member.role for member in MEMBERS if member.username == username)
    for path in re.findall(r"`(/[^`]*)`(?! is not for you)", chapter):
        needs = ROUTES[resolve(path).view_name]
        assert isinstance(needs, SignInStage) or needs in ROLE_PERMISSIONS[role], path
    for path in re.findall(r"`(/[^`]*)` is not for you", chapter):
        assert ROUTES[resolve(path).view_name] not in ROLE_PERMISSIONS[role], path
    named = re.findall(r"(?<!\*)\*([A-Z][^*]+)\*(?!\*)", chapter)
    assert {word for words in named for word in words.removesuffix(" (NCIC)").split(", ")} <= words_of_pages()


def test_a_part_of_a_label_and_what_only_code_says_are_no_words_of_pages() -> None:
    assert "Turn sound on" in words_of_pages()
    assert not {"Turn sound", "Case sheet of an alert printed"} & words_of_pages()
