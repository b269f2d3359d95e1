"""Default deny: a request reaches its view only through this middleware and with a row in `routes.py`."""

import logging
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import ResolverMatch
from django.utils.deprecation import MiddlewareMixin
from django.views.defaults import server_error

from plateward.core.audit import repeated_refusals
from plateward.core.audit.events import Event
from plateward.core.audit.log import act, record, record_refusal
from plateward.core.pages.export_stop import may_leave
from plateward.ground.policy.decision import Allow, Refusal
from plateward.ground.policy.packs import cited_as
from plateward.ground.policy.trace import enforces
from plateward.people import binding
from plateward.people.access import standing
from plateward.people.access.rules import refusals_for
from plateward.people.browser_cookies import (
    BANNER_COOKIE,
    BANNER_KEY,
    banner_acknowledged_at,
    remember_person,
)
from plateward.people.http import (
    HiddenObject,
    is_stream,
    person_of,
    record_not_found,
    refusal_json,
    send_to_step,
    unauthorized_json,
    visitor_of,
    wants_page,
)
from plateward.people.left_out import begin_list, end_list
from plateward.people.models import Person
from plateward.people.page_answers import begin_page, end_page
from plateward.people.permissions import Permission
from plateward.people.proofs import by_token, leaves_as_file, may_give_file, proof_of
from plateward.people.purpose.stated import require_purpose
from plateward.people.route_rules import ProofRule, SignInStage
from plateward.people.routes import ROUTES
from plateward.people.rules import KeyNotShown, SessionCopied, SessionLocked, may_enter
from plateward.people.sign_in import proof, sign_ins
from plateward.people.sign_in.strangers import admit_stranger
from plateward.people.tokens.admission import admit, api_error, method_refused

__all__ = ["BANNER_KEY", "DIRECTORY", "DefaultDeny", "person_of", "used_second_factor"]

logger = logging.getLogger(__name__)
ALLOWED_METHODS = (
    "GET",
    "HEAD",
    "POST",
)  # for every page; Django's and allauth's views would treat PUT as POST. An operation says what it `takes`
API, HOW = "/api/v1/", "See the API's page for its operations."
SHOWN_TYPES = (
    "text/html",
    "application/json",
    "text/event-stream",
    "image/",
)  # what pages and scripts consist of
DIRECTORY = "directory"  # what a session's steps call a sign-in through the agency's directory
# What a locked session may still request: unlocking and signing out.
WHILE_LOCKED = frozenset({"account_logout", "account_reauthenticate", "session", "session_key"})
# Requests that an open page makes on its own: nobody is active.
UNATTENDED = frozenset(
    {
        "access:notices_new",
        "alerts:moved",
        "dems:progress",
        "dispatch:board",
        "dispatch:panel",
        "logfiles:progress",
        "map:list",
        "overrides:banner",
        "packages:progress",
        "requests:emergencies",
        "session_key",
    }
)


def used_second_factor(request: HttpRequest, person: Person) -> bool:
    """Whether this session used the second factor."""
    return any(step.get("method") == "mfa" for step in sign_ins.steps_of(request, person))


