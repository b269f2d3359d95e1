"""The work list of a review: its items, filtered, with what a reviewer examines."""

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
from plateward.people.access.models import AccessReview, ReviewItem
from plateward.people.access.reviews import rules
from plateward.people.access.reviews.actions import waiting_items
from plateward.people.access.rules import AccessStanding
from plateward.people.models import Person, Unit
from plateward.people.permissions import Role


@dataclass(frozen=True)
class ReviewRow:
    item: ReviewItem
    person: Person
    role: str
    ori: str
    ncic: bool | None  # live; None: the role needs none
    findings: tuple[str, ...]
    open: bool  # it waits for a decision
    own: bool  # for the viewer


def progress_of(review: AccessReview) -> dict[str, int]:
    """As of now: how many items there are (`all`), are settled (`done`) and wait (`left`); whether it is `overdue`."""
    everything, is_open = review.items.count(), review.closed_at is None
    left = waiting_items(review).count() if is_open else 0
    overdue = is_open and clock.now() >= review.due
    return {"all": everything, "done": everything - left, "left": left, "overdue": overdue}


def items(review: AccessReview) -> QuerySet[ReviewItem]:
    """With the person of each, and whether it waits for a decision."""
    every = review.items.select_related("access__person", "access__unit", "access__supervisor")
    return every.annotate(waits=Exists(waiting_items(review).filter(pk=OuterRef("pk"))))


class ReviewFilters(ListFilters):
    """For the items of one review."""

    state = ChoiceFilter(
        label="Decision",
        empty_label="Any",
        choices=[("waiting", "Waits"), *ReviewItem.Decision.choices, ("over", "Already ended")],
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
        """Items that wait, that ended before anybody decided, or with one decision."""
        if state == "waiting":
            return rows.filter(waits=True)
        return rows.filter(decision="", waits=False) if state == "over" else rows.filter(decision=state)


def passing(filters: ReviewFilters, review: AccessReview, viewer: Person) -> list[ReviewRow]:
    """The items that pass all filters, with the attributes as they are now."""
    items, now = list(filters.qs), clock.now()
    standings = standing.standings_of({item.access.person_id for item in items})
    rows = [_review_row(item, standings[item.access.person_id], review, viewer, now) for item in items]
    wanted = filters.chosen.get("findings")
    return [row for row in rows if not wanted or bool(row.findings) == (wanted == "yes")]


def _review_row(
    item: ReviewItem, standing_now: AccessStanding, review: AccessReview, viewer: Person, now: datetime
) -> ReviewRow:
    access = item.access
    role, over = Role(access.role), access.ends is not None and access.ends <= now
    return ReviewRow(
        item,
        access.person,
        role.label,
        access.person.agency or settings.AGENCY_ORI,
        rules.has_live_ncic(standing_now, now),
        () if over else tuple(rules.review_findings(access.person, role, standing_now, settings.AGENCY_ORI)),
        review.closed_at is None and not item.decision and not over,
        access.person_id == viewer.pk,
    )
