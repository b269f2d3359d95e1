"""To whom each request goes now: the chain of command, their access in force, and the absences they declared."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from plateward import clock
from plateward.hotlists.models import HotList
from plateward.hotlists.protected.finding import named_by
from plateward.hotlists.protected.rules import owners
from plateward.hotlists.requests.models import OPEN, Absence, Request
from plateward.hotlists.requests.rules import Candidate, Route, Standing, route
from plateward.people import days
from plateward.people.access import standing
from plateward.people.access.rules import Standing as Access
from plateward.people.access.rules import hindrances
from plateward.people.models import Person
from plateward.people.permissions import Permission, Role
from plateward.people.reach import leads
from plateward.policy.trace import enforces


@dataclass(frozen=True)
class Matter:
    """What somebody above in the chain of command is to look at: whose it is, of which list, and whose own
    vehicle it names, by their keys: it goes past these."""

    of: Person
    hotlist: HotList
    owners: frozenset[int] = frozenset()


@dataclass(frozen=True)
class _Facts:
    """What of many people the routes of all matters are made of."""

    needs: Permission

    people: dict[int, Person]
    chiefs: tuple[int, ...]
    standings: dict[int, Access]
    absent: dict[int, datetime]  # until when
    named: dict[int, set[int]]  # the people whom each covert list names


def routes(requests: Iterable[Request]) -> dict[int, Route]:
    """Whose each of these requests is to review now, by the request's key; few questions for however many."""
    every = list(requests)
    whose = owners_of(every)
    matters = {one.pk: Matter(one.asker, one.hotlist, whose[one.pk]) for one in every}
    facts = _facts(matters.values(), Permission.HOTLIST_REVIEW)
    return {pk: _route(one, facts) for pk, one in matters.items()}


def route_of(request: Request) -> Route:
    """Whose one request is to review now."""
    return routes([request])[request.pk]


@enforces("6.b.i.8", "6.c.ii")
def route_above(matter: Matter, needs: Permission) -> Route:
    """Whose a matter is now that asks for this duty: up the chain of command, as requests go."""
    return _route(matter, _facts([matter], needs))


@enforces("6.f.i.1", "6.c.ii")
def on_duty(person: Person, hotlist: HotList) -> bool:
    """Whether a supervisor may approve an emergency of this list: no absence declared, and a covert list names them."""
    return not absent({person.pk}) and (not hotlist.covert or hotlist.people.contains(person))


@enforces("6.c.ii")
def may_see(supervisor: Person, request: Request) -> bool:
    """Whether they may read another's request, and what was written of it: it is theirs to review, they lead whoever
    asked, or it is an emergency; of a covert list, only if it names them."""
    if request.asker_id == supervisor.pk:
        return False
    if request.hotlist.covert and not request.hotlist.people.contains(supervisor):
        return False
    return request.emergency or supervisor in route_of(request).reviewers or leads(supervisor, request.asker)


def how_it_stands(request: Request, reviewer: Person) -> Standing:
    """For the rule that says who may decide it."""
    return Standing(
        open=request.open,
        version=request.last.pk,
        asker=request.asker_id,
        emergency=request.emergency,
        route=route_of(request),
        on_duty=request.emergency and on_duty(reviewer, request.hotlist),
        owners=owners_of([request])[request.pk],
    )


def waiting_for(person: Person) -> list[Request]:
    """The requests that are this person's to review now, the oldest first."""
    every = list(_open().exclude(asker=person))
    found = routes(every)
    return [one for one in every if person in found[one.pk].reviewers]


def emergencies_for(person: Person) -> list[Request]:
    """The emergencies that this person may approve now, whosever they are."""
    every = list(_open().filter(emergency=True).exclude(asker=person))
    whose = owners_of(every)
    return [one for one in every if person.pk not in whose[one.pk] and on_duty(person, one.hotlist)]


def _open() -> QuerySet[Request]:
    every = Request.objects.filter(state__in=OPEN).select_related("asker__unit", "hotlist", "entry")
    return every.prefetch_related("versions").order_by("pk")


def _facts(matters: Collection[Matter], needs: Permission) -> _Facts:
    people: dict[int, Person] = {}
    above = {one.of.supervisor_id for one in matters} - {None}
    while above:
        found = Person.objects.in_bulk(above)
        people |= found
        above = {one.supervisor_id for one in found.values()} - {None, *people}
    chiefs = Person.objects.filter(role=Role.CHIEF).order_by("pk")
    people |= {one.pk: one for one in chiefs}
    covert = {one.hotlist.pk: one.hotlist for one in matters if one.hotlist.covert}
    return _Facts(
        needs,
        people,
        tuple(one.pk for one in chiefs),
        standing.of_all(people.keys()),
        absent(people.keys()),
        {pk: set(one.people.values_list("pk", flat=True)) for pk, one in covert.items()},
    )


@enforces("6.a.ii.3")
def owners_of(requests: Sequence[Request]) -> dict[int, frozenset[int]]:
    """The people whose own vehicle each of these requests names, by the request's key."""
    found = named_by([(one.last.bare, one.last.state) for one in requests])
    return {one.pk: owners(vehicles) for one, vehicles in zip(requests, found, strict=True)}


def absent(people: Iterable[int]) -> dict[int, datetime]:
    """Those of these people, by key, who have declared an absence that lasts, each with its end."""
    now = clock.now()
    rows = Absence.objects.filter(person__in=people, begins__lte=now, ends__gt=now)
    return dict(rows.order_by("ends").values_list("person", "ends"))


def _route(matter: Matter, facts: _Facts) -> Route:
    chain, at = [], matter.of.supervisor_id
    while at is not None and at not in chain:
        chain.append(at)
        at = facts.people[at].supervisor_id
    candidates = [_candidate(one, matter.hotlist, facts) for one in chain]
    barred = {matter.of.pk, *matter.owners}
    return route(barred, candidates, [_candidate(one, matter.hotlist, facts) for one in facts.chiefs])


def _candidate(pk: int, hotlist: HotList, facts: _Facts) -> Candidate:
    person = facts.people[pk]
    if hindrances(facts.standings[pk], facts.needs):
        return Candidate(person, "has no access in force with which to review")
    if pk in facts.absent:
        return Candidate(person, f"is absent until {days.told(facts.absent[pk])}")
    if hotlist.covert and pk not in facts.named[hotlist.pk]:
        return Candidate(person, "may not see this list")
    return Candidate(person)
