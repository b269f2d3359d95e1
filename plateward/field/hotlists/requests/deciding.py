"""Approving, returning and refusing requests: each one act, by the reviewer responsible. The hub's own work on them: it
asks CAD again about unchecked numbers, and ends entries that were in force unreviewed for two hours."""

from collections.abc import Collection

from django.utils.timezone import localtime

from plateward.core.audit.actor import HUB, Actor
from plateward.core.audit.events import Event
from plateward.core.audit.log import EntryDraft, act
from plateward.core.cases.asking_again import ask_again
from plateward.core.cases.cad import client
from plateward.core.decisions.reminders import Reminder
from plateward.field.hotlists.audience import lists_for
from plateward.field.hotlists.models import Reason
from plateward.field.hotlists.protected.actions import flag_personal_use
from plateward.field.hotlists.requests import entering, rules
from plateward.field.hotlists.requests.actions import (
    end_unreviewed_entry,
    lock_request,
    notify_requester,
    record_decision,
    record_number_check,
    set_state,
)
from plateward.field.hotlists.requests.models import OPEN, UNREVIEWED_AT_MOST, Decision, Request
from plateward.field.hotlists.requests.routing import review_route_of, standing_of
from plateward.field.hotlists.requests.rules import RequestStanding
from plateward.ground import clock
from plateward.ground.links.cad import CadAnswer, CadOutcome
from plateward.ground.policy.decision import Refusal, Refused, require
from plateward.ground.policy.trace import enforces
from plateward.people.actor import PersonActor
from plateward.people.models import Person
from plateward.people.notices.actions import notify
from plateward.people.notices.kinds import Kind as Notified

State, Kind = Request.State, Request.Kind
IN_EMERGENCY = "In an emergency, as a supervisor on duty"


@enforces("6.f.i.1/review", "6.f.i.1/removal", "6.b.i.9/entries")
def approve_request(actor: PersonActor, request: Request, seen: int, text: str = "") -> None:
    """List the plate, or remove the entry, from now on. `seen`: the version that the reviewer saw.

    Raises Refused: not theirs to decide, already decided, changed meanwhile, or no longer possible.
    """
    subject = f"hotlist-request:{request.pk}"
    with flag_personal_use(actor), act(actor, Event.HOTLIST_APPROVE, subject, reason=text) as entry:
        current = lock_request(request)
        standing = _require_decidable(actor.person, current, seen, approves=True)
        in_route = actor.person in standing.route.reviewers
        acting = standing.route.acting if in_route else IN_EMERGENCY
        entry.note(version=seen, acting=acting, emergency=current.emergency, number=current.number_known)
        if current.kind == Kind.REMOVE:
            _remove_entry(actor, current, acting, text)
        else:
            _list_plate(actor, current, acting, text)
        _notify_requester(current, actor.person, "approved", text)
        _notify_supervisor(current, actor.person, acting, standing.owners)


def _list_plate(actor: PersonActor, request: Request, acting: str, text: str) -> None:
    version, now = request.last, clock.now()
    assert version.expires_at is not None  # noqa: S101  # every listing has one
    require(rules.may_use_list(request.hotlist, in_audience=True))
    require(
        rules.may_begin_entry(version.expires_at, version.reason, Reason.current(), request.number_known, now)
    )
    request.entry = entering.begin_entry(actor, version, version.expires_at)
    set_state(request, State.APPROVED)
    record_decision(
        request, Decision.Kind.APPROVED, actor.person, acting=acting, text=text, entry=request.entry
    )


def _remove_entry(actor: PersonActor, request: Request, acting: str, text: str) -> None:
    assert request.entry is not None  # noqa: S101  # every removal has one
    if not entering.end_entry(actor, request.entry, "A supervisor approved its removal."):
        raise Refused(
            Refusal(
                rules.REVIEW,
                "This entry is no longer in force: it was removed or replaced.",
                "Refuse the request.",
            )
        )
    set_state(request, State.APPROVED)
    record_decision(
        request, Decision.Kind.APPROVED, actor.person, acting=acting, text=text, entry=request.entry
    )


@enforces("6.f.i.1/review", "6.b.i.9/entries")
def return_request(actor: PersonActor, request: Request, seen: int, text: str) -> None:
    """Return it and say what to fix; the requester may resubmit it. Raises Refused."""
    subject = f"hotlist-request:{request.pk}"
    with flag_personal_use(actor), act(actor, Event.HOTLIST_RETURN, subject, reason=text) as entry:
        _turn_down(actor, entry, request, seen, text, State.RETURNED)


@enforces("6.f.i.1/review", "6.b.i.9/entries")
def refuse_request(actor: PersonActor, request: Request, seen: int, text: str) -> None:
    """Refuse it for good. Raises Refused."""
    subject = f"hotlist-request:{request.pk}"
    with flag_personal_use(actor), act(actor, Event.HOTLIST_REFUSE, subject, reason=text) as entry:
        _turn_down(actor, entry, request, seen, text, State.REFUSED)


