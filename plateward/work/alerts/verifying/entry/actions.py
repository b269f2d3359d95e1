"""Requests to the entering unit and dispatch (ten minutes to answer), answers, escalations up the chain of command:
each an act with its audit entry; and whom they go to."""

from collections.abc import Collection, Sequence

from django.db.models import Q
from django.urls import reverse
from uuid_utils.compat import uuid7

from plateward.core.audit.events import Event
from plateward.core.audit.log import EntryDraft, act
from plateward.core.decisions.models import refer
from plateward.core.decisions.reminders import Reminder
from plateward.field.hotlists.audience import audiences, cleared_for
from plateward.field.hotlists.models import Entry
from plateward.field.hotlists.requests.actions import submit_removal
from plateward.field.hotlists.requests.models import Request
from plateward.ground import clock
from plateward.ground.policy.decision import Allow, Decision, Refused, require
from plateward.ground.policy.trace import enforces
from plateward.people.actor import PersonActor
from plateward.people.chain_of_command import routing as chain
from plateward.people.chain_of_command.routing import ReviewMatter, able
from plateward.people.models import Person
from plateward.people.notices.actions import notify, settle_matter
from plateward.people.notices.kinds import Kind
from plateward.people.permissions import Permission, Role
from plateward.work.alerts.facts import OVER_STAGES, Facts
from plateward.work.alerts.models import Alert
from plateward.work.alerts.outbox import announce
from plateward.work.alerts.step import step
from plateward.work.alerts.verifying import denying, rules
from plateward.work.alerts.verifying.models import Denial, EntryAnswer, EntryRequest


@enforces("6.e.iv.3/ncic", "6.b.i.9/entries")
def ask_entering_unit(actor: PersonActor, alert: Alert) -> EntryRequest:
    """Ask the entering unit whether its entry is still active. Raises Refused."""
    with step(actor, Event.ENTRY_ASK, alert) as (locked, entry):
        require(rules.may_ask_unit(locked.facts(), waits=open_request(locked) is not None))
        return _create_request(actor, locked, entry)


def ask_unless_waiting(actor: PersonActor, alert: Alert) -> None:
    """The same within another step on this alert, unless a request is open."""
    if isinstance(rules.may_ask_unit(alert.facts(), waits=open_request(alert) is not None), Allow):
        with act(actor, Event.ENTRY_ASK, f"alert:{alert.pk}") as entry:
            _create_request(actor, alert, entry)


def open_request(alert: Alert) -> EntryRequest | None:
    """The request that nobody has answered yet."""
    return alert.entry_requests.filter(answer=None).select_related("by").last()


def _create_request(actor: PersonActor, alert: Alert, entry: EntryDraft) -> EntryRequest:
    request = EntryRequest.write(actor, alert=alert)
    if people := first_to_ask(alert, _at_the_vehicle(request)):
        notified = _refer(request, people, "Entering unit or dispatch")
    else:
        notified = _refer_up(request, "No one in the entering unit or dispatch can answer now")
    entry.note(notified=[person.username for person in notified])
    return request


@enforces("6.e.iv.3/ncic")
def _at_the_vehicle(request: EntryRequest) -> set[int]:
    """The keys of people who read the plate, looked at the vehicle, or asked (except dispatch). It is their
    stop, so somebody else must confirm the entry."""
    alert = request.alert
    people = set(alert.observations.values_list("by", flat=True))
    if confirmation := getattr(alert, "confirmation", None):
        people.add(confirmation.by_id)
    if request.by.role != Role.COMMUNICATIONS:
        people.add(request.by_id)
    return people


def _refer_up(request: EntryRequest, reason: str) -> Sequence[Person]:
    return _refer(request, next_above(request, _at_the_vehicle(request)), reason)


@enforces("6.e.iv.3/ncic")
def _refer(request: EntryRequest, people: Sequence[Person], reason: str) -> Sequence[Person]:
    """Refer it to these people and notify them. If there are none, it stays and escalates no further."""
    alert = request.alert
    refer(request.referrals, people, reason, due_at=clock.now() + rules.ANSWER_WITHIN if people else None)
    notify(
        people,
        Kind.ENTRY_CONFIRM,
        f"IS THIS ENTRY ACTIVE? Alert {alert.pk} is for an entry of “{alert.entry.hotlist}” that NCIC may not have. "
        f"{request.by} asks; open the alert and answer within {int(rules.ANSWER_WITHIN.total_seconds() // 60)} minutes "
        f"(OPR:50 6.e.iv.3). {reason}.",
        alert,
    )
    return people


def may_answer(
    person: Person, facts: Facts, request: EntryRequest | None, *, active: bool = True, reason: str = ""
) -> Decision:
    """Whether this person may give this answer."""
    return rules.may_answer(
        facts,
        waits=request is not None,
        own_stop=request is not None and person.pk in _at_the_vehicle(request),
        addressee=request is not None and is_addressee(person, request),
        active=active,
        reason=reason,
    )


