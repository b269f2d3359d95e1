"""The people within a viewer's reach: searched, filtered by attributes and by what they lack, sorted."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from django import forms
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django_filters import ChoiceFilter, ModelChoiceFilter

from plateward.core.pages.lists import Filters as ListFilters
from plateward.core.pages.lists import Words
from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.people.access import standing
from plateward.people.access.models import Access, Suspension
from plateward.people.access.rules import AccessStanding, RequiredCourse, lapsing_soon
from plateward.people.models import FACTORS, District, Person, Unit
from plateward.people.penalties.models import Offense
from plateward.people.permissions import Role

# What the columns sort by; a leading dash reverses the order.
SORT_COLUMNS = {
    "name": ("full_name", "pk"),
    "account": ("username",),
    "role": ("role", "full_name", "pk"),
    "unit": ("unit__name", "full_name", "pk"),
    "supervisor": ("supervisor__full_name", "full_name", "pk"),
    "login": ("last_login", "pk"),
}


def _lacks_training(standing: AccessStanding) -> bool:
    now = clock.now()
    return standing.facts.granted is not None and any(
        not course.counts(now) for course in standing.facts.courses
    )


def _lapsing(standing: AccessStanding) -> list[RequiredCourse]:
    return lapsing_soon(standing.facts.courses, clock.now())


# The filters on a standing, and which standings pass; None where the database alone can tell.
STANDINGS: dict[str, tuple[str, Callable[[AccessStanding], bool] | None]] = {
    "authorized": ("Authorized", lambda standing: standing.authorized),
    "lacking": ("Not authorized", lambda standing: not standing.authorized),
    "access": ("Without approved access", lambda standing: standing.facts.granted is None),
    "training": ("Training missing or lapsed", _lacks_training),
    "warned": ("Training lapses within 60 days", lambda standing: bool(_lapsing(standing))),
    "suspended": ("Suspended: leave, locked, left …", lambda standing: bool(standing.facts.suspensions)),
    "penalty": ("Access revoked by a penalty", lambda standing: standing.facts.revoked is not None),
    "office": ("Designation missing", lambda standing: "6.b.i" in {lack.clause for lack in standing.missing}),
    "waiting": ("Pending request", None),
    "factor": ("No second factor yet", None),
}


@dataclass(frozen=True)
class PersonRow:
    """A person with everything that the list shows."""

    person: Any  # a Person with `waiting` (for a decision on access) and `second_factor`
    standing: AccessStanding
    warned: int  # courses that lapse within the longest warning


@enforces("6.b.i.7/lists")
def matching_people(filters: "PeopleFilters") -> list[int]:
    """The keys of the people who pass, in the requested order."""
    keys = list(filters.qs.values_list("pk", flat=True))
    _, passes = STANDINGS.get(filters.chosen.get("standing", ""), ("", None))
    if passes is None:
        return keys
    standings = standing.standings_of(keys, clock.now())
    return [key for key in keys if passes(standings[key])]


def person_rows(reach: QuerySet[Person], keys: Sequence[int]) -> list[PersonRow]:
    people, standings = _annotated(reach).in_bulk(keys), standing.standings_of(keys, clock.now())
    return [
        PersonRow(people[key], standings[key], len(_lapsing(standings[key]))) for key in keys if key in people
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
    role = ChoiceFilter(label="Role", empty_label="Any", choices=Role.choices())
    unit = ModelChoiceFilter(label="Unit", empty_label="Any", queryset=Unit.objects.all())
    district = ModelChoiceFilter(
        "unit__district", label="District", empty_label="Any", queryset=District.objects.all()
    )
    standing = ChoiceFilter(
        label="Status",
        empty_label="Any",
        choices=[(key, label) for key, (label, _) in STANDINGS.items()],
        method="of_standing",
    )
    sort = ChoiceFilter(
        label="Sort",
        choices=[(f"{turn}{name}", name) for name in SORT_COLUMNS for turn in ("", "-")],
        widget=forms.HiddenInput,
        method="sorted",
    )

    @classmethod
    def of(cls, request: HttpRequest, reach: QuerySet[Person]) -> "PeopleFilters":
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
