"""Who a list is for: people see, and are alerted by, only the lists whose audience they are in."""

from collections.abc import Collection

from django.db.models import QuerySet

from plateward.field.hotlists.models import HotList
from plateward.ground.policy.trace import enforces
from plateward.people.models import Person
from plateward.people.page_answers import ask_once
from plateward.people.permissions import Permission, Role


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
    return frozenset(hotlist.people.values_list("pk", flat=True)) if hotlist.covert else None


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
    named_people = set(HotList.people.through.objects.values_list("person", "hotlist"))
    units: dict[int, set[int]] = {}
    for hotlist, unit in HotList.units.through.objects.values_list("hotlist", "unit"):
        units.setdefault(hotlist, set()).add(unit)
    lists = list(HotList.objects.values_list("pk", "covert", "roles"))

    def sees(person: Person, pk: int, covert: bool, roles: list[str]) -> bool:
        if (person.pk, pk) in named_people:
            return True
        if covert:
            return False
        ours = (pk not in units or person.unit_id in units[pk]) and (not roles or person.role in roles)
        return ours or Permission.HOTLIST_MANAGE in person.permissions

    return {person.pk: frozenset(row[0] for row in lists if sees(person, *row)) for person in people}
