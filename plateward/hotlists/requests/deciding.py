"""Approved, returned, refused: each one act with its entry, by whose it is to decide."""

from collections.abc import Collection

from django.urls import reverse
from django.utils.timezone import localtime

from plateward import clock
from plateward.audit.events import Event
from plateward.audit.log import Draft, act
from plateward.audit.who import Who
from plateward.hotlists.audience import lists_for
from plateward.hotlists.models import Reason
from plateward.hotlists.protected.actions import watched
from plateward.hotlists.requests import entering, rules
from plateward.hotlists.requests.actions import decided, end_unreviewed, locked, move
from plateward.hotlists.requests.models import Decision, Request
from plateward.hotlists.requests.routing import how_it_stands
from plateward.hotlists.requests.rules import Standing
from plateward.people.models import Person
from plateward.people.notices.actions import notify
from plateward.people.notices.kinds import Kind as Notified
from plateward.policy.decision import Refusal, Refused, require
from plateward.policy.trace import enforces

State, Kind = Request.State, Request.Kind
IN_EMERGENCY = "In an emergency, as a supervisor on duty"


@enforces("6.f.i.1", "6.b.i.9")
def approve(who: Who, reviewer: Person, request: Request, looked_at: int, text: str = "") -> None:
    """The plate is listed, or the entry removed, from now on. `looked_at`: the version that the reviewer saw.

    Raises Refused: not theirs, decided meanwhile, changed meanwhile, or no more possible.
    """
    asked = f"hotlist-request:{request.pk}"
    with watched(who), act(who, Event.HOTLIST_APPROVE, asked, reason=text) as entry:
        held = locked(request)
        found = _require(reviewer, held, looked_at, approves=True)
        theirs = reviewer in found.route.reviewers
        acting = found.route.acting if theirs else IN_EMERGENCY
        entry.note(version=looked_at, acting=acting, emergency=held.emergency, number=held.number_known)
        if held.kind == Kind.REMOVE:
            _remove(who, held, acting, text, reviewer)
        else:
            _list(who, held, acting, text, reviewer)
        _tell_asker(held, reviewer, "approved", text)
        _tell_supervisor(held, reviewer, acting, found.owners)


def _list(who: Who, held: Request, acting: str, text: str, reviewer: Person) -> None:
    version, now = held.last, clock.now()
    assert version.expires_at is not None  # noqa: S101  # of every plate to be listed
    require(rules.may_use(held.hotlist, in_audience=True))
    require(rules.may_enter(version.expires_at, version.reason, Reason.current(), held.number_known, now))
    held.entry = entering.enter(who, version, version.expires_at)
    move(held, State.APPROVED)
    decided(held, Decision.Kind.APPROVED, reviewer, acting=acting, text=text, entry=held.entry)


def _remove(who: Who, held: Request, acting: str, text: str, reviewer: Person) -> None:
    assert held.entry is not None  # noqa: S101  # of every removal
    if not entering.end(who, held.entry, "A supervisor approved its removal."):
        raise Refused(
            Refusal(
                rules.REVIEW,
                "This entry is in force no more: somebody removed it, or it was replaced.",
                "Refuse the request.",
            )
        )
    move(held, State.APPROVED)
    decided(held, Decision.Kind.APPROVED, reviewer, acting=acting, text=text, entry=held.entry)


@enforces("6.f.i.1", "6.b.i.9")
def send_back(who: Who, reviewer: Person, request: Request, looked_at: int, text: str) -> None:
    """Return it with what to mend; the asker may send it in again. Raises Refused."""
    asked = f"hotlist-request:{request.pk}"
    with watched(who), act(who, Event.HOTLIST_RETURN, asked, reason=text) as entry:
        _turn_down(who, entry, reviewer, request, looked_at, text, State.RETURNED)


@enforces("6.f.i.1", "6.b.i.9")
def refuse(who: Who, reviewer: Person, request: Request, looked_at: int, text: str) -> None:
    """It is not to be. Raises Refused."""
    asked = f"hotlist-request:{request.pk}"
    with watched(who), act(who, Event.HOTLIST_REFUSE, asked, reason=text) as entry:
        _turn_down(who, entry, reviewer, request, looked_at, text, State.REFUSED)


def _turn_down(
    who: Who, entry: Draft, reviewer: Person, request: Request, looked_at: int, text: str, to: Request.State
) -> None:
    held = locked(request)
    found = _require(reviewer, held, looked_at, approves=False)
    word = "returned" if to == State.RETURNED else "refused"
    require(rules.needs_text(text, word))
    entry.note(version=looked_at, acting=found.route.acting)
    ended = end_unreviewed(who, held, f"A supervisor {word} it after it had been put in force.")
    move(held, to)
    kind = Decision.Kind.RETURNED if to == State.RETURNED else Decision.Kind.REFUSED
    decided(held, kind, reviewer, acting=found.route.acting, text=text, entry=ended)
    _tell_asker(held, reviewer, word, text)


def _require(reviewer: Person, held: Request, looked_at: int, *, approves: bool) -> Standing:
    found = how_it_stands(held, reviewer)
    require(rules.may_decide(reviewer, found, looked_at, approves=approves))
    return found


def _tell_asker(held: Request, reviewer: Person, word: str, text: str) -> None:
    """What was returned waits for the asker until the request is sent in again, or withdrawn."""
    words = f" “{text.strip()}”" if text.strip() else ""
    notice = f"{reviewer} {word} your request {held.pk} of {clock.written(localtime(held.asked_at))}.{words}"
    notify(
        [held.asker],
        Notified.REQUEST_HANDLE if held.state == State.RETURNED else Notified.REQUEST_ANSWER,
        notice,
        held,
        link=reverse("requests:own", args=[held.pk]),
    )


@enforces("6.f.i.1")
def _tell_supervisor(held: Request, reviewer: Person, acting: str, owners: Collection[int]) -> None:
    """Their own supervisor learns what somebody else approved in their place, if they may see the list, and it names no
    vehicle of theirs."""
    own = held.asker.supervisor
    if (
        own is None
        or own == reviewer
        or own.pk in owners
        or (held.hotlist.covert and not lists_for(own).filter(pk=held.hotlist_id))
    ):
        return
    notify(
        [own],
        Notified.REQUEST_ANSWER,
        f"{reviewer} approved request {held.pk} of {held.asker} in your place. {acting}.",
        held,
    )