def _turn_down(
    actor: PersonActor, entry: EntryDraft, request: Request, seen: int, text: str, to: Request.State
) -> None:
    current = lock_request(request)
    standing = _require_decidable(actor.person, current, seen, approves=False)
    word = "returned" if to == State.RETURNED else "refused"
    require(rules.needs_text(text, word))
    entry.note(version=seen, acting=standing.route.acting)
    ended = end_unreviewed_entry(actor, current, f"A supervisor {word} it after it was put in force.")
    set_state(current, to)
    kind = Decision.Kind.RETURNED if to == State.RETURNED else Decision.Kind.REFUSED
    record_decision(current, kind, actor.person, acting=standing.route.acting, text=text, entry=ended)
    _notify_requester(current, actor.person, word, text)


def _require_decidable(reviewer: Person, request: Request, seen: int, *, approves: bool) -> RequestStanding:
    standing = standing_of(request, reviewer)
    require(rules.may_decide_request(reviewer, standing, seen, approves=approves))
    return standing


def _notify_requester(request: Request, reviewer: Person, word: str, text: str) -> None:
    """The notice about a returned request stays until it is resubmitted or withdrawn."""
    words = f" “{text.strip()}”" if text.strip() else ""
    notice = f"{reviewer} {word} your request {request.pk} of {clock.format_day(localtime(request.asked_at))}.{words}"
    kind = Notified.REQUEST_HANDLE if request.state == State.RETURNED else Notified.REQUEST_ANSWER
    notify_requester(request, notice, kind)


@enforces("6.f.i.1/emergency")
def _notify_supervisor(request: Request, reviewer: Person, acting: str, owners: Collection[int]) -> None:
    """Notify the requester's own supervisor of an approval in their place, if they may see the list and the
    request names no vehicle of theirs."""
    own = request.requester.supervisor
    if (
        own is None
        or own == reviewer
        or own.pk in owners
        or (request.hotlist.covert and not lists_for(own).filter(pk=request.hotlist_id))
    ):
        return
    notify(
        [own],
        Notified.REQUEST_ANSWER,
        f"{reviewer} approved request {request.pk} of {request.requester} in your place. {acting}.",
        request,
    )


@enforces("6.a.iii/outage")
def check_numbers_again() -> int:
    """Ask CAD about each number it gave no answer for, while the request waits or its entry is in force.
    Returns how many are settled."""
    rows = Request.objects.filter(
        number_known=Request.Number.UNREACHABLE, state__in=[*OPEN, State.APPROVED]
    ).exclude(entry__ended__isnull=False)

    def ask(request: Request) -> CadAnswer | None:
        answer = client().look_up(request.last.number)
        return None if answer.outcome == CadOutcome.UNREACHABLE else answer

    return ask_again(rows.prefetch_related("versions"), ask, _record_answer)


def _record_answer(request: Request, answer: CadAnswer) -> bool:
    with act(HUB, Event.HOTLIST_CHECK, f"hotlist-request:{request.pk}") as entry:
        current = lock_request(request)
        if current.last.pk != request.last.pk or current.number_known != Request.Number.UNREACHABLE:
            return False  # corrected, or settled by another node, meanwhile
        record_number_check(current, answer)
        entry.note(number=answer.outcome.value)
        if answer.outcome == CadOutcome.UNKNOWN and current.state in (*OPEN, State.APPROVED):
            _return_unknown(current, answer)
    return True


@enforces("6.a.iii/outage")
def _return_unknown(request: Request, answer: CadAnswer) -> None:
    """End its entry; the requester corrects or drops the request. Notifies approvers and reviewers."""
    approvers = [
        item.by for item in request.last.decisions.select_related("by") if item.kind == Decision.Kind.APPROVED
    ]
    ended, request.entry = request.entry, None
    if ended:
        entering.end_entry(HUB, ended, "CAD does not have its CAD or case number.")
    set_state(request, State.RETURNED)
    text = f"{answer.detail} (clause 6.a.iii)"
    record_decision(
        request, Decision.Kind.ENDED if ended else Decision.Kind.RETURNED, None, text=text, entry=ended
    )
    became = "its entry has ended" if ended else "it was returned"
    notify_requester(request, f"Your request {request.pk}: {answer.detail} So {became}; correct the number.")
    above = {*review_route_of(request).reviewers, *(item for item in approvers if item)}
    notice = f"Request {request.pk} of {request.requester}: {answer.detail} So {became}."
    notify(sorted(above, key=lambda person: person.pk), Notified.REQUEST_ANSWER, notice, request)


def _is_unreviewed_too_long(request: Request) -> bool:
    return request.state == State.UNREVIEWED and request.moved_at <= clock.now() - UNREVIEWED_AT_MOST


@enforces("6.f.i.1/after")
def lapse(actor: Actor, request: Request, reason: str) -> None:
    """Within an act: end the unreviewed entry; the request keeps waiting for review."""
    ended = end_unreviewed_entry(actor, request, reason)
    set_state(request, State.WAITING)
    record_decision(request, Decision.Kind.ENDED, None, text=reason, entry=ended)
    notice = (
        f"Request {request.pk} of {request.requester} is no longer in force: {reason} It still needs review."
    )
    notify_requester(request, notice)
    notify(review_route_of(request).reviewers, Notified.REQUEST_HANDLE, notice, request)


# Their own expiry ended them on time, on readers too.
end_unreviewed_in_time = Reminder(
    Event.HOTLIST_END,
    lambda: Request.objects.filter(state=State.UNREVIEWED).order_by("pk"),
    _is_unreviewed_too_long,
    lambda _, request: lapse(HUB, request, "It was not reviewed within two hours."),
    lock_request,
    lambda request: f"hotlist-request:{request.pk}",
)
