"""Whose reads a person may search, by role and unit, and with which units they work."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from django.db.models import Q

from plateward.field.fleet.models import Reader
from plateward.field.reads.areas import read_area
from plateward.field.reads.queries import PlateMatch, PlateQuery, ReadQuery, Span
from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.people.access.standing import approved_access
from plateward.people.models import Person
from plateward.people.permissions import Role
from plateward.people.superiors import chain_above, people_below
from plateward.work.searches.query import SearchQuery

COMMERCIAL = frozenset({"bus", "truck"})  # as a read names the kind of a vehicle
EVERY_UNIT = frozenset({Role.CHIEF, Role.COMMUNICATIONS})  # work with all units
AGENCY_WIDE = frozenset({Role.CHIEF, Role.COMMUNICATIONS, Role.OFFICER, Role.SUPERVISOR})


@dataclass(frozen=True)
class SearchScope:
    """`readers` None: all of the agency's; `kinds` empty: vehicles of every kind."""

    readers: frozenset[str] | None
    kinds: frozenset[str] = frozenset()


NOTHING = SearchScope(frozenset())


@enforces("6.b.i.8", "6.c.ii", "6.c.i.1")
def scope_of(role: str, unit_readers: Collection[str]) -> SearchScope:
    """What a role may search. Pure. Inspectors: commercial vehicles, at their own unit's readers; whoever maintains
    the system or reads its log: nothing."""
    if role in AGENCY_WIDE:
        return SearchScope(None)
    if role == Role.INSPECTOR:
        return SearchScope(frozenset(unit_readers), COMMERCIAL)
    return NOTHING


def scope_for(person: Person) -> SearchScope:
    """What this person may search now, by the access in force, which the account's own role may lag behind."""
    role, unit = _role_and_unit(person)
    own = (
        Reader.objects.filter(unit=unit).values_list("name", flat=True)
        if unit and role == Role.INSPECTOR
        else ()
    )
    return scope_of(role, list(own))


def _role_and_unit(person: Person) -> tuple[str, int | None]:
    access = approved_access(clock.now(), person=person).values_list("role", "unit")
    return access.last() or ("", None)


@enforces("6.b.i.8", "6.c.ii")
def read_queries(query: SearchQuery, person: Person) -> tuple[ReadQuery, ...]:
    """The questions to the read store, one for each plate, within this person's scope. Empty: nothing can match."""
    scope = scope_for(person)
    readers = scope.readers
    if query.units:
        of_units = frozenset(Reader.objects.filter(unit__name__in=query.units).values_list("name", flat=True))
        readers = of_units if readers is None else readers & of_units
    kinds = frozenset(query.kinds)
    if scope.kinds:
        kinds = kinds & scope.kinds if kinds else scope.kinds
    if readers == frozenset() or (scope.kinds and not kinds):
        return ()
    base = ReadQuery(
        span=Span(query.since, query.until),
        area=read_area(query.area),
        states=frozenset(query.states),
        cameras=frozenset(query.cameras),
        readers=readers,
        deployments=frozenset(query.deployments),
        kinds=kinds,
        colors=frozenset(query.colors),
        makes=frozenset(query.makes),
    )
    if query.starts_from_place:
        return (base,)
    return tuple(replace(base, plate=plate_query(plate, query.match)) for plate in query.plates)


def plate_query(plate: str, match: str) -> PlateQuery:
    """A plate of a search, as it looks for it."""
    partial = "?" in plate or "*" in plate
    return PlateQuery(plate, PlateMatch.PARTIAL if partial else PlateMatch(match))


@enforces("6.a.iii", "6.b.i.8")
def units_of(person: Person) -> frozenset[str] | None:
    """The units that this person works with, as CAD may name them: their own, those of the people above and below
    them, and their own badge. None: all units."""
    if _role_and_unit(person)[0] in EVERY_UNIT:
        return None
    related = Q(pk__in=[person.pk, *chain_above(person)]) | Q(pk__in=people_below(person).values("pk"))
    names = Person.objects.filter(related, unit__isnull=False).values_list("unit__name", flat=True)
    return frozenset({*names, person.badge})
