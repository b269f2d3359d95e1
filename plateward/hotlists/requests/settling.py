"""The hub's own work on requests: it asks CAD again about unchecked numbers, and ends entries that were in
force unreviewed for two hours."""

from plateward import clock
from plateward.audit.actor import Actor
from plateward.audit.events import Event
from plateward.audit.log import act
from plateward.cases.cad import client
from plateward.hotlists.requests import entering
from plateward.hotlists.requests.actions import (
    end_unreviewed_entry,
    lock_request,
    notify_requester,
    record_decision,
    record_number_check,
    set_state,
)
from plateward.hotlists.requests.models import OPEN, UNREVIEWED_AT_MOST, Decision, Request
from plateward.hotlists.requests.routing import review_route_of
from plateward.links.cad import CadAnswer, CadOutcome
from plateward.people.notices.actions import notify
from plateward.people.notices.kinds import Kind
from plateward.policy.trace import enforces

HUB_ACTOR = Actor("system", "hub", "The hub")
State = Request.State
AT_ONCE = 100  # CAD look-ups per minute
MOST_UNANSWERED = 3  # after this many, CAD is not asked again this minute


@enforces("6.a.iii")
def check_numbers_again() -> int:
    """Ask CAD about each number it gave no answer for, while the request waits or its entry is in force.
    Returns how many are settled."""
    rows = Request.objects.filter(
        number_known=Request.Number.UNREACHABLE, state__in=[*OPEN, State.APPROVED]
    ).exclude(entry__ended__isnull=False)
    settled = unanswered = 0
    # In random order, so that a number that always fails at CAD does not keep the others from their turn.
    for request in rows.prefetch_related("versions").order_by("?")[:AT_ONCE]:
        answer = client().look_up(request.last.number)
        if answer.outcome != CadOutcome.UNREACHABLE:
            settled += _record_answer(request, request.last.pk, answer)
            continue
        unanswered += 1
        if unanswered == MOST_UNANSWERED:
            break
    return settled


def _record_answer(request: Request, version: int, answer: CadAnswer) -> bool:
    with act(HUB_ACTOR, Event.HOTLIST_CHECK, f"hotlist-request:{request.pk}") as entry:
        current = lock_request(request)
        if current.last.pk != version or current.number_known != Request.Number.UNREACHABLE:
            return False  # corrected, or settled by another node, meanwhile
        record_number_check(current, answer)
        entry.note(number=answer.outcome.value)
        if answer.outcome == CadOutcome.UNKNOWN and current.state in (*OPEN, State.APPROVED):
            _return_unknown(current, answer)
    return True


@enforces("6.a.iii")
def _return_unknown(request: Request, answer: CadAnswer) -> None:
    """End its entry; the requester corrects or drops the request. Notifies approvers and reviewers."""
    approvers = [
        item.by for item in request.last.decisions.select_related("by") if item.kind == Decision.Kind.APPROVED
    ]
    ended, request.entry = request.entry, None
    if ended:
        entering.end_entry(HUB_ACTOR, ended, "CAD does not have its CAD or case number.")
    set_state(request, State.RETURNED)
    text = f"{answer.detail} (clause 6.a.iii)"
    record_decision(
        request, Decision.Kind.ENDED if ended else Decision.Kind.RETURNED, None, text=text, entry=ended
    )
    became = "its entry has ended" if ended else "it was returned"
    notify_requester(request, f"Your request {request.pk}: {answer.detail} So {became}; correct the number.")
    above = {*review_route_of(request).reviewers, *(item for item in approvers if item)}
    notice = f"Request {request.pk} of {request.requester}: {answer.detail} So {became}."
    notify(sorted(above, key=lambda person: person.pk), Kind.REQUEST_ANSWER, notice, request)


@enforces("6.f.i.1")
def end_unreviewed_in_time() -> int:
    """Record the end of entries that were in force unreviewed for two hours; their own expiry ended them on
    time, on readers too. Returns how many."""
    long = clock.now() - UNREVIEWED_AT_MOST
    rows = Request.objects.filter(state=State.UNREVIEWED, moved_at__lte=long).order_by("pk")
    ended = 0
    for request in rows:
        with act(HUB_ACTOR, Event.HOTLIST_END, f"hotlist-request:{request.pk}"):
            current = lock_request(request)
            if current.state == State.UNREVIEWED and current.moved_at <= long:
                lapse(HUB_ACTOR, current, "It was not reviewed within two hours.")
                ended += 1
    return ended


@enforces("6.f.i.1")
def lapse(actor: Actor, request: Request, reason: str) -> None:
    """Within an act: end the unreviewed entry; the request keeps waiting for review."""
    ended = end_unreviewed_entry(actor, request, reason)
    set_state(request, State.WAITING)
    record_decision(request, Decision.Kind.ENDED, None, text=reason, entry=ended)
    notice = (
        f"Request {request.pk} of {request.requester} is no longer in force: {reason} It still needs review."
    )
    notify_requester(request, notice)
    notify(review_route_of(request).reviewers, Kind.REQUEST_HANDLE, notice, request)
