"""The purpose that a session states: kept in it, and carried by whoever acts in it."""

from django.http import HttpRequest, HttpResponse

from plateward.core.audit.events import Event
from plateward.core.audit.log import act, record_refusal
from plateward.ground.policy.decision import Refusal, require
from plateward.ground.policy.trace import enforces
from plateward.people.actor import PersonActor
from plateward.people.http import refusal_json, send_to_step, visitor_of, wants_page
from plateward.people.models import Person
from plateward.people.purpose.rules import CLAUSE, PurposeSource, may_state, purpose_source

PURPOSE_KEY = "people.purpose"  # in the session


@enforces("6.a.i.1/every", "SB40.share/recorded")
def require_purpose(request: HttpRequest, person: Person, route: str) -> HttpResponse | None:
    """None if this route needs none, or this session stated one that is still the person's: whoever acts then carries
    it (`visitor_of`). Otherwise the form that asks for it; a script, an image or a stream gets a refusal."""
    if purpose_source(route) is not PurposeSource.STATED:
        return None
    stated = request.session.get(PURPOSE_KEY, "")
    decision = may_state(stated, person.permissions)
    if not isinstance(decision, Refusal):
        request.purpose = stated  # type: ignore[attr-defined]
        request.actor = visitor_of(request)  # type: ignore[attr-defined]
        return None
    if wants_page(request):
        return send_to_step(request, "purpose", CLAUSE, decision.reason)
    record_refusal(visitor_of(request), Event.ROUTE_REFUSE, f"{request.method} {request.path}", decision)
    return refusal_json(decision, 403)


@enforces("6.a.i.1/every", "6.b.i.9/entries")
def state_purpose(request: HttpRequest, actor: PersonActor, purpose: str) -> None:
    """From now on this is the purpose of this session. Raises Refused."""
    with act(actor, Event.PURPOSE_STATE, f"person:{actor.id}") as entry:
        entry.note(purpose=purpose, before=request.session.get(PURPOSE_KEY, ""))
        require(may_state(purpose, actor.person.permissions))
    request.session[PURPOSE_KEY] = purpose
