"""Who reviews each request now, and who may see and decide it."""

from collections.abc import Iterable, Sequence
from typing import Any

from plateward.core.db.any_row import AnyRow
from plateward.field.hotlists.audience import cleared_for, is_cleared
from plateward.field.hotlists.models import HotList
from plateward.field.hotlists.protected.lookup import vehicles_for_plates
from plateward.field.hotlists.protected.rules import owners
from plateward.field.hotlists.requests.models import OPEN, Request
from plateward.field.hotlists.requests.rules import RequestStanding
from plateward.ground.policy.trace import enforces
from plateward.people.chain_of_command.absences import absent_until
from plateward.people.chain_of_command.routing import ReviewMatter, review_routes
from plateward.people.chain_of_command.rules import ReviewRoute
from plateward.people.models import Person
from plateward.people.page_answers import ask_once
from plateward.people.permissions import Permission
from plateward.people.superiors import is_above

ANY_OPEN = AnyRow(lambda: Request.objects.filter(state__in=OPEN))


def routes_of(requests: Iterable[Request]) -> dict[int, ReviewRoute]:
    """Each request's current reviewers, by the request's key, in a few queries for any number. Skips people
    whose own vehicle the request names."""
    every = list(requests)
    owner_keys = owners_by_request(every)
    cleared = {hotlist: cleared_for(hotlist) for hotlist in {request.hotlist for request in every}}
    matters = {
        request.pk: ReviewMatter(request.requester, owner_keys[request.pk], cleared[request.hotlist])
        for request in every
    }
    return review_routes(matters, Permission.HOTLIST_REVIEW)


def review_route_of(request: Request) -> ReviewRoute:
    """The current reviewers of one request."""
    return routes_of([request])[request.pk]


@enforces("6.f.i.1/emergency", "6.c.ii/lists")
def on_duty(person: Person, hotlist: HotList) -> bool:
    """Whether a supervisor may approve an emergency on this list: not absent, and named if it is covert."""
    return not absent_until([person.pk]) and is_cleared(person, hotlist)


@enforces("6.c.ii/lists", "6.c.ii/cases")
def may_see_request(supervisor: Person, request: Request) -> bool:
    """Whether a supervisor may read another person's request: they review it, lead the requester, or it is an
    emergency; if the list is covert, only if it names them."""
    if request.requester_id == supervisor.pk:
        return False
    if not is_cleared(supervisor, request.hotlist):
        return False
    return (
        request.emergency
        or supervisor in review_route_of(request).reviewers
        or is_above(supervisor, request.requester)
    )


def standing_of(request: Request, reviewer: Person) -> RequestStanding:
    """The facts for the rule on who may decide it."""
    return RequestStanding(
        open=request.open,
        version=request.last.pk,
        requester=request.requester_id,
        emergency=request.emergency,
        route=review_route_of(request),
        on_duty=request.emergency and on_duty(reviewer, request.hotlist),
        owners=owners_by_request([request])[request.pk],
    )


def requests_waiting_for(person: Person) -> list[Request]:
    """The requests that this person should review now, oldest first."""
    every = _open_requests(person)
    by_request = routes_of(every)
    return [request for request in every if person in by_request[request.pk].reviewers]


def emergencies_for(person: Person) -> list[Request]:
    """The emergencies that this person may approve now, whoever their reviewer is."""
    every = [request for request in _open_requests(person) if request.emergency]
    owner_keys = owners_by_request(every)
    return [
        request
        for request in every
        if person.pk not in owner_keys[request.pk] and on_duty(person, request.hotlist)
    ]


def emergency_marks() -> list[Any]:
    """What decides which emergencies anybody's banner shows: it changes when that may."""
    if not ANY_OPEN():
        return []
    open_now = Request.objects.filter(state__in=OPEN, emergency=True).order_by("pk")
    return [*open_now.values_list("pk", "moved_at")]


def _open_requests(person: Person) -> list[Request]:
    """Those of others."""
    return ask_once(person, _open_requests_of_others)


def _open_requests_of_others(person: Person) -> list[Request]:
    if not ANY_OPEN():
        return []
    every = Request.objects.filter(state__in=OPEN).exclude(requester=person)
    related = every.select_related("requester__unit", "hotlist", "entry").prefetch_related("versions")
    return list(related.order_by("pk"))


@enforces("6.a.ii.3/brake")
def owners_by_request(requests: Sequence[Request]) -> dict[int, frozenset[int]]:
    """The people whose own vehicle each request names, by the request's key."""
    matches = vehicles_for_plates([(request.last.bare, request.last.state) for request in requests])
    return {request.pk: owners(vehicles) for request, vehicles in zip(requests, matches, strict=True)}
