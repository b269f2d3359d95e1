"""Who a list is for: people see, and are alerted by, only the lists whose audience they are in."""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db.models import QuerySet

from plateward.core.audit.records.gate import Kept, Tables
from plateward.field.hotlists.models import HotList
from plateward.ground.policy.trace import enforces
from plateward.people.models import Person
from plateward.people.page_answers import ask_once
from plateward.people.permissions import Permission, Role


@dataclass(frozen=True)
class Audiences:
    """Of all lists, by their keys."""

    roles: Mapping[int, Collection[str]]
    covert: Collection[int]
    people: Mapping[int, Collection[int]]
    units: Mapping[int, Collection[int]]

    @classmethod
    def of(cls, tables: Tables) -> "Audiences":
        people, units = defaultdict[int, set[int]](set), defaultdict[int, set[int]](set)
        for hotlist, person in tables["hotlists_hotlist_people"]:
            people[hotlist].add(person)
        for hotlist, unit in tables["hotlists_hotlist_units"]:
            units[hotlist].add(unit)
        lists = tables["hotlists_hotlist"]
        return cls(
            {key: json.loads(roles) for key, _, roles in lists},
            {key for key, covert, _ in lists if covert},
            people,
            units,
        )


KEPT = Kept(
    {
        "hotlists_hotlist": "r.id, r.covert, r.roles",
        "hotlists_hotlist_people": "r.hotlist_id, r.person_id",
        "hotlists_hotlist_units": "r.hotlist_id, r.unit_id",
    },
    Audiences.of,
)


@enforces("6.b.i.9/records", "6.c.ii/lists")
def as_logged() -> tuple[Audiences, set[int]]:
    """And the lists of which a row is not as the log says: they are for nobody. If a row is gone of which nothing says
    whose it was, those are all."""
    (every, altered), closed = KEPT.read(), set[int]()
    for row in altered:
        named = HotList.objects.filter(name__in=row.about("hotlist"))
        closed |= {*row.columns[:1], *named.values_list("pk", flat=True)} or {*every.roles}
    return every, closed


def lists_for(person: Person) -> QuerySet[HotList]:
    """The lists whose audience includes this person."""
    return HotList.objects.filter(pk__in=lists_of(person))


def lists_of(person: Person) -> frozenset[int]:
    """The same by their keys; a page asks once."""
    return ask_once(person, _lists_of)


def _lists_of(person: Person) -> frozenset[int]:
    return _lists_by_person([person])[person.pk]


def cleared_for(hotlist: HotList) -> frozenset[int] | None:
    """The keys of the only people who may know of a covert list; None if everybody with the duty may."""
    every, altered = as_logged()
    if hotlist.pk in altered:
        return frozenset()
    return frozenset(every.people.get(hotlist.pk, ())) if hotlist.pk in every.covert else None


def is_cleared(person: Person, hotlist: HotList) -> bool:
    """Whether this person may know of the list, if it is covert."""
    cleared = cleared_for(hotlist)
    return cleared is None or person.pk in cleared


def list_administrators(hotlist: HotList) -> list[Person]:
    """A list's administrators: its owner, else the named people if covert, else the ALPR administrators."""
    if hotlist.owner:
        return [hotlist.owner]
    return list(hotlist.people.all() if hotlist.covert else Person.objects.filter(role=Role.ADMINISTRATOR))


def audiences(people: Collection[int]) -> dict[int, frozenset[int]]:
    """The keys of the lists for each person, by the person's key; hundreds cost no more queries."""
    return _lists_by_person(Person.objects.filter(pk__in=people).only("role", "unit"))


@enforces("6.c.ii/lists")
def _lists_by_person(people: Collection[Person] | QuerySet[Person]) -> dict[int, frozenset[int]]:
    """A covert list is only for the people it names; any other for its named units and roles, or for all with
    the duty if none are named. Administrators (`hotlist.manage`) see all that are not covert."""
    every, altered = as_logged()

    def sees(person: Person, pk: int, roles: Collection[str]) -> bool:
        if pk in altered:
            return False
        if person.pk in every.people.get(pk, ()):
            return True
        if pk in every.covert:
            return False
        units = every.units.get(pk, ())
        ours = (not units or person.unit_id in units) and (not roles or person.role in roles)
        return ours or Permission.HOTLIST_MANAGE in person.permissions

    return {
        person.pk: frozenset(pk for pk, roles in every.roles.items() if sees(person, pk, roles))
        for person in people
    }
