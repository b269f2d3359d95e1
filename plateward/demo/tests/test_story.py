"""docs/demo.md: each step begins at a page that its person can open, and what it presses is called so."""

import re
from pathlib import Path

import pytest
from django.urls import resolve

from plateward.demo.agency import MEMBERS
from plateward.people.permissions import ROLE_PERMISSIONS
from plateward.people.route_rules import SignInStage
from plateward.people.routes import ROUTES

ROOT = Path(__file__).resolve().parents[3]
STORY = (ROOT / "docs" / "demo.md").read_text()
CHAPTERS = re.findall(r"^## [A-Za-z]+: `(\w+)`\n(.*?)(?=^## |\Z)", STORY, re.M | re.S)
WORDS = "\n".join(
    path.read_text()
    for kind in ("*.html", "*.py")
    for path in (ROOT / "plateward").rglob(kind)
    if "demo" not in path.parts
)


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
    for words in re.findall(r"(?<!\*)\*([A-Z][^*]+)\*(?!\*)", chapter):
        for word in words.removesuffix(" (NCIC)").split(", "):
            assert word in WORDS, word
