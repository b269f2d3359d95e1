"""Whose reads a person may search, by role and unit, and with which units they work."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.db.models import Q

from plateward.field.fleet.stays import Stay, stays_with
from plateward.field.reads.areas import read_area
from plateward.field.reads.queries import PlateMatch, PlateQuery, ReadQuery, Span
from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.people.access.standing import approved_access
from plateward.people.models import Person, Unit
from plateward.people.permissions import Role
from plateward.people.signed import Limits, limits_of
from plateward.people.superiors import chain_above, people_below
from plateward.work.searches.models import Reach, SearchReach
from plateward.work.searches.outside import units_for
from plateward.work.searches.query import SearchQuery

REACH = "reach"  # a section of the sharing configuration, and its one field
COMMERCIAL = frozenset({"bus", "truck"})  # as a read names the kind of a vehicle
EVERY_UNIT = frozenset({Role.CHIEF, Role.COMMUNICATIONS})  # work with all units
# How far the searches of each role reach unless the administrator set it otherwise: no further than the duty. Dispatch
# serves every district, so that it is whom others ask.
USUAL_REACH = {
    Role.COMMUNICATIONS: Reach.AGENCY,
    Role.OFFICER: Reach.DISTRICT,
    Role.SUPERVISOR: Reach.DISTRICT,
}


@dataclass(frozen=True)
class SearchScope:
    """`units`: the keys of those whose reads these are; None: all of the agency's. `kinds` empty: vehicles of every
    kind."""

    units: frozenset[int] | None
    kinds: frozenset[str] = frozenset()
    reach: Reach = Reach.AGENCY


NOTHING = SearchScope(frozenset(), reach=Reach.UNIT)


@enforces("6.b.i.8/scope", "6.c.ii/cases", "6.c.i.1/role", "6.e.ii/own")
def scope_of(role: str, reach: Reach, within: Collection[int]) -> SearchScope:
    """What a role may search, if its searches reach so far; `within` that there are these units. Pure. The Chief: all
    reads. Inspectors: commercial vehicles, at their own unit's readers; an outside agency: the districts of its grant;
    whoever maintains the system or reads its log: nothing."""
    if role == Role.CHIEF or (role in USUAL_REACH and reach is Reach.AGENCY):
        return SearchScope(None)
    if role in USUAL_REACH:
        return SearchScope(frozenset(within), reach=reach)
    if role == Role.OUTSIDE:
        return SearchScope(frozenset(within), reach=Reach.DISTRICT)
    if role == Role.INSPECTOR:
        return SearchScope(frozenset(within), COMMERCIAL, Reach.UNIT)
    return NOTHING


@enforces("6.b.i.8/scope", "6.e.ii/own")
def scope_for(person: Person) -> SearchScope:
    """What this person may search now, by the access in force, which the account's own role may lag behind."""
    role, unit = _role_and_unit(person)
    if role == Role.OUTSIDE:
        return scope_of(role, Reach.DISTRICT, units_for(person))
    reach = reach_of(role)
    return scope_of(role, reach, () if reach is Reach.AGENCY else _units_within(reach, unit))


@enforces("6.b.i.8/scope", "AC-3/signed")
def reach_of(role: str) -> Reach:
    """How far the searches of this role reach now: as it is set, and no further than is signed."""
    running = reach_set(role)
    return reach_within(running, limits_of(REACH, role)) if role in USUAL_REACH else running


def reach_within(running: Reach, limits: Limits | None) -> Reach:
    """The shorter of the two; what is not signed reaches the own unit. Pure."""
    return (
        running
        if limits is None
        else min(running, Reach(limits.get(REACH, Reach.UNIT)), key=list(Reach).index)
    )


def reach_set(role: str) -> Reach:
    """As the administrator set it, or as the duty has it."""
    if role == Role.CHIEF:
        return Reach.AGENCY
    if role not in USUAL_REACH:
        return Reach.UNIT
    latest = SearchReach.objects.filter(role=role).values_list("reach", flat=True).first()
    return Reach(latest) if latest else USUAL_REACH[Role(role)]


