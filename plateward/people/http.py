"""Who sends a request, and how to respond: a page for a browser, plain JSON for a script or a stream."""

import hashlib
from typing import TypeVar

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.repeated_refusals import record_or_count
from plateward.ground.policy.decision import Refusal, Refused
from plateward.ground.policy.trace import enforces
from plateward.people.actor import PersonActor
from plateward.people.models import Person

Row = TypeVar("Row", bound=Model)
TOKEN_KEY = "people.sign_in"  # noqa: S105, a name: in the session: which sign-in it is


def page_address(path: str) -> str:
    """The whole address of a page, for who is not on one: by mail, at a reader's screen."""
    # A proxy is reached at the usual port.
    port = "" if settings.PEOPLE_PORT == 443 or settings.PROXIES else f":{settings.PEOPLE_PORT}"
    return f"https://{settings.ALLOWED_HOSTS[0]}{port}{path}"


def visitor_of(request: HttpRequest, person: Person | None = None) -> Actor:
    """Who acts before sign-in: `person` while they sign in, else the signed-in person, if any."""
    account = person or request.user
    address = request.META.get("REMOTE_ADDR", "")
    key = request.session.get(TOKEN_KEY) or request.session.session_key or ""
    session = hashlib.sha256(key.encode()).hexdigest()[:16] if key else ""
    if isinstance(account, Person):
        return PersonActor.of(account, address, session, getattr(request, "purpose", ""))
    return Actor("anonymous", "", "somebody not logged in", address, session)


def actor_of(request: HttpRequest) -> PersonActor:
    """The person who acts, in a view that only signed-in people reach."""
    actor = visitor_of(request)
    if not isinstance(actor, PersonActor):
        raise PermissionDenied("You are not logged in.")
    return actor


def person_of(request: HttpRequest) -> Person:
    if not isinstance(request.user, Person):
        raise PermissionDenied("You are not logged in.")
    return request.user


class HiddenObject(Http404):
    """A hidden object gets the same answer as one that does not exist; the log names it (`record_not_found`)."""

    def __init__(self, event: Event, object: str) -> None:
        super().__init__(f"No such {object.partition(':')[0]} for this person.")
        self.event, self.object = event, object


@enforces("AC-3/objects", "6.c.ii/cases")
def visible_or_404(rows: QuerySet[Row], pk: int, event: Event) -> Row:
    """Of `rows`, which are what this person may see, the one of this key. Raises HiddenObject."""
    row = rows.filter(pk=pk).first()
    if row is None:
        raise HiddenObject(event, f"{rows.model._meta.model_name}:{pk}")
    return row


@enforces("6.b.i.9/denied", "AU-2/acts", "AC-3/objects")
def record_not_found(request: HttpRequest, error: Http404) -> None:
    """Log the attempt at an object that does not exist or is hidden, before the answer; not again where a refusal,
    which has its own entry, is the cause."""
    if isinstance(error.__cause__, Refused):
        return
    event, object = Event.ROUTE_REFUSE, f"{request.method} {request.path}"
    if isinstance(error, HiddenObject):
        event, object = error.event, error.object
    reason = "It does not exist, or this person has no access to it."
    actor = request.actor  # type: ignore[attr-defined]
    record_or_count(actor, event, object, outcome="refused", clause="6.c.ii", reason=reason)


def is_stream(request: HttpRequest) -> bool:
    """An event stream, which a browser reopens by itself."""
    return "text/event-stream" in request.headers.get("Accept", "")


def is_navigation(request: HttpRequest) -> bool:
    """Whether a browser would show the answer as a page of its own, in a tab or frame."""
    return request.headers.get("Sec-Fetch-Dest", "") in {"document", "iframe", "frame"}


def wants_page(request: HttpRequest) -> bool:
    """A browser that navigates, not an event stream or a script."""
    accept = request.headers.get("Accept", "")
    return not is_stream(request) and ("application/json" not in accept or "text/html" in accept)


def send_to_step(request: HttpRequest, route: str, clause: str, reason: str) -> HttpResponse:
    """Send a person to the step that comes first, and back afterward; give a script plain JSON."""
    if not wants_page(request):
        return unauthorized_json(Refusal(clause, reason, "Open Plateward in a browser and log in."))
    back = f"?{urlencode({'next': request.get_full_path()})}" if request.method == "GET" else ""
    return redirect(reverse(route) + back)


def unauthorized_json(refusal: Refusal) -> HttpResponse:
    return refusal_json(refusal, 401)


def refusal_json(refusal: Refusal, status: int) -> HttpResponse:
    return JsonResponse(
        {"clause": refusal.clause, "reason": refusal.reason, "help": refusal.help}, status=status
    )
