"""What each room declares for every page: navigation links, counts of waiting items, and banners. The top
room assembles them (web/context.py) and computes only what a page shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeVar

from plateward.core.db.broken import leaving_out_broken

if TYPE_CHECKING:
    from django.db.models import Model
    from django.http import HttpRequest

    from plateward.people.access.rules import AccessFacts
    from plateward.people.models import Person

T = TypeVar("T")


@dataclass(frozen=True)
class Viewer:
    """The person the page is for; `facts`: what their access depends on; `authorized`: whether they may work."""

    request: HttpRequest
    person: Person
    facts: AccessFacts
    authorized: bool
    answers: dict[Callable[[Viewer], Any], Any] = field(default_factory=dict)
    left_out: list[Model] = field(default_factory=list)

    def ask(self, question: Callable[[Viewer], T]) -> T:
        """The question's answer, computed once per page. Rows whose seal is broken are `left_out` of it: such a row
        closes its own page, and not all."""
        if question not in self.answers:
            with leaving_out_broken(apart=True) as broken:
                self.answers[question] = question(self)
            self.left_out.extend(broken)
        return self.answers[question]  # type: ignore[no-any-return]


def _nothing(_: Viewer) -> int:
    return 0


@dataclass(frozen=True)
class Link:
    """A page in the navigation, and how many items wait there for a person who may open it. `group`: links of one
    group, one behind the other, are one entry of the second row; in it they make a third."""

    route: str
    label: str
    waiting: Callable[[Viewer], int] = _nothing
    group: str = ""


def grouped(group: str, *links: Link) -> tuple[Link, ...]:
    """These links as a group."""
    return tuple(replace(link, group=group) for link in links)


@dataclass(frozen=True)
class Section:
    """A group of rooms: `pages` are its entries in the navigation; `links` make a second row, or two, on its pages."""

    label: str
    pages: tuple[Link, ...]
    namespaces: frozenset[str]
    links: tuple[Link, ...]


@dataclass(frozen=True)
class Banner:
    """A part of the page that comes anew when it changes (frontend/src/banner.js); `key` identifies each of its
    `rows`."""

    route: str
    label: str
    template: str
    rows: Callable[[Viewer], list[Any]]
    key: Callable[[Any], int]
