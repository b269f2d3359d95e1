"""Asked for, mended, withdrawn: each one act with its entry. deciding.py writes what reviewers do with it."""

from typing import Any
from uuid import UUID

from plateward import clock
from plateward.audit.events import Event
from plateward.audit.log import Draft, act
from plateward.audit.who import Who
from plateward.cases.cad import client
from plateward.cases.rules import flaw
from plateward.errors import PlatewardError
from plateward.hotlists.audience import lists_for
from plateward.hotlists.models import Entry, HotList, Reason
from plateward.hotlists.protected.actions import watched
from plateward.hotlists.protected.finding import named
from plateward.hotlists.protected.rules import may_ask
from plateward.hotlists.requests import entering, rules
from plateward.hotlists.requests.models import (
    UNREVIEWED_AT_MOST,
    Check,
    Decision,
    Later,
    Request,
    Version,
)
from plateward.hotlists.requests.routing import route_of
from plateward.hotlists.requests.rules import Wanted
from plateward.links.cad import Answer
from plateward.matching import partial
from plateward.people.models import Person
from plateward.people.notices.actions import notify, settle
from plateward.people.notices.kinds import Kind as Notified
from plateward.policy.decision import require
from plateward.policy.trace import enforces

State, Kind = Request.State, Request.Kind


class SentAlready(PlatewardError):
    """The same form was sent before: `request` is what it asked for."""

    def __init__(self, request: Request) -> None:
        super().__init__("This was sent in already.")
        self.request = request


@enforces("6.f.i.1", "5.f", "6.a.iii", "6.b.i.9")
def ask(who: Who, asker: Person, key: UUID, wanted: Wanted, answer: Answer | None = None) -> Request:
    """Ask for a plate to be listed; it matches nothing before it is approved. `key`: the form's own, that counts once;
    `answer`: CAD's of a moment ago, where it was asked about the number already.

    Raises Refused, SentAlready.
    """
    answer = answer or asked_of_cad(wanted.number)
    asked = f"hotlist:{wanted.hotlist.pk}"
    with watched(who), act(who, Event.HOTLIST_ASK, asked, reason=wanted.reason) as entry:
        made = _once(key, kind=Kind.LIST, asker=asker, hotlist=wanted.hotlist)
        _require(asker, wanted, answer)
        _send_in(entry, made, wanted, answer)
    return made


@enforces("6.f.i.1", "5.f", "6.a.iii", "6.b.i.9")
def resubmit(who: Who, asker: Person, request: Request, wanted: Wanted, answer: Answer | None = None) -> None:
    """Send in what was returned, mended; the earlier versions stay. `answer`: as in `ask`. Raises Refused."""
    answer = answer or asked_of_cad(wanted.number)
    asked = f"hotlist-request:{request.pk}"
    with watched(who), act(who, Event.HOTLIST_ASK, asked, reason=wanted.reason) as entry:
        held = locked(request)
        require(rules.may_edit(held.asker_id, asker.pk, held.state))
        _require(asker, wanted, answer)
        _send_in(entry, held, wanted, answer)


@enforces("6.f.i.1", "6.b.i.9")
def ask_removal(
    who: Who, asker: Person, key: UUID, entry: Entry, why: str, *, emergency: bool = False
) -> Request:
    """Ask for an entry to be removed; it goes on matching until that is approved. Raises Refused, SentAlready."""
    with watched(who), act(who, Event.HOTLIST_ASK, f"entry:{entry.pk}") as draft:
        # Whoever asks for the same comes second.
        Entry.objects.select_for_update(no_key=True, of=("self",)).get(pk=entry.pk)
        if earlier := Request.objects.filter(key=key).first():
            raise SentAlready(earlier)
        _require_list(asker, entry.hotlist)
        _require_removal(asker, entry, why, emergency)
        made = _once(key, kind=Kind.REMOVE, asker=asker, hotlist=entry.hotlist, entry=entry)
        _send_in_removal(draft, made, entry, why, emergency)
    return made


@enforces("6.f.i.1", "6.b.i.9")
def resubmit_removal(who: Who, asker: Person, request: Request, why: str, *, emergency: bool = False) -> None:
    """Send in a removal that was returned, with more reason. Raises Refused."""
    with watched(who), act(who, Event.HOTLIST_ASK, f"hotlist-request:{request.pk}") as draft:
        held = locked(request)
        require(rules.may_edit(held.asker_id, asker.pk, held.state))
        assert held.entry is not None  # noqa: S101  # of every removal
        _require_list(asker, held.hotlist)
        _require_removal(asker, held.entry, why, emergency)
        _send_in_removal(draft, held, held.entry, why, emergency)


@enforces("6.f.i.1")
def withdraw(who: Who, asker: Person, request: Request) -> None:
    """Who asked wants it no more. What was in force before its review ends. Raises Refused."""
    with act(who, Event.HOTLIST_WITHDRAW, f"hotlist-request:{request.pk}"):
        held = locked(request)
        require(rules.may_withdraw(held.asker_id, asker.pk, held.state))
        ended = end_unreviewed(who, held, "It was withdrawn by who asked for it, before its review.")
        move(held, State.WITHDRAWN)
        decided(held, Decision.Kind.WITHDRAWN, asker, entry=ended)


def locked(request: Request) -> Request:
    """The row, held: two who decide at once do it one after the other."""
    rows = Request.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("asker", "hotlist", "entry__hotlist").get(pk=request.pk)


