"""Submitting, correcting and withdrawing requests, each in one act. deciding.py has the reviewers' acts."""

from typing import Any
from uuid import UUID

from django.urls import reverse

from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.log import EntryDraft, act
from plateward.core.audit.mentions import plate_thing
from plateward.core.cases.cad import client
from plateward.core.cases.rules import flaw
from plateward.core.db.locking import change_row
from plateward.field.hotlists.audience import lists_for
from plateward.field.hotlists.grounds import require_lawful, stopping
from plateward.field.hotlists.models import Entry, HotList, Reason
from plateward.field.hotlists.protected.actions import flag_personal_use, require_not_own
from plateward.field.hotlists.requests import entering, rules
from plateward.field.hotlists.requests.models import (
    LISTED,
    UNREVIEWED_AT_MOST,
    Decision,
    Later,
    Request,
    RequestCheck,
    Version,
)
from plateward.field.hotlists.requests.routing import review_route_of
from plateward.field.hotlists.requests.rules import PlateListing
from plateward.ground import clock
from plateward.ground.errors import PlatewardError
from plateward.ground.links.cad import CadAnswer
from plateward.ground.matching import partial
from plateward.ground.policy.decision import require
from plateward.ground.policy.trace import enforces
from plateward.people.actor import PersonActor
from plateward.people.models import Person
from plateward.people.notices.actions import notify, settle_matter
from plateward.people.notices.kinds import Kind as Notified

State, Kind = Request.State, Request.Kind


class AlreadySubmitted(PlatewardError):
    """The same form was submitted before: `request` is the request it made."""

    def __init__(self, request: Request) -> None:
        super().__init__("This was already submitted.")
        self.request = request


@enforces("6.f.i.1/review", "5.f/reasons", "6.a.iii/required", "6.a.iii/known", "6.b.i.9/entries")
def submit_request(
    actor: PersonActor,
    key: UUID,
    listing: PlateListing,
    answer: CadAnswer | None = None,
    *,
    mended: Request | None = None,
) -> Request:
    """Request a hot list entry; the plate matches nothing until approved. `key`: the form's own, counts once;
    `answer`: CAD's answer, if the number was just looked up; `mended`: the returned request that this corrects, whose
    earlier versions stay.

    Raises Refused, AlreadySubmitted.
    """
    answer = answer or cad_answer(listing.number)
    subject = f"hotlist-request:{mended.pk}" if mended else f"hotlist:{listing.hotlist.pk}"
    with (
        stopping(actor, listing.reason, listing.number),
        flag_personal_use(actor),
        act(actor, Event.HOTLIST_ASK, subject, reason=listing.reason) as entry,
    ):
        if mended:
            request = _lock_returned(actor, mended)
        else:
            request = _create_once(key, kind=Kind.LIST, requester=actor.person, hotlist=listing.hotlist)
        _add_listing(entry, request, listing, answer)
    return request


@enforces("6.f.i.1/removal", "6.b.i.9/entries")
def submit_removal(
    actor: PersonActor,
    key: UUID,
    entry: Entry,
    narrative: str,
    *,
    emergency: bool = False,
    mended: Request | None = None,
) -> Request:
    """Request an entry's removal; it keeps matching until approved. `key` and `mended` as of `submit_request`. Raises
    Refused, AlreadySubmitted."""
    subject = f"hotlist-request:{mended.pk}" if mended else f"entry:{entry.pk}"
    with flag_personal_use(actor), act(actor, Event.HOTLIST_ASK, subject) as draft:
        # A second request for the same removal waits here.
        Entry.objects.select_for_update(no_key=True, of=("self",)).get(pk=entry.pk)
        request = _lock_returned(actor, mended) if mended else Request.objects.filter(key=key).first()
        if request and not mended:
            raise AlreadySubmitted(request)
        _require_removal(actor.person, entry, narrative, emergency)
        request = request or _create_once(
            key, kind=Kind.REMOVE, requester=actor.person, hotlist=entry.hotlist, entry=entry
        )
        _add_removal(draft, request, entry, narrative, emergency)
    return request


@enforces("6.f.i.1/review")
def withdraw_request(actor: PersonActor, request: Request) -> None:
    """The requester withdraws it. An entry in force before its review ends. Raises Refused."""
    with act(actor, Event.HOTLIST_WITHDRAW, f"hotlist-request:{request.pk}"):
        current = lock_request(request)
        require(rules.may_withdraw_request(current.requester_id, actor.person.pk, current.state))
        ended = end_unreviewed_entry(actor, current, "The requester withdrew it before review.")
        set_state(current, State.WITHDRAWN)
        record_decision(current, Decision.Kind.WITHDRAWN, actor.person, entry=ended)


def lock_request(request: Request) -> Request:
    """The locked row: two people who decide at once do it one after the other."""
    rows = Request.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("requester", "hotlist", "entry__hotlist").get(pk=request.pk)


def _lock_returned(actor: PersonActor, request: Request) -> Request:
    """The locked row, which its requester may correct. Raises Refused."""
    current = lock_request(request)
    require(rules.may_edit(current.requester_id, actor.person.pk, current.state))
    return current


def set_state(request: Request, state: Request.State) -> None:
    """Change the state; notices that asked for action on the old state are settled."""
    request.state, request.moved_at = state, clock.now()
    request.save(update_fields=["state", "moved_at", "hotlist", "entry", "emergency"])
    settle_matter(Notified.REQUEST_HANDLE, request)


