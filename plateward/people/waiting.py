"""What each room declares for the home page: what waits for a person, and panels. The top room
assembles them (web/home.py), for the person whose page it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from typing import TYPE_CHECKING, Any

from django.db.models import Aggregate, Count, Min, QuerySet

from plateward.core.db.any_row import AnyRow
from plateward.ground import clock

if TYPE_CHECKING:
    from plateward.people.navigation import Viewer

SOON = timedelta(days=1)  # what is due sooner stands out


@dataclass(frozen=True)
class State:
    """How long something waits, in words; `tag`: good, normal or bad."""

    text: str
    tag: str = "good"


@dataclass(frozen=True)
class Waiting:
    """How many things of one kind wait for one person; since when the oldest does, and by when the first is due, as far
    as either is known. `link`: where they are, if not on the matter's own page."""

    count: int = 0
    since: datetime | None = None
    due: datetime | None = None
    link: str = ""

    @classmethod
    def of(
        cls, since: Iterable[datetime] = (), due: Iterable[datetime | None] = (), link: str = ""
    ) -> Waiting:
        """Of these times, one for each thing in at least one of the two."""
        begun, dues = list(since), list(due)
        count = max(len(begun), len(dues))
        return cls(count, min(begun, default=None), min(filter(None, dues), default=None), link)

    @classmethod
    def among(cls, rows: QuerySet[Any], since: str = "", due: str = "", link: str = "") -> Waiting:
        """Of these rows with these fields, in one query that reads none of them."""
        asked: dict[str, Aggregate] = {"count": Count("pk")}
        asked |= {name: Min(field) for name, field in (("since", since), ("due", due)) if field}
        return cls(**rows.order_by().aggregate(**asked), link=link)

    def urgency(self, now: datetime) -> tuple[int, float]:
        """Sorts the urgent first: what is due by when it is, then what is not by when it began."""
        if self.due:
            return 0, (self.due - now).total_seconds()
        return 1, (self.since - now).total_seconds() if self.since else 0

    def state(self, now: datetime) -> State:
        """How late it is, or how much time is left, or how long it has waited; no words if no time is known."""
        if self.due and self.due <= now:
            return State(f"Overdue {clock.format_span(now - self.due)}", "bad")
        if self.due:
            left = self.due - now
            return State(f"Due in {clock.format_span(left)}", "normal" if left < SOON else "good")
        return State(f"Waiting {clock.format_span(now - self.since)}" if self.since else "")


Look = Callable[["Viewer"], Waiting]


def if_any(rows: Callable[[], QuerySet[Any]]) -> Callable[[Look], Look]:
    """Looks only if there are such rows, for whomever. Nearly always there are none, and whose they are takes long to
    ask."""
    any_row = AnyRow(rows)

    def only(look: Look) -> Look:
        @wraps(look)
        def asked(viewer: Viewer) -> Waiting:
            return look(viewer) if any_row() else Waiting()

        return asked

    return only


@dataclass(frozen=True)
class Matter:
    """A kind of thing that may wait for those who may open `route`. `label`: its name in the plural. `page`: the route
    of the page where it is, if the first one takes arguments."""

    route: str
    label: str
    look: Look
    page: str = ""

    def count(self, viewer: Viewer) -> int:
        """How many wait: for links of the navigation, which so ask nothing of their own."""
        return viewer.ask(self.look).count


@dataclass(frozen=True)
class Panel:
    """A part of the home page with a template of its own, for those who may open `route`. `look`: its context; empty if
    it has nothing for this person."""

    route: str
    template: str
    look: Callable[[Viewer], dict[str, Any]]
