"""The people within somebody's reach: looked for, filtered by what they are and lack, sorted."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet

from plateward import clock
from plateward.people.access import standing
from plateward.people.access.models import Access, Interruption
from plateward.people.access.rules import Standing, warned
from plateward.people.models import FACTORS, District, Person, Unit
from plateward.people.offenses.models import Offense
from plateward.people.permissions import Role
from plateward.policy.trace import enforces

# What the columns sort by; a dash before a name turns it round.
SORTS = {
    "name": ("full_name", "pk"),
    "account": ("username",),
    "role": ("role", "full_name", "pk"),
    "unit": ("unit__name", "full_name", "pk"),
    "supervisor": ("supervisor__full_name", "full_name", "pk"),
    "login": ("last_login", "pk"),
}

# What one may ask of a standing, by its clauses and facts.
STANDINGS = {
    "": "Any",
    "authorized": "Authorized",
    "lacking": "Not authorized",
    "access": "Without approved access",
    "training": "Training missing or lapsed",
    "warned": "Training lapses within 60 days",
    "interrupted": "Interrupted: leave, locked, left …",
    "penalty": "Access revoked by a penalty",
    "office": "Designation missing",
    "waiting": "A request waits",
    "factor": "No second factor yet",
}


@dataclass(frozen=True)
class Row:
    """A person with all that the list tells."""

    person: Person
    standing: Standing
    warned: int  # courses that lapse within the longest warning
    waiting: bool
    second_factor: bool


@enforces("6.b.i.7", "6.b.i.8")
def found(filters: "Filters", reach: QuerySet[Person]) -> list[int]:
    """The keys of those within a reach who pass, in the order that was asked for."""
    keys = list(filters.people(reach).values_list("pk", flat=True))
    if not filters.computed:
        return keys
    standings = standing.of_all(keys, clock.now())
    return [key for key in keys if filters.passes(standings[key])]


def rows(reach: QuerySet[Person], keys: Sequence[int]) -> list[Row]:
    """What the list tells of these people."""
    people, now = _annotated(reach).in_bulk(keys), clock.now()
    standings = standing.of_all(keys, now)
    return [
        Row(
            people[key],
            standings[key],
            len(warned(standings[key].facts.courses, now)),
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


class Filters(forms.Form):
    """All optional."""

    q = forms.CharField(required=False, max_length=100, label="Name, account or badge")
    role = forms.ChoiceField(
        required=False, choices=[("", "Any"), *((role.value, role.label) for role in Role)]
    )
    unit = forms.ModelChoiceField(Unit.objects, required=False, empty_label="Any")
    district = forms.ModelChoiceField(District.objects, required=False, empty_label="Any")
    standing = forms.ChoiceField(required=False, choices=[*STANDINGS.items()])
    sort = forms.ChoiceField(
        required=False,
        choices=[(f"{turn}{name}", name) for name in SORTS for turn in ("", "-")],
        widget=forms.HiddenInput,
    )

    def asked(self) -> dict[str, Any]:
        """The filters that were filled in; those that were filled in wrongly are none."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    @property
    def query(self) -> dict[str, str]:
        """As a query string asks it."""
        return {name: str(getattr(value, "pk", value)) for name, value in self.asked().items()}

    def people(self, reach: QuerySet[Person]) -> QuerySet[Person]:
        """Those of a reach that pass what the database itself can tell, sorted."""
        asked = self.asked()
        found = _annotated(reach)
        for word in asked.get("q", "").split():
            found = found.filter(
                Q(full_name__icontains=word) | Q(username__icontains=word) | Q(badge__icontains=word)
            )
        for name, column in (("role", "role"), ("unit", "unit"), ("district", "unit__district")):
            if name in asked:
                found = found.filter(**{column: asked[name]})
        match asked.get("standing"):
            case "waiting":
                found = found.filter(waiting=True)
            case "factor":
                found = found.filter(second_factor=False)
            case "penalty":  # few, so that few standings are computed
                found = found.filter(pk__in=Offense.objects.in_force(clock.now()).values("person"))
            case "interrupted":
                interrupted = standing.live(Interruption.objects.all(), clock.now())
                found = found.filter(pk__in=interrupted.values("person"))
        sort = asked.get("sort", "name")
        columns = SORTS[sort.removeprefix("-")]
        return found.order_by(*(f"-{one}" for one in columns) if sort.startswith("-") else columns)

    def passes(self, found: Standing) -> bool:
        """Whether a standing is one that was asked for."""
        clauses = {one.clause for one in found.missing}
        facts = found.facts
        match self.asked().get("standing"):
            case "authorized":
                return found.authorized
            case "lacking":
                return not found.authorized
            case "access":
                return facts.granted is None
            case "training":
                now = clock.now()
                return facts.granted is not None and any(not one.counts(now) for one in facts.courses)
            case "warned":
                return bool(warned(facts.courses, clock.now()))
            case "interrupted":
                return bool(facts.interrupted)
            case "penalty":
                return facts.revoked is not None
            case "office":
                return "6.b.i" in clauses
        return True

    @property
    def computed(self) -> bool:
        """Whether what was asked can only be told from each person's standing."""
        return self.asked().get("standing") not in (None, "waiting", "factor")
