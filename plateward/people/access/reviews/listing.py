"""The work list of a review: its items, filtered, with what a reviewer looks at."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django import forms
from django.conf import settings
from django.db.models import Q, QuerySet

from plateward import clock
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


class Filters(forms.Form):
    """All optional."""

    state = forms.ChoiceField(
        required=False,
        label="Decision",
        choices=[("", "Any"), ("waiting", "Waits"), *ReviewItem.Decision.choices, ("over", "Over by itself")],
    )
    findings = forms.ChoiceField(
        required=False, label="Findings", choices=[("", "Any"), ("yes", "With findings"), ("no", "Without")]
    )
    role = forms.ChoiceField(
        required=False, choices=[("", "Any"), *((role.value, role.label) for role in Role)]
    )
    unit = forms.ModelChoiceField(Unit.objects, required=False, empty_label="Any", label="Unit")
    q = forms.CharField(required=False, max_length=100, label="Name or account")

    def items(self, review: Review) -> QuerySet[ReviewItem]:
        """Those that pass what the database itself can tell."""
        self.is_valid()
        asked = self.cleaned_data
        found = review.items.select_related("access__person", "access__unit", "access__supervisor")
        match asked.get("state"):
            case "waiting":
                found = found.filter(pk__in=waiting(review).values("pk"))
            case "over":
                found = found.filter(decision="").exclude(pk__in=waiting(review).values("pk"))
            case str() as decision if decision:
                found = found.filter(decision=decision)
        for word in asked.get("q", "").split():
            found = found.filter(
                Q(access__person__full_name__icontains=word) | Q(access__person__username__icontains=word)
            )
        if asked.get("role"):
            found = found.filter(access__role=asked["role"])
        if asked.get("unit"):
            found = found.filter(access__unit=asked["unit"])
        return found

    def rows(self, review: Review, viewer: Person) -> list[Row]:
        """Those that pass; the findings of all of them are computed only where they are asked for."""
        asked = self.items(review)
        found = rows(list(asked), review, viewer)
        match self.cleaned_data.get("findings"):
            case "yes":
                return [one for one in found if one.findings]
            case "no":
                return [one for one in found if not one.findings]
        return found


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