def record_decision(
    request: Request,
    kind: Decision.Kind,
    by: Person | None,
    *,
    acting: str = "",
    text: str = "",
    entry: Entry | None = None,
) -> Decision:
    """Record, permanently, a decision on the request's last version."""
    return Decision.objects.create(
        version=request.last,
        kind=kind,
        by=by,
        acting=acting[:400],
        text=text.strip(),
        entry=entry,
        at=clock.now(),
    )


def end_unreviewed_entry(actor: Actor, request: Request, reason: str) -> Entry | None:
    """End and return the entry that is in force without a review, if there is one."""
    if request.state != State.UNREVIEWED or request.entry is None:
        return None
    ended, request.entry = request.entry, None
    entering.end_entry(actor, ended, reason)
    return ended


def record_number_check(request: Request, answer: CadAnswer) -> None:
    """Record, permanently, CAD's answer about the last version's number; the request shows it."""
    RequestCheck.objects.create(
        version=request.last, outcome=answer.outcome.value, detail=answer.detail, at=answer.at
    )
    change_row(request, number_known=answer.outcome.value)


def notify_requester(request: Request, text: str, kind: Notified = Notified.REQUEST_HANDLE) -> None:
    """The notice leads to the requester's own page of it."""
    notify([request.requester], kind, text, request, link=reverse("requests:own", args=[request.pk]))


def _create_once(key: UUID, **more: Any) -> Request:
    """The request for a form, created the first time it is submitted. Raises AlreadySubmitted."""
    request, new = Request.objects.get_or_create(key=key, defaults={"asked_at": clock.now(), **more})
    if not new:
        raise AlreadySubmitted(request)
    return request


def cad_answer(number: str) -> CadAnswer | None:
    """Asked before the act because it may take seconds; malformed numbers are never sent out."""
    return None if flaw(number) else client().look_up(number)


def _require_listable(requester: Person, listing: PlateListing, answer: CadAnswer | None) -> None:
    _require_list(requester, listing.hotlist)
    # Locked, so that the Chief's switch comes before this entry or ends it.
    later = listing.later and Later.objects.select_for_update(no_key=True).filter(ends=None).first()
    require(rules.may_list(listing, Reason.current(), bool(later), clock.now()))
    require_lawful(requester, listing.number, "narrative", listing.narrative)
    require_not_own(requester, listing.plate, listing.state, unreviewed=listing.later)
    assert answer is not None  # noqa: S101  # the rule accepts only well-formed numbers
    require(rules.may_use_number(answer.outcome, answer.detail))


def _require_list(requester: Person, hotlist: HotList) -> None:
    require(rules.may_use_list(hotlist, lists_for(requester).filter(pk=hotlist.pk).exists()))


def _require_removal(requester: Person, entry: Entry, narrative: str, emergency: bool) -> None:
    _require_list(requester, entry.hotlist)
    require_not_own(requester, entry.bare, entry.state)
    in_force = Entry.objects.in_force().filter(pk=entry.pk).exists()
    waiting = Request.objects.filter(kind=Kind.REMOVE, entry=entry, state=State.WAITING)
    require(rules.may_remove(narrative, in_force, waiting.exists(), emergency, entry.reason))


def _add_version(
    draft: EntryDraft, request: Request, answer: CadAnswer | None, *, later: bool = False, **fields: Any
) -> None:
    """The request as submitted now; its reviewers are notified. `answer`: CAD's, of a listing; `fields`: a
    Version's."""
    version = Version.objects.create(request=request, at=clock.now(), later=later, **fields)
    request.hotlist, request.emergency = version.hotlist, version.emergency
    draft.mention(plate_thing(version.bare))
    draft.note(request=request.pk, version=version.pk, emergency=version.emergency)
    if answer:
        record_number_check(request, answer)
        draft.note(number=answer.outcome.value, in_force_before_review=later)
    if later:
        until = min(fields["expires_at"], clock.now() + UNREVIEWED_AT_MOST)
        request.entry = entering.begin_entry(draft.actor, version, until)
        record_decision(request, Decision.Kind.ENTERED, request.requester, entry=request.entry)
    set_state(request, State.UNREVIEWED if later else State.WAITING)
    _notify_reviewers(request)


def _add_listing(
    draft: EntryDraft, request: Request, listing: PlateListing, answer: CadAnswer | None
) -> None:
    _require_listable(request.requester, listing, answer)
    texts = {
        "plate": listing.plate.upper().strip(" -."),
        "bare": partial.normalize_partial(listing.plate),
        "vehicle": listing.vehicle.strip(),
        "narrative": listing.narrative.strip(),
    }
    _add_version(draft, request, answer, **vars(listing) | texts)


def _add_removal(draft: EntryDraft, request: Request, entry: Entry, narrative: str, emergency: bool) -> None:
    fields = {name: getattr(entry, name) for name in ("hotlist", *LISTED, "expires_at")}
    _add_version(draft, request, None, narrative=narrative.strip(), emergency=emergency, **fields)


@enforces("6.f.i.1/review", "6.f.i.1/emergency")
def _notify_reviewers(request: Request) -> None:
    """Notify the reviewers; every supervisor sees an emergency in the banner on each page."""
    action = "remove an entry" if request.kind == Kind.REMOVE else "list a plate"
    in_force = (
        " It is in force until you review it, for at most two hours."
        if request.state == State.UNREVIEWED
        else ""
    )
    urgent = "An emergency: " if request.emergency else ""
    text = (
        f"{urgent}{request.requester} requests to {action}. Review it under Hot lists, To review.{in_force}"
    )
    notify(review_route_of(request).reviewers, Notified.REQUEST_HANDLE, text, request)
