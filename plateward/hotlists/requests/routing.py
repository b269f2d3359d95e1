"""To whom each request goes now, and who may see and decide it."""

from collections.abc import Iterable, Sequence

from django.db.models import QuerySet

from plateward.hotlists.audience import cleared_for
from plateward.hotlists.models import HotList
from plateward.hotlists.protected.finding import named_by
from plateward.hotlists.protected.rules import owners
from plateward.hotlists.requests.models import OPEN, Request
from plateward.hotlists.requests.rules import Standing
from plateward.people.chain import is_above
from plateward.people.command.absences import absent_until
from plateward.people.command.routing import ReviewMatter, review_routes
from plateward.people.command.rules import ReviewRoute
from plateward.people.models import Person
from plateward.people.permissions import Permission
from plateward.policy.trace import enforces


def routes(requests: Iterable[Request]) -> dict[int, ReviewRoute]:
    """Whose each of these requests is to review now, by the request's key; few questions for however many. It goes past
    whose own vehicle it names."""
    every = list(requests)
    owner_keys = owners_of(every)
    cleared = {hotlist: cleared_for(hotlist) for hotlist in {request.hotlist for request in every}}
    matters = {
        request.pk: ReviewMatter(request.asker, owner_keys[request.pk], cleared[request.hotlist])
        for request in every
    }
    return review_routes(matters, Permission.HOTLIST_REVIEW)


def route_of(request: Request) -> ReviewRoute:
    """Whose one request is to review now."""
    return routes([request])[request.pk]


@enforces("6.f.i.1", "6.c.ii")
def on_duty(person: Person, hotlist: HotList) -> bool:
    """Whether a supervisor may approve an emergency of this list: no absence declared, and a covert list names them."""
    return not absent_until([person.pk]) and (not hotlist.covert or hotlist.people.contains(person))


@enforces("6.c.ii")
def may_see(supervisor: Person, request: Request) -> bool:
    """Whether they may read another's request, and what was written of it: it is theirs to review, they lead whoever
    asked, or it is an emergency; of a covert list, only if it names them."""
    if request.asker_id == supervisor.pk:
        return False
    if request.hotlist.covert and not request.hotlist.people.contains(supervisor):
        return False
    return (
        request.emergency or supervisor in route_of(request).reviewers or is_above(supervisor, request.asker)
    )


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


@enforces("6.a.ii.3")
def owners_of(requests: Sequence[Request]) -> dict[int, frozenset[int]]:
    """The people whose own vehicle each of these requests names, by the request's key."""
    found = named_by([(one.last.bare, one.last.state) for one in requests])
    return {one.pk: owners(vehicles) for one, vehicles in zip(requests, found, strict=True)}