@enforces("6.c.ii.1/all", "6.b.i.8/matrix", "AC-8/banner", "IA-2/people", "6.a.i.2/unauthorized")
class DefaultDeny(MiddlewareMixin):
    """Checks, in order: banner acknowledged, live sign-in, second factor, the role's permission, a stated purpose; of
    the API's routes the token instead.

    Sets `request.actor`. Runs before the view and never touches a response's body, so streams stay streams.
    """

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        route = request.resolver_match.view_name if request.resolver_match else ""
        takes = getattr(view, "takes", ALLOWED_METHODS)
        # Asked before who it is: the answer is the same for all.
        if request.method not in {*ALLOWED_METHODS, *takes}:
            return HttpResponseNotAllowed(takes)
        needs = ROUTES.get(route)
        if needs is SignInStage.PUBLIC:
            return admit_stranger(request)
        if by_token(route) and isinstance(needs, Permission):
            return admit(request, needs)
        answer = self._ended(request, route) or self._banner(request, needs)
        request.actor = visitor_of(request)  # type: ignore[attr-defined]
        if answer or needs in (SignInStage.BANNER, SignInStage.BEFORE_LOGIN):
            return answer
        person = request.user
        if not isinstance(person, Person):
            return send_to_step(request, "account_login", "6.c.ii.1", "You are not logged in.")
        begin_page(request, person)
        answer = (
            self._second_factor(request, person, needs, route)
            or self._duty(request, person, needs)
            or require_purpose(request, person, route)
            or self._exports_stopped(request, route)
            or self._proof(request, person, route)
        )
        if answer is None:  # what decided that was whole
            begin_list(request)
        return answer

    def process_exception(self, request: HttpRequest, error: Exception) -> None:
        """An attempt at an object that is not there for this person is recorded before the answer: the one that the
        path names, or a hidden one that the query or the form names."""
        at = request.resolver_match
        if isinstance(error, HiddenObject) or (isinstance(error, Http404) and at and at.kwargs):
            record_not_found(request, error)

    @enforces("6.b.i.9/denied", "AC-7/strangers", "AU-2/acts", "AU-2/logons")
    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Record what was stopped for too many tries. No disk but the hub's may keep what a page showed."""
        end_page(request)
        end_list(request)
        at = request.resolver_match
        of_api = at is not None and by_token(at.view_name)
        if response.status_code == 429:
            repeated_refusals.record_or_count(
                # A cookie counts for nothing at the API: whoever its token names is who asked.
                # That is all that a public page knows of anybody, too.
                request.actor if of_api or _is_public(at) else visitor_of(request),  # type: ignore[attr-defined]
                Event.ROUTE_REFUSE,
                f"{request.method} {request.path}",
                outcome="refused",
                clause="AC-7",
                reason="Too many attempts in a short time.",
            )
        if entered := getattr(request, "entered", ""):  # adapters.py: a sign-in was completed
            remember_person(request, entered, response)
            response.delete_cookie(BANNER_COOKIE, samesite="Strict")
            if request.sign_in.key:  # type: ignore[attr-defined]
                binding.set_mark(response, request.sign_in)  # type: ignore[attr-defined]
        if of_api and response.status_code == 405:
            response = method_refused(response)
        if at is None and response.status_code == 404 and request.path.startswith(API):
            response = api_error(404, "This address is no operation of the API.", HOW)
        if at and _is_file(response) and not may_give_file(at.view_name):
            logger.critical(
                "%s answered with a file, and its row in people/routes.py says nothing of it.", at.view_name
            )
            response.close()
            response = server_error(request)
        if not response.has_header("Cache-Control"):
            response["Cache-Control"] = "no-store"
        return response

    @enforces("6.a.i.2/own", "AC-11/lock", "AC-12/ends", "IA-5.sessions/again", "IA-5.sessions/secret")
    def _ended(self, request: HttpRequest, route: str) -> HttpResponse | None:
        """A session that is over ends here, with the reason; a locked one accepts only a proof."""
        person = request.user
        if not isinstance(person, Person):
            return None
        decision = sign_ins.check_session(request)
        if isinstance(decision, SessionLocked):
            proof.lock_session(request, person, decision.reason)
            return None if route in WHILE_LOCKED else proof.ask_for_proof(request, person, decision)
        if isinstance(decision, KeyNotShown):
            return None if route in WHILE_LOCKED else proof.ask_for_key(request, decision)
        if not isinstance(decision, Refusal):
            # A stream that reconnects, or a page's own request, does not count as activity.
            by_itself = route in UNATTENDED or (route in WHILE_LOCKED and request.method == "GET")
            if not (by_itself or is_stream(request)):
                sign_ins.note_activity(request)
            return None
        if isinstance(decision, SessionCopied):
            return self._betrayed(request, person, decision)
        if not wants_page(request):
            return unauthorized_json(decision)
        about = f"person:{person.username}"
        began_another = decision.clause == cited_as("6.a.i.2") and not sign_ins.current_sign_in(request)
        if decision.clause == cited_as("6.b.i.9"):  # its row stays, for Integrity to name
            record_refusal(visitor_of(request), Event.SESSION_END, about, decision)
        elif not began_another:  # which was recorded then
            with act(visitor_of(request), Event.SESSION_END, about, reason=decision.reason):
                sign_ins.end_sign_in(request)
        logout(request)
        messages.warning(request, str(decision))
        return None

    def _betrayed(self, request: HttpRequest, person: Person, refusal: SessionCopied) -> HttpResponse:
        """A copied cookie opens nothing. The session's row stays so that its owner can be notified."""
        sign_ins.end_copied_session(visitor_of(request), request, person, refusal)
        if not wants_page(request):
            return unauthorized_json(refusal)
        # Rendered without the request, so it names nobody and leaves the owner's messages unread.
        answer = HttpResponse(render_to_string("account/barred.html", {"refusal": refusal}), status=401)
        answer.delete_cookie(settings.SESSION_COOKIE_NAME, samesite="Strict")
        return answer

    def _proof(self, request: HttpRequest, person: Person, route: str) -> HttpResponse | None:
        """A sensitive act waits for a new proof, and then continues with the submitted form."""
        proof_needed = proof_of(route, request.method or "")
        if proof_needed is None:
            return None
        by_factor = proof_needed in (ProofRule.FACTOR, ProofRule.FACTOR_FILE) and used_second_factor(
            request, person
        )
        decision = sign_ins.factor_proved_lately(request) if by_factor else sign_ins.proved_lately(request)
        return proof.ask_for_proof(request, person, decision) if isinstance(decision, Refusal) else None

    def _banner(self, request: HttpRequest, needs: Permission | SignInStage | None) -> HttpResponse | None:
        if needs is SignInStage.BANNER or banner_acknowledged_at(request):
            return None
        return send_to_step(request, "banner", "AC-8", "The banner was not acknowledged.")

    def _second_factor(
        self, request: HttpRequest, person: Person, needs: Permission | SignInStage | None, route: str
    ) -> HttpResponse | None:
        """What sign-in still requires: the factor itself, a new password, a first factor."""
        if not used_second_factor(request, person):
            entered = may_enter(False, person.enrolled, person.may_enroll)
            if isinstance(entered, Refusal):
                logout(request)
                return send_to_step(request, "banner", entered.clause, entered.reason)
            if needs is not SignInStage.FIRST_FACTOR:
                to = "account_change_password" if _owes_password(request, person) else "mfa_index"
                return send_to_step(request, to, "6.c.ii.1", "You have no second factor yet.")
        if _owes_password(request, person) and route != "account_change_password":
            return send_to_step(
                request, "account_change_password", "IA-5.passwords", "This password was for one log-in."
            )
        return None

    @enforces(
        "5.d/says",
        "5.e/training",
        "5.e/exam",
        "5.e/cjis",
        "5.e/privileged",
        "6.d.i/before",
        "6.d.ii/yearly",
        "6.d.iii/elevated",
        "6.g.i.1/days",
        "6.g.i.2/days",
        "6.g.i.3/permanent",
    )
    def _duty(
        self, request: HttpRequest, person: Person, needs: Permission | SignInStage | None
    ) -> HttpResponse | None:
        """Refuse and record people who are not authorized or lack the permission; list what is missing."""
        if isinstance(needs, SignInStage):
            return None
        person_standing = standing.own_standing(person)
        missing = refusals_for(person_standing, needs)
        if not missing:
            return None
        gravest = missing[0]
        _record_refusal(request, gravest, *(refusal.clause for refusal in missing[1:]))
        if not wants_page(request):
            return refusal_json(gravest, 403)
        if person_standing.authorized:
            return render(request, "people/refused.html", {"refusal": gravest}, status=403)
        return render(request, "access/missing.html", {"standing": person_standing}, status=403)

    @enforces("6.b.i.11/contained")
    def _exports_stopped(self, request: HttpRequest, route: str) -> HttpResponse | None:
        """Refuse every file with people or plates while a breach is contained."""
        if not leaves_as_file(route) or isinstance(stopped := may_leave(), Allow):
            return None
        _record_refusal(request, stopped)
        return render(request, "people/refused.html", {"refusal": stopped}, status=403)


def _is_public(at: ResolverMatch | None) -> bool:
    return at is not None and ROUTES.get(at.view_name) is SignInStage.PUBLIC


@enforces("6.a.i.2/own", "6.a.i.2/unauthorized")
def _is_file(response: HttpResponseBase) -> bool:
    """Whether a browser would save this instead of showing it."""
    is_shown = response.headers.get("Content-Type", "text/html").startswith(SHOWN_TYPES)
    return response.has_header("Content-Disposition") or not is_shown


def _owes_password(request: HttpRequest, person: Person) -> bool:
    """Whether the password was good for one sign-in only; sign-ins by the directory have not used it."""
    steps = sign_ins.steps_of(request, person)
    return person.must_change_password and not any(step.get("method") == DIRECTORY for step in steps)


def _record_refusal(request: HttpRequest, refusal: Refusal, *also: str) -> None:
    """Record a refused route; `also` are further clauses."""
    record(
        visitor_of(request),
        Event.ROUTE_REFUSE,
        f"{request.method} {request.path}",
        outcome="refused",
        clause=refusal.clause,
        reason=refusal.reason,
        **({"also_missing": list(also)} if also else {}),
    )