def _units_within(reach: Reach, unit: int | None) -> Collection[int]:
    """This unit, or all units of its district. While a reader had no unit, its reads are the agency's alone."""
    if unit is None:
        return ()
    those = Q(pk=unit)
    if reach is Reach.DISTRICT:
        those |= Q(district__units=unit)
    return set(Unit.objects.filter(those).values_list("pk", flat=True))


def spans_of(stays: Iterable[Stay], span: Span) -> dict[Span, frozenset[str]]:
    """Which readers were there in which part of the span: mostly all of them in the whole of it."""
    found = defaultdict[Span, set[str]](set)
    for stay in stays:
        since = max(span.since, stay.since or span.since)
        until = min(span.until, stay.until or span.until)
        if since < until:
            found[Span(since, until)].add(stay.reader)
    return {part: frozenset(readers) for part, readers in found.items()}


@enforces("6.b.i.8/scope", "6.e.ii/own")
def left_out(reach: Reach) -> str:
    """What a search that reaches so far does not look through, and whom to ask; empty: nothing."""
    if reach is Reach.AGENCY:
        return ""
    others = "districts" if reach is Reach.DISTRICT else "units"
    dispatch = reach_of(Role.COMMUNICATIONS) is Reach.AGENCY
    asked = "Communications, who search all districts" if dispatch else "the ALPR administrator"
    return f"Reads of other {others} are not searched. If the case needs them, ask {asked}."


def _role_and_unit(person: Person) -> tuple[str, int | None]:
    access = approved_access(clock.now(), person=person).values_list("role", "unit")
    return access.last() or ("", None)


@enforces("6.b.i.8/scope", "6.c.ii/cases")
def read_queries(query: SearchQuery, scope: SearchScope) -> tuple[ReadQuery, ...]:
    """The questions to the read store within this scope, one for each plate; more if a reader came or went meanwhile.
    No two of one plate find the same read. Empty: nothing can match."""
    units = scope.units
    if query.units:
        named = frozenset(Unit.objects.filter(name__in=query.units).values_list("pk", flat=True))
        units = named if units is None else units & named
    kinds = frozenset(query.kinds)
    if scope.kinds:
        kinds = kinds & scope.kinds if kinds else scope.kinds
    if scope.kinds and not kinds:
        return ()
    span = Span(query.since, query.until)
    base = ReadQuery(
        span=span,
        area=read_area(query.area),
        states=frozenset(query.states),
        cameras=frozenset(query.cameras),
        deployments=frozenset(query.deployments),
        kinds=kinds,
        colors=frozenset(query.colors),
        makes=frozenset(query.makes),
    )
    parts: Mapping[Span, frozenset[str] | None]
    parts = {span: None} if units is None else spans_of(stays_with(units), span)
    plates: Sequence[PlateQuery | None] = [plate_query(plate, query.match) for plate in query.plates] or [
        None
    ]
    return tuple(
        replace(base, span=part, readers=readers, plate=plate)
        for plate in plates
        for part, readers in parts.items()
    )


def plate_query(plate: str, match: str) -> PlateQuery:
    """A plate of a search, as it looks for it."""
    partial = "?" in plate or "*" in plate
    return PlateQuery(plate, PlateMatch.PARTIAL if partial else PlateMatch(match))


@enforces("6.a.iii/known", "6.b.i.8/scope")
def units_of(person: Person) -> frozenset[str] | None:
    """The units that this person works with, as CAD may name them: their own, those of the people above and below
    them, and their own badge; of an outside agency, its ORI and the badge alone. None: all units."""
    role = _role_and_unit(person)[0]
    if role in EVERY_UNIT:
        return None
    if role == Role.OUTSIDE:
        return frozenset({person.badge, person.agency})
    related = Q(pk__in=[person.pk, *chain_above(person)]) | Q(pk__in=people_below(person).values("pk"))
    names = Person.objects.filter(related, unit__isnull=False).values_list("unit__name", flat=True)
    return frozenset({*names, person.badge})
