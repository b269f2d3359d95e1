"""Default deny: a request reaches its view only through this door, and only where `routes.py` has its row."""

import hashlib
from collections.abc import Callable
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from django.contrib import messages
from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.deprecation import MiddlewareMixin
from django.utils.http import urlencode

from plateward.audit.events import Event
from plateward.audit.log import act, record
from plateward.audit.who import Who
from plateward.people import signin
from plateward.people.access import standing
from plateward.people.access.rules import hindrances
from plateward.people.models import Person
from plateward.people.permissions import Permission
from plateward.people.routes import ROUTES, Open
from plateward.policy.decision import Refusal
from plateward.policy.trace import enforces

BANNER = "people.banner"  # in the session: when the banner was acknowledged


def who_is(request: HttpRequest, person: Person | None = None) -> Who:
    """Who acts, for the audit log: whoever is logged in, or `person` where the log-in is not complete yet."""
    actor = person or request.user
    address = request.META.get("REMOTE_ADDR", "")
    key = request.session.get(signin.TOKEN) or request.session.session_key or ""
    session = hashlib.sha256(key.encode()).hexdigest()[:16] if key else ""
    if isinstance(actor, Person):
        return Who("person", actor.username, actor.full_name, address, session)
    return Who("anonymous", "", "Nobody logged in", address, session)


def person_of(request: HttpRequest) -> Person:
    """The person logged in, in a view that only people who are reach."""
    if not isinstance(request.user, Person):
        raise PermissionDenied("Nobody is logged in.")
    return request.user


def proven(request: HttpRequest, person: Person) -> bool:
    """Whether the second factor was used in this session."""
    return any(step.get("method") == "mfa" for step in get_authentication_records(request, person))


@enforces("6.c.ii.1", "6.b.i.8", "AC-8", "IA-2")
class DefaultDeny(MiddlewareMixin):
    """Asks, in turn: banner acknowledged, log-in that still stands, its second factor, the role's permission.

    Sets `request.who`. Works before the view and never touches a response's body, so a stream streams.
    """

    def process_view(
        self, request: HttpRequest, _view: Callable[..., Any], _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        route = request.resolver_match.view_name if request.resolver_match else ""
        needs = ROUTES.get(route)
        answer = self._ended(request) or self._banner(request, needs)
        request.who = who_is(request)  # type: ignore[attr-defined]
        if answer or needs in (Open.BANNER, Open.BEFORE_LOGIN):
            return answer
        person = request.user
        if not isinstance(person, Person):
            return _first(request, "account_login", "6.c.ii.1", "You are not logged in.")
        return self._second_factor(request, person, needs, route) or self._duty(request, person, needs)

    @enforces("6.b.i.9", "AC-7", "AU-2")
    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Record what was stopped for too many tries. What a page showed stays on no disk but the hub's."""
        if response.status_code == 429:
            record(
                who_is(request),
                Event.ROUTE_REFUSE,
                f"{request.method} {request.path}"[:200],
                outcome="refused",
                clause="AC-7",
                reason="Too many tries in a short time.",
            )
        if not response.has_header("Cache-Control"):
            response["Cache-Control"] = "no-store"
        return response

    def _ended(self, request: HttpRequest) -> HttpResponse | None:
        """End a session whose sign-in stands no more, and say why."""
        if not request.user.is_authenticated:
            return None
        standing = signin.stands(request)
        if not isinstance(standing, Refusal):
            if "text/event-stream" not in request.headers.get("Accept", ""):
                signin.seen(request)  # a stream that reconnects by itself is nobody at work
            return None
        if not _wants_page(request):
            return _unauthorised(standing)
        who = who_is(request)
        if standing.clause == "6.a.i.2":  # recorded when the other session began
            logout(request)
        else:
            with act(who, Event.SESSION_END, f"person:{who.id}", reason=standing.reason):
                signin.end(request)
                logout(request)
        messages.warning(request, str(standing))
        return None

    def _banner(self, request: HttpRequest, needs: Permission | Open | None) -> HttpResponse | None:
        if needs is Open.BANNER or BANNER in request.session:
            return None
        return _first(request, "banner", "AC-8", "The banner was not acknowledged.")

    def _second_factor(
        self, request: HttpRequest, person: Person, needs: Permission | Open | None, route: str
    ) -> HttpResponse | None:
        """What log-in still asks: the factor itself, a password of one's own, a first factor."""
        if person.enrolled and not proven(request, person):
            logout(request)
            return _first(request, "banner", "6.c.ii.1", "You logged in without your second factor.")
        if person.must_change_password and route != "account_change_password":
            return _first(
                request, "account_change_password", "IA-5.passwords", "This password was for one log-in."
            )
        if not person.enrolled and needs is not Open.FIRST_FACTOR:
            return _first(request, "mfa_index", "6.c.ii.1", "You have no second factor yet.")
        return None

    @enforces("5.d", "5.e", "6.d.i", "6.d.ii", "6.d.iii", "6.g.i.1", "6.g.i.2", "6.g.i.3")
    def _duty(
        self, request: HttpRequest, person: Person, needs: Permission | Open | None
    ) -> HttpResponse | None:
        """Refuse a duty to who is not authorised now, or not for it, on the record; say all that is missing."""
        if isinstance(needs, Open):
            return None
        found = standing.of(person)
        missing = hindrances(found, needs)
        if not missing:
            return None
        first = missing[0]
        _refused(request, first, *(one.clause for one in missing[1:]))
        if not _wants_page(request):
            return _plain(first, 403)
        if found.authorised:
            return render(request, "people/refused.html", {"refusal": first}, status=403)
        return render(request, "access/missing.html", {"standing": found}, status=403)


def _refused(request: HttpRequest, refusal: Refusal, *also: str) -> None:
    """Put a refused route on the log; `also` are clauses beside the first."""
    record(
        who_is(request),
        Event.ROUTE_REFUSE,
        f"{request.method} {request.path}"[:200],
        outcome="refused",
        clause=refusal.clause,
        reason=refusal.reason,
        **({"also_missing": list(also)} if also else {}),
    )


def _wants_page(request: HttpRequest) -> bool:
    """A browser that navigates, not an event stream or a script."""
    accept = request.headers.get("Accept", "")
    return "text/event-stream" not in accept and ("application/json" not in accept or "text/html" in accept)


def _first(request: HttpRequest, route: str, clause: str, reason: str) -> HttpResponse:
    """Send a person to the step that comes first, and back afterwards; tell a script plainly."""
    if not _wants_page(request):
        return _unauthorised(Refusal(clause, reason, "Open the hub in a browser and log in."))
    back = f"?{urlencode({'next': request.get_full_path()})}" if request.method == "GET" else ""
    return redirect(reverse(route) + back)


def _unauthorised(refusal: Refusal) -> HttpResponse:
    return _plain(refusal, 401)


def _plain(refusal: Refusal, status: int) -> HttpResponse:
    return JsonResponse(
        {"clause": refusal.clause, "reason": refusal.reason, "help": refusal.help}, status=status
    )
