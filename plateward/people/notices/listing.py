"""A person's notices as pages show them: what is still to do, what is new, and what is done, each by topic."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.db.models import BooleanField, Count, ExpressionWrapper, Min, Q, QuerySet
from django.urls import Resolver404, resolve

from plateward.ground.policy.trace import enforces
from plateward.people.models import Person
from plateward.people.notices.kinds import ASKING, CONFIDENTIAL, Topic, topic_of
from plateward.people.notices.models import Notice
from plateward.people.reach import visible_people
from plateward.people.routes import may_open

MOST_NEW = 5  # on the home page
MOST_OF_OTHERS = 100


@dataclass(frozen=True)
class NoticeRow:
    """A notice, and the page to which it leads; "" if it leads nowhere that its person may go now."""

    notice: Notice
    link: str

    @property
    def is_open(self) -> bool:
        """What is to do, whether read or not, and what is new."""
        return self.state in ("New", "To do")

    @property
    def state(self) -> str:
        """Open until its matter is done; what only tells something is done once it was read."""
        if self.notice.settled_at:
            return "Done"
        if not self.notice.read_at:
            return "New"
        return "To do" if self.notice.kind in ASKING else "Read"


@dataclass(frozen=True)
class TopicRows:
    """The notices of one topic."""

    topic: Topic
    rows: list[NoticeRow]


def new_notices(person: Person) -> list[NoticeRow]:
    """The newest that are not read, and whose matter is not done."""
    return [row_of(notice, person) for notice in Notice.objects.new_to(person)[:MOST_NEW]]


@enforces("AC-2/told")
def notices_of(person: Person) -> QuerySet[Notice]:
    """All of this person's: those that are open (NoticeRow) before those that are done, each newest first."""
    is_open = Q(settled_at=None) & (Q(kind__in=ASKING) | Q(read_at=None))
    marked = Notice.objects.annotate(is_open=ExpressionWrapper(is_open, BooleanField()))
    return marked.filter(to=person).order_by("-is_open", "-pk")


def by_topic(rows: Iterable[NoticeRow]) -> list[TopicRows]:
    """The same rows, topic by topic."""
    order = list(Topic)
    in_order = sorted(rows, key=lambda row: order.index(_topic(row)))
    return [TopicRows(topic, list(those)) for topic, those in groupby(in_order, _topic)]


def _topic(row: NoticeRow) -> Topic:
    return topic_of(row.notice.kind)


@dataclass(frozen=True)
class OthersRow:
    """What waits for one person about one topic: how much, and since when the oldest."""

    person: Person
    topic: Topic
    count: int
    since: datetime


@enforces("6.b.i.8/scope", "6.c.ii/people", "AC-2/told")
def waiting_for_others(viewer: Person) -> list[OthersRow]:
    """For the people whose pages this person may open, the oldest first. No more of it than its topic, and nothing that
    may be about the viewer."""
    if not may_open(viewer, "people:index"):
        return []
    waiting = Notice.objects.filter(kind__in=ASKING - CONFIDENTIAL, settled_at=None).exclude(to=viewer)
    waiting = waiting.filter(to__in=visible_people(viewer)).order_by()
    rows: dict[tuple[int, Topic], list[tuple[int, datetime]]] = defaultdict(list)
    for key, kind, count, since in waiting.values_list("to", "kind").annotate(Count("pk"), Min("told_at")):
        rows[key, topic_of(kind)].append((count, since))
    people = Person.objects.in_bulk({key for key, _ in rows})
    found = [
        OthersRow(people[key], topic, sum(count for count, _ in those), min(since for _, since in those))
        for (key, topic), those in rows.items()
    ]
    return sorted(found, key=lambda row: row.since)[:MOST_OF_OTHERS]


def row_of(notice: Notice, person: Person) -> NoticeRow:
    """The notice with the page that this person may open for it."""
    return NoticeRow(notice, notice.link if _opens(person, notice.link) else "")


def _opens(person: Person, link: str) -> bool:
    """Whether this person may open that page now: no link leads to a refusal."""
    try:
        return may_open(person, resolve(link.split("?", maxsplit=1)[0]).view_name)
    except Resolver404:
        return False