@enforces("6.e.iv.3/ncic", "6.f.i.1/removal", "6.b.i.9/entries")
def answer_request(actor: PersonActor, alert: Alert, *, active: bool, reason: str = "") -> Request | None:
    """The entry is active; or no longer: that ends the alert and requests the entry's removal with the same
    reason, through the usual removal request, which is returned. Raises Refused."""
    with step(actor, Event.ENTRY_ANSWER, alert) as (locked, entry):
        entry.note(active=active)
        request = open_request(locked)
        require(may_answer(actor.person, locked.facts(), request, active=active, reason=reason))
        assert request is not None  # noqa: S101  # the rule asks for it
        EntryAnswer.write(actor, request=request, active=active, why=reason.strip())
        settle_matter(Kind.ENTRY_CONFIRM, locked)
        word = "is ACTIVE" if active else "is NO LONGER ACTIVE"
        notify(
            [request.by],
            Kind.ENTRY_ANSWER,
            f"Alert {locked.pk}: {actor.person} says that its entry {word}.",
            locked,
        )
        if not active:
            text = f"{actor.person} says for the entering unit that it is no longer active."
            denying.deny(locked, Denial.Cause.INACTIVE, text)
    return None if active else _request_removal(actor, alert, reason)


@enforces("6.f.i.1/removal")
def _request_removal(actor: PersonActor, alert: Alert, reason: str) -> Request | None:
    """The actor requests it if allowed; else notify the enterer to. None: already requested, or barred."""
    if Permission.HOTLIST_ASK not in actor.person.permissions:
        if enterer := entered_by(alert.entry):
            text = f"{actor.person} says that {alert.entry} on “{alert.entry.hotlist}” is no longer active: {reason}"
            notify(
                [enterer],
                Kind.ENTRY_DOUBT,
                f"{text} Request its removal: open the entry from its list.",
                alert,
                link=reverse("requests:remove", args=[alert.entry_id]),
            )
        return None
    try:
        return submit_removal(actor, uuid7(), alert.entry, reason)
    except Refused:  # logged; the list's administrator was notified when the alert ended
        return None


def _locked(request: EntryRequest) -> EntryRequest:
    """The alert is locked, as in every step: somebody may have answered meanwhile."""
    Alert.objects.select_for_update(no_key=True).get(pk=request.alert_id)
    return EntryRequest.objects.select_related("alert", "by").get(pk=request.pk)


@enforces("6.e.iv.3/ncic")
def _is_due(request: EntryRequest) -> bool:
    """Whether it escalates to the next above; without a time nobody is left above."""
    last = request.latest_referrals
    due = bool(last) and last[0].due_at is not None and clock.now() >= last[0].due_at
    return due and request.alert.stage not in OVER_STAGES and not hasattr(request, "answer")


@enforces("6.e.iv.3/ncic", "6.b.i.9/entries")
def _escalate(entry: EntryDraft, request: EntryRequest) -> None:
    names = " or ".join(map(str, request.holders))
    notified = _refer_up(request, f"{names} did not answer in time")
    entry.note(notified=[person.username for person in notified])
    announce([request.alert], new=False)


escalate_due = Reminder(
    Event.ENTRY_ESCALATE,
    lambda: EntryRequest.objects.filter(answer=None).exclude(alert__stage__in=OVER_STAGES).order_by("pk"),
    _is_due,
    _escalate,
    _locked,
    lambda request: f"alert:{request.alert_id}",
    denying.SYSTEM,
    every=1.0,
)


ANSWER_PERMISSION = Permission.ALERT_VERIFY


def entered_by(entry: Entry) -> Person | None:
    """Who requested the entry; if it came with a file, its list's owner, if any."""
    request = Request.objects.filter(kind=Request.Kind.LIST, entry=entry).select_related("requester").last()
    return request.requester if request else entry.hotlist.owner


@enforces("6.e.iv.3/ncic", "6.c.ii/lists")
def first_to_ask(alert: Alert, but: Collection[int]) -> list[Person]:
    """The entering unit and dispatch: those who see this list and can answer now, except people at the
    vehicle (`but`, keys)."""
    enterer = entered_by(alert.entry)
    candidates = Q(role=Role.COMMUNICATIONS)
    if enterer:
        candidates |= Q(pk=enterer.pk) | (Q(unit=enterer.unit_id) if enterer.unit_id else Q())
    asked_keys = set(Person.objects.filter(candidates).exclude(pk__in=but).values_list("pk", flat=True))
    lists, answerers = audiences(asked_keys), able(asked_keys, ANSWER_PERMISSION)
    return [answerers[pk] for pk in sorted(answerers) if alert.entry.hotlist_id in lists.get(pk, ())]


@enforces("6.e.iv.3/ncic")
def next_above(request: EntryRequest, but: Collection[int]) -> Sequence[Person]:
    """The next in the chain of command above the person who entered it, if not asked before."""
    enterer = entered_by(request.alert.entry)
    if enterer is None:
        return ()
    matter = ReviewMatter(enterer, cleared=cleared_for(request.alert.entry.hotlist))
    referred = request.referrals.values_list("to", flat=True)
    return chain.next_above(matter, ANSWER_PERMISSION, {*referred, *but})


@enforces("6.e.iv.3/ncic", "6.c.ii/lists")
def is_addressee(person: Person, request: EntryRequest) -> bool:
    """Whether this person may answer: dispatch, the entering unit, or a referral to them."""
    enterer = entered_by(request.alert.entry)
    same_unit = enterer is not None and (
        person.pk == enterer.pk or (enterer.unit_id and person.unit_id == enterer.unit_id)
    )
    return bool(
        person.role == Role.COMMUNICATIONS or same_unit or request.referrals.filter(to=person).exists()
    )
