"""Who a request to the API is: the person of the token in its Authorization header, and nobody else. A session's cookie
counts for nothing here, so that no other site's page can make a browser ask."""

import re

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase

from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.repeated_refusals import client_network, record_or_count
from plateward.core.pages.export_stop import may_leave
from plateward.ground.policy.decision import Refusal
from plateward.ground.policy.trace import enforces
from plateward.people.access import standing
from plateward.people.access.rules import refusals_for
from plateward.people.actor import PersonActor
from plateward.people.permissions import Permission
from plateward.people.tokens import actions
from plateward.people.tokens.models import ApiToken
from plateward.people.tokens.rules import REQUESTS_PER_MINUTE, TokenCopied, is_too_fast


def api_error(status: int, error: str, help: str = "", clause: str = "", field: str = "") -> JsonResponse:
    """`{"error", "clause", "help"}`, and `field` if it is about one field of the request."""
    body = {"error": error, "clause": clause, "help": help} | ({"field": field} if field else {})
    return JsonResponse(body, status=status)


def method_refused(response: HttpResponseBase) -> JsonResponse:
    """The same for a method that an address does not take, whoever refused it."""
    answer = api_error(405, "This address does not take this method.", f"It takes {response['Allow']}.")
    answer["Allow"] = response["Allow"]
    return answer


def api_refusal(refusal: Refusal, status: int) -> JsonResponse:
    """The same for a rule's no."""
    answer = api_error(status, refusal.reason, refusal.help, refusal.clause, refusal.field)
    if status == 401:
        answer["WWW-Authenticate"] = "Bearer"
    return answer


FORM = re.compile(rf"{actions.PREFIX}[A-Za-z0-9_-]{{{actions.TEXT_LENGTH - len(actions.PREFIX)}}}")
MAX_BODY = 256 * 1024  # bytes
GUESSES_AT_MOST, GUESSES_WITHIN_S = 20, 600  # unknown tokens from one client
UNKNOWN = Refusal(
    "6.c.ii.1",
    "This needs an API token, as the header “Authorization: Bearer …”.",
    "Make one under Search, API tokens. A log-in alone does not open the API.",
)


@enforces(
    "6.c.ii.1/all", "6.b.i.8/matrix", "6.b.i.11/contained", "6.c.ii/cases", "IA-2/machines", "AC-2/disabled"
)
def admit(request: HttpRequest, needs: Permission | None) -> HttpResponse | None:
    """None if the request may go on; it then has the token's person as `user` and `actor`, and the `api_token`."""
    address = request.META.get("REMOTE_ADDR", "")
    token = _token_of(request)
    if token is None:
        return _unknown(request, address)
    actor = PersonActor.of(token.person, address, f"token:{token.pk}")
    request.user, request.actor, request.api_token = token.person, actor, token  # type: ignore[attr-defined]
    person_standing = standing.standing_of(token.person)
    granted = person_standing.facts.granted
    if barred := refusals_for(person_standing, needs):
        return _refused(request, actor, barred[0], 403)
    decision, uses = actions.use_token(token, granted.role if granted else None, address)
    if isinstance(decision, TokenCopied):
        actions.end_copied_token(actor, token, decision)
        return api_refusal(decision, 401)
    if isinstance(decision, Refusal):
        return _refused(request, actor, decision, 401)
    if isinstance(stopped := may_leave(), Refusal):
        return _refused(request, actor, stopped, 403)
    if is_too_fast(uses):
        return _wait(f"This token has made {REQUESTS_PER_MINUTE} requests in this minute.", 60)
    if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_BODY or len(request.body) > MAX_BODY:
        return api_error(413, f"A request has at most {MAX_BODY // 1024} KiB here.", "Ask for less at once.")
    return None


def _token_of(request: HttpRequest) -> ApiToken | None:
    scheme, _, text = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    if scheme.lower() != "bearer" or not FORM.fullmatch(text):
        return None
    return ApiToken.objects.select_related("person").filter(digest=actions.digest_of(text)).first()


@enforces("6.b.i.9/denied", "AC-7/strangers", "AU-2/logons")
def _unknown(request: HttpRequest, address: str) -> HttpResponse:
    """A stranger, whose requests cost one look-up, and of which the first are recorded and the others counted."""
    request.actor = Actor("anonymous", "", "somebody not logged in", address)  # type: ignore[attr-defined]
    if "HTTP_AUTHORIZATION" in request.META:
        key = f"tokens.unknown:{client_network(address)}"
        if (guesses := cache.get(key, 0)) >= GUESSES_AT_MOST:
            return _wait("Too many tokens from here that are not known.", GUESSES_WITHIN_S)
        cache.set(key, guesses + 1, GUESSES_WITHIN_S)
    return _refused(request, request.actor, UNKNOWN, 401)  # type: ignore[attr-defined]


def _refused(request: HttpRequest, actor: Actor, refusal: Refusal, status: int) -> HttpResponse:
    record_or_count(
        actor,
        Event.ROUTE_REFUSE,
        f"{request.method} {request.path}",
        outcome="refused",
        clause=refusal.clause,
        reason=refusal.reason,
    )
    return api_refusal(refusal, status)


def _wait(error: str, seconds: int) -> HttpResponse:
    answer = api_error(429, error, "Wait, and ask again.", "AC-7")
    answer["Retry-After"] = str(seconds)
    return answer
