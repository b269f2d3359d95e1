"""The work list of a review: its items, filtered, with what a reviewer looks at."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet
from django_filters import ChoiceFilter, ModelChoiceFilter

from plateward import clock
from plateward.pages.lists import Filters as ListFilters
from plateward.pages.lists import Words, computed
from plateward.people.access import standing
from plateward.people.access.models import Review, ReviewItem
from plateward.people.access.reviews import rules
from plateward.people.access.reviews.actions import waiting
from plateward.people.access.rules import Standing
from plateward.people.models import Person, Unit
from plateward.people.permissions import Role


@dataclass(frozen=True)
class Row:
    """An item with the attributes of its person."""

    item: ReviewItem
    person: Person
    role: str
    ori: str
    ncic: bool | None  # live; None: the role needs none
    findings: tuple[str, ...]
    open: bool  # it waits for a decision
    own: bool  # of whoever looks


@dataclass(frozen=True)
class Progress:
    """How far a review is."""

    items: int
    left: int
    overdue: bool

    @property
    def done(self) -> int:
        """How many are settled."""
        return self.items - self.left


def progress(review: Review) -> Progress:
    """As of now."""
    late = review.closed_at is None and clock.now() >= review.due
    return Progress(review.items.count(), waiting(review).count() if review.closed_at is None else 0, late)


def items(review: Review) -> QuerySet[ReviewItem]:
    """With whose access each is of, and whether it waits for a decision."""
    every = review.items.select_related("access__person", "access__unit", "access__supervisor")
    return every.annotate(waits=Exists(waiting(review).filter(pk=OuterRef("pk"))))


class Filters(ListFilters):
    """For the items of one review."""

    state = ChoiceFilter(
        label="Decision",
        empty_label="Any",
        choices=[("waiting", "Waits"), *ReviewItem.Decision.choices, ("over", "Over by itself")],
        method="in_state",
    )
    findings = ChoiceFilter(
        label="Findings",
        empty_label="Any",
        choices=[("yes", "With findings"), ("no", "Without")],
        method=computed,
    )
    role = ChoiceFilter(
        "access__role", label="Role", empty_label="Any", choices=[(role.value, role.label) for role in Role]
    )
    unit = ModelChoiceFilter("access__unit", label="Unit", empty_label="Any", queryset=Unit.objects.all())
    q = Words("access__person__full_name", "access__person__username", label="Name or account")

    def in_state(self, rows: QuerySet[Any], _: str, state: str) -> QuerySet[Any]:
        """Those that wait, that were over before anybody decided, or of one decision."""
        if state == "waiting":
            return rows.filter(waits=True)
        return rows.filter(decision="", waits=False) if state == "over" else rows.filter(decision=state)


def passing(filters: Filters, review: Review, viewer: Person) -> list[Row]:
    """The items that pass all filters."""
    passed = rows(list(filters.qs), review, viewer)
    wanted = filters.chosen.get("findings")
    return [one for one in passed if not wanted or bool(one.findings) == (wanted == "yes")]


def rows(items: Sequence[ReviewItem], review: Review, viewer: Person) -> list[Row]:
    """With the attributes as they are now."""
    now = clock.now()
    found = standing.of_all({one.access.person_id for one in items})
    return [_row(one, found[one.access.person_id], review.closed_at is None, viewer, now) for one in items]


def _row(item: ReviewItem, found: Standing, review_open: bool, viewer: Person, now: datetime) -> Row:
    access = item.access
    role, over = Role(access.role), access.ends is not None and access.ends <= now
    return Row(
        item,
        access.person,
        role.label,
        access.person.agency or settings.AGENCY_ORI,
        rules.ncic(found, now),
        () if over else tuple(rules.findings(access.person, role, found, settings.AGENCY_ORI)),
        review_open and not item.decision and not over,
        access.person_id == viewer.pk,
    )
