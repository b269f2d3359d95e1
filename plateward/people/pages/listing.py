"""The people within a viewer's reach: searched, filtered by attributes and by what they lack, sorted."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from django import forms
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django_filters import ChoiceFilter, ModelChoiceFilter

from plateward import clock
from plateward.pages.lists import Filters as ListFilters
from plateward.pages.lists import Words
from plateward.people.access import standing
from plateward.people.access.models import Access, Suspension
from plateward.people.access.rules import AccessStanding, lapsing_soon
from plateward.people.models import FACTORS, District, Person, Unit
from plateward.people.offenses.models import Offense
from plateward.people.permissions import Role
from plateward.policy.trace import enforces

# What the columns sort by; a leading dash reverses the order.
SORT_COLUMNS = {
    "name": ("full_name", "pk"),
    "account": ("username",),
    "role": ("role", "full_name", "pk"),
    "unit": ("unit__name", "full_name", "pk"),
    "supervisor": ("supervisor__full_name", "full_name", "pk"),
    "login": ("last_login", "pk"),
}

# The filters on a standing, with their clauses and facts.
STANDING_CHOICES = {
    "authorized": "Authorized",
    "lacking": "Not authorized",
    "access": "Without approved access",
    "training": "Training missing or lapsed",
    "warned": "Training lapses within 60 days",
    "suspended": "Suspended: leave, locked, left …",
    "penalty": "Access revoked by a penalty",
    "office": "Designation missing",
    "waiting": "A request waits",
    "factor": "No second factor yet",
}


@dataclass(frozen=True)
class PersonRow:
    """A person with everything that the list shows."""

    person: Person
    standing: AccessStanding
    warned: int  # courses that lapse within the longest warning
    waiting: bool
    second_factor: bool


@enforces("6.b.i.7", "6.b.i.8")
def matching_people(filters: "PeopleFilters") -> list[int]:
    """The keys of the people who pass, in the requested order."""
    keys = list(filters.qs.values_list("pk", flat=True))
    if not filters.computed:
        return keys
    standings = standing.standings_of(keys, clock.now())
    return [key for key in keys if filters.passes(standings[key])]


def person_rows(reach: QuerySet[Person], keys: Sequence[int]) -> list[PersonRow]:
    """What the list shows of these people."""
    people, now = _annotated(reach).in_bulk(keys), clock.now()
    standings = standing.standings_of(keys, now)
    return [
        PersonRow(
            people[key],
            standings[key],
            len(lapsing_soon(standings[key].facts.courses, now)),
            people[key].waiting,
            people[key].second_factor,
        )
        for key in keys
        if key in people
    ]


def _annotated(people: QuerySet[Person]) -> QuerySet[Any]:
    factors = Authenticator.objects.filter(user=OuterRef("pk"), type__in=FACTORS)
    waits = Access.objects.filter(person=OuterRef("pk"), decision=Access.Decision.WAITING)
    return people.select_related("unit__district", "supervisor").annotate(
        second_factor=Exists(factors), waiting=Exists(waits)
    )


class PeopleFilters(ListFilters):
    """For the people within reach; this filter also sorts."""

    q = Words("full_name", "username", "badge", label="Name, account or badge")
    role = ChoiceFilter(label="Role", empty_label="Any", choices=[(role.value, role.label) for role in Role])
    unit = ModelChoiceFilter(label="Unit", empty_label="Any", queryset=Unit.objects.all())
    district = ModelChoiceFilter(
        "unit__district", label="District", empty_label="Any", queryset=District.objects.all()
    )
    standing = ChoiceFilter(
        label="Standing", empty_label="Any", choices=[*STANDING_CHOICES.items()], method="of_standing"
    )
    sort = ChoiceFilter(
        label="Sort",
        choices=[(f"{turn}{name}", name) for name in SORT_COLUMNS for turn in ("", "-")],
        widget=forms.HiddenInput,
        method="sorted",
    )

    @classmethod
    def of(cls, request: HttpRequest, reach: QuerySet[Person]) -> "PeopleFilters":
        """From a request."""
        return cls(request.GET, _annotated(reach).order_by(*SORT_COLUMNS["name"]))

    def of_standing(self, people: QuerySet[Any], _: str, wanted: str) -> QuerySet[Any]:
        """The people who may pass, as far as the database can tell."""
        match wanted:
            case "waiting":
                return people.filter(waiting=True)
            case "factor":
                return people.filter(second_factor=False)
            case "penalty":  # few, so that few standings are computed
                return people.filter(pk__in=Offense.objects.in_force(clock.now()).values("person"))
            case "suspended":
                suspended = standing.in_force_at(Suspension.objects.all(), clock.now())
                return people.filter(pk__in=suspended.values("person"))
        return people

    def sorted(self, people: QuerySet[Person], _: str, by: str) -> QuerySet[Person]:
        """By a column; a leading dash reverses the order."""
        columns = SORT_COLUMNS[by.removeprefix("-")]
        return people.order_by(*(f"-{column}" for column in columns) if by.startswith("-") else columns)

    def passes(self, person_standing: AccessStanding) -> bool:
        """Whether a standing matches the filter."""
        clauses = {lack.clause for lack in person_standing.missing}
        facts = person_standing.facts
        match self.chosen.get("standing"):
            case "authorized":
                return person_standing.authorized
            case "lacking":
                return not person_standing.authorized
            case "access":
                return facts.granted is None
            case "training":
                now = clock.now()
                return facts.granted is not None and any(not lack.counts(now) for lack in facts.courses)
            case "warned":
                return bool(lapsing_soon(facts.courses, clock.now()))
            case "suspended":
                return bool(facts.suspensions)
            case "penalty":
                return facts.revoked is not None
            case "office":
                return "6.b.i" in clauses
        return True

    @property
    def computed(self) -> bool:
        """Whether the filters need each person's standing."""
        return self.chosen.get("standing") not in (None, "waiting", "factor")
