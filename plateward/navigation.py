"""What a room declares for every page: where its navigation leads, what waits there, and its banners. The top room
puts it together (web/context.py), and asks nothing that no page shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from django.http import HttpRequest

    from plateward.people.access.rules import AccessFacts
    from plateward.people.models import Person

T = TypeVar("T")


@dataclass(frozen=True)
class Viewer:
    """Whose page is made; `facts`: what their access follows from."""

    request: HttpRequest
    person: Person
    facts: AccessFacts
    answers: dict[Callable[[Viewer], Any], Any] = field(default_factory=dict)

    def ask(self, question: Callable[[Viewer], T]) -> T:
        """Its answer, asked for once a page."""
        if question not in self.answers:
            self.answers[question] = question(self)
        return self.answers[question]  # type: ignore[no-any-return]


def _nothing(_: Viewer) -> int:
    return 0


@dataclass(frozen=True)
class Link:
    """A page that navigation leads to, and how many things wait there for a person to whom it is open."""

    route: str
    label: str
    waiting: Callable[[Viewer], int] = _nothing


@dataclass(frozen=True)
class Section:
    """Rooms about one thing: `pages` stand for it in the navigation, `links` in a second row on each of its pages."""

    label: str
    pages: tuple[Link, ...]
    namespaces: frozenset[str]
    links: tuple[Link, ...]


@dataclass(frozen=True)
class Banner:
    """What a page asks for again and again by itself (frontend/src/banner.js); `key` tells one of its `rows` from
    another."""

    route: str
    label: str
    template: str
    rows: Callable[[Viewer], list[Any]]
    key: Callable[[Any], int]