def move(request: Request, state: Request.State) -> None:
    """It stands elsewhere now, and what was to be done with it before is settled."""
    request.state, request.moved_at = state, clock.now()
    request.save(update_fields=["state", "moved_at", "hotlist", "entry", "emergency"])
    settle(Notified.REQUEST_HANDLE, request)


def decided(
    request: Request,
    kind: Decision.Kind,
    by: Person | None,
    *,
    acting: str = "",
    text: str = "",
    entry: Entry | None = None,
) -> Decision:
    """What was done with its last version, for good."""
    return Decision.objects.create(
        version=request.last,
        kind=kind,
        by=by,
        acting=acting[:400],
        text=text.strip(),
        entry=entry,
        at=clock.now(),
    )


def end_unreviewed(who: Who, request: Request, reason: str) -> Entry | None:
    """What is in force of it without a review ends, and is returned."""
    if request.state != State.UNREVIEWED or request.entry is None:
        return None
    ended, request.entry = request.entry, None
    entering.end(who, ended, reason)
    return ended


def checked(request: Request, answer: Answer) -> None:
    """What CAD said of its last version's number, for good; the request shows it."""
    Check.objects.create(
        version=request.last, outcome=answer.outcome.value, detail=answer.detail, at=answer.at
    )
    request.number_known = answer.outcome.value
    request.save(update_fields=["number_known"])


def _once(key: UUID, **more: Any) -> Request:
    """The request of a form, made when it is sent in for the first time. Raises SentAlready."""
    made, new = Request.objects.get_or_create(key=key, defaults={"asked_at": clock.now(), **more})
    if not new:
        raise SentAlready(made)
    return made


def asked_of_cad(number: str) -> Answer | None:
    """Before the act, for it may take seconds; nothing that cannot be a number leaves the house."""
    return None if flaw(number) else client().look_up(number)


def _require(asker: Person, wanted: Wanted, answer: Answer | None) -> None:
    _require_list(asker, wanted.hotlist)
    # Held, so that the Chief's switch comes before this entry or ends it.
    later = wanted.later and Later.objects.select_for_update(no_key=True).filter(ends=None).first()
    require(rules.may_list(wanted, Reason.current(), bool(later), clock.now()))
    require(may_ask(asker.pk, named(wanted.plate, wanted.state), unreviewed=wanted.later))
    assert answer is not None  # noqa: S101  # the rule takes well-formed numbers alone
    require(rules.is_known(answer.outcome, answer.detail))


def _require_list(asker: Person, hotlist: HotList) -> None:
    require(rules.may_use(hotlist, lists_for(asker).filter(pk=hotlist.pk).exists()))


def _require_removal(asker: Person, entry: Entry, why: str, emergency: bool) -> None:
    require(may_ask(asker.pk, named(entry.bare, entry.state), unreviewed=False))
    in_force = Entry.objects.in_force().filter(pk=entry.pk).exists()
    waiting = Request.objects.filter(kind=Kind.REMOVE, entry=entry, state=State.WAITING)
    require(rules.may_remove(why, in_force, waiting.exists(), emergency, entry.reason))


def _send_in(draft: Draft, request: Request, wanted: Wanted, answer: Answer | None) -> None:
    assert answer is not None  # noqa: S101
    version = Version.objects.create(
        request=request,
        at=clock.now(),
        hotlist=wanted.hotlist,
        plate=wanted.plate.upper().strip(" -."),
        bare=partial.normalize_partial(wanted.plate),
        state=wanted.state,
        reason=wanted.reason,
        priority=wanted.priority,
        vehicle=wanted.vehicle.strip(),
        narrative=wanted.narrative.strip(),
        number=wanted.number,
        expires_at=wanted.expires_at,
        emergency=wanted.emergency,
        later=wanted.later,
    )
    request.hotlist, request.emergency = wanted.hotlist, wanted.emergency
    checked(request, answer)
    if wanted.later:
        until = min(wanted.expires_at, clock.now() + UNREVIEWED_AT_MOST)
        request.entry = entering.enter(draft.who, version, until)
        decided(request, Decision.Kind.ENTERED, request.asker, entry=request.entry)
    move(request, State.UNREVIEWED if wanted.later else State.WAITING)
    draft.note(
        request=request.pk,
        version=version.pk,
        number=answer.outcome.value,
        emergency=wanted.emergency,
        in_force_before_review=wanted.later,
    )
    _tell(request)


def _send_in_removal(draft: Draft, request: Request, entry: Entry, why: str, emergency: bool) -> None:
    version = Version.objects.create(
        request=request,
        at=clock.now(),
        hotlist=entry.hotlist,
        plate=entry.plate,
        bare=entry.bare,
        state=entry.state,
        reason=entry.reason,
        priority=entry.priority,
        vehicle=entry.vehicle,
        narrative=why.strip(),
        number=entry.number,
        expires_at=entry.expires_at,
        emergency=emergency,
    )
    request.emergency = emergency
    move(request, State.WAITING)
    draft.note(request=request.pk, version=version.pk, emergency=emergency)
    _tell(request)


@enforces("6.f.i.1")
def _tell(request: Request) -> None:
    """Who is to review it; of an emergency every supervisor learns by the banner on each page."""
    what = "remove an entry" if request.kind == Kind.REMOVE else "list a plate"
    now = (
        " It is in force until you review it, two hours at most." if request.state == State.UNREVIEWED else ""
    )
    urgent = "An emergency: " if request.emergency else ""
    text = f"{urgent}{request.asker} asks to {what}. It is yours to review, under Hot lists, To review.{now}"
    notify(route_of(request).reviewers, Notified.REQUEST_HANDLE, text, request)
