"""Requests to the entering unit (ten minutes to answer), answers, escalations: each an act with audit
entry."""

from collections.abc import Sequence

from django.urls import reverse
from uuid_utils.compat import uuid7

from plateward import clock
from plateward.alerts.facts import OVER_STAGES, Facts
from plateward.alerts.models import Alert
from plateward.alerts.outbox import announce
from plateward.alerts.steps.actions import step
from plateward.alerts.verifying import denying
from plateward.alerts.verifying.entry import routing, rules
from plateward.alerts.verifying.models import Denial, EntryAnswer, EntryReferral, EntryRequest
from plateward.audit.events import Event
from plateward.audit.log import DONE_MEANWHILE, act
from plateward.hotlists.requests.actions import submit_removal
from plateward.hotlists.requests.models import Request
from plateward.people.actor import PersonActor
from plateward.people.models import Person
from plateward.people.notices.actions import notify, settle_matter
from plateward.people.notices.kinds import Kind
from plateward.people.permissions import Permission, Role
from plateward.policy.decision import Allow, Decision, Refused, require
from plateward.policy.trace import enforces


@enforces("6.e.iv.3", "6.b.i.9")
def ask_entering_unit(actor: PersonActor, alert: Alert) -> EntryRequest:
    """Ask the entering unit whether its entry is still active. Raises Refused."""
    with step(actor, Event.ENTRY_ASK, alert) as (locked, entry):
        require(rules.may_ask(locked.facts(), waits=open_request(locked) is not None))
        request = _create_request(actor, locked)
        entry.note(notified=[referral.to.username for referral in request.referrals.all() if referral.to])
    return request


def ask_unless_waiting(actor: PersonActor, alert: Alert) -> None:
    """The same within another step on this alert, unless a request is open."""
    if isinstance(rules.may_ask(alert.facts(), waits=open_request(alert) is not None), Allow):
        with act(actor, Event.ENTRY_ASK, f"alert:{alert.pk}") as entry:
            request = _create_request(actor, alert)
            entry.note(notified=[referral.to.username for referral in request.referrals.all() if referral.to])


def open_request(alert: Alert) -> EntryRequest | None:
    """The request that nobody has answered yet."""
    return alert.entry_requests.filter(answer=None).select_related("by").last()


def _create_request(actor: PersonActor, alert: Alert) -> EntryRequest:
    request = EntryRequest.objects.create(alert=alert, by=actor.person, at=clock.now())
    people = routing.first_to_ask(alert, _at_the_vehicle(request))
    if people:
        _refer(request, people, "Entering unit or dispatch")
    else:
        _refer_up(request, "No one in the entering unit or dispatch can answer now")
    return request


@enforces("6.e.iv.3")
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
    return _refer(request, routing.next_above(request, _at_the_vehicle(request)), reason)


@enforces("6.e.iv.3", "6.e.iii")
def _refer(request: EntryRequest, people: Sequence[Person], reason: str) -> Sequence[Person]:
    """Refer it to these people and notify them. If there are none, it stays and escalates no further."""
    at, alert = clock.now(), request.alert
    to: Sequence[Person | None] = people or (None,)
    due = at + rules.ANSWER_WITHIN if people else None
    EntryReferral.objects.bulk_create(
        EntryReferral(request=request, to=person, at=at, due_at=due, why=reason[:400]) for person in to
    )
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
        addressee=request is not None and routing.is_addressee(person, request),
        active=active,
        reason=reason,
    )


@enforces("6.e.iv.3", "6.f.i.1", "6.b.i.9")
def answer_request(actor: PersonActor, alert: Alert, *, active: bool, reason: str = "") -> Request | None:
    """The entry is active; or no longer: that ends the alert and requests the entry's removal with the same
    reason, through the usual removal request, which is returned. Raises Refused."""
    with step(actor, Event.ENTRY_ANSWER, alert) as (locked, entry):
        entry.note(active=active)
        request = open_request(locked)
        require(may_answer(actor.person, locked.facts(), request, active=active, reason=reason))
        assert request is not None  # noqa: S101  # the rule asks for it
        EntryAnswer.objects.create(
            request=request, active=active, why=reason.strip(), by=actor.person, at=clock.now()
        )
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


@enforces("6.f.i.1")
def _request_removal(actor: PersonActor, alert: Alert, reason: str) -> Request | None:
    """The actor requests it if allowed; else notify the enterer to. None: already requested, or barred."""
    if Permission.HOTLIST_ASK not in actor.person.permissions:
        if enterer := routing.entered_by(alert.entry):
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


@enforces("6.e.iv.3", "6.b.i.9")
def escalate_due() -> int:
    """Refer requests that nobody answered in time to the next above. Returns how many."""
    done = 0
    for request in (
        EntryRequest.objects.filter(answer=None).exclude(alert__stage__in=OVER_STAGES).order_by("pk")
    ):
        if not _is_due(request):
            continue
        with act(denying.SYSTEM, Event.ENTRY_ESCALATE, f"alert:{request.alert_id}") as entry:
            locked = Alert.objects.select_for_update(no_key=True).get(pk=request.alert_id)
            current = open_request(locked)
            # Another node may have asked, or somebody answered, meanwhile.
            if (
                current is None
                or current.pk != request.pk
                or locked.stage in OVER_STAGES
                or not _is_due(current)
            ):
                entry.note(notified=[], passed=DONE_MEANWHILE)
                continue
            names = " or ".join(str(before.to) for before in current.latest_referrals if before.to)
            notified = _refer_up(current, f"{names} did not answer in time")
            entry.note(notified=[person.username for person in notified])
            announce([locked], new=False)
            done += 1
    return done


def _is_due(request: EntryRequest) -> bool:
    last = request.latest_referrals
    return rules.is_due(last[0].due_at if last else None, clock.now())
