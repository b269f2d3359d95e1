"""Asked, answered, escalated: each one act with its entry. Whoever is asked has ten minutes; then it goes up."""

from collections.abc import Sequence

from django.urls import reverse
from uuid_utils.compat import uuid7

from plateward import clock
from plateward.alerts.facts import OVER, Facts
from plateward.alerts.models import Alert
from plateward.alerts.outbox import announce
from plateward.alerts.steps.actions import Operator, step
from plateward.alerts.verifying import denying
from plateward.alerts.verifying.entry import routing, rules
from plateward.alerts.verifying.models import Denial, EntryAnswer, EntryReferral, EntryRequest
from plateward.audit.events import Event
from plateward.audit.log import act
from plateward.hotlists.requests.actions import ask_removal
from plateward.hotlists.requests.models import Request
from plateward.people.models import Person
from plateward.people.notices.actions import notify, settle
from plateward.people.notices.kinds import Kind
from plateward.people.permissions import Permission, Role
from plateward.policy.decision import Allow, Decision, Refused, require
from plateward.policy.trace import enforces


@enforces("6.e.iv.3", "6.b.i.9")
def ask(operator: Operator, alert: Alert) -> EntryRequest:
    """Ask the entering unit whether its entry is still active. Raises Refused."""
    with step(operator, Event.ENTRY_ASK, alert) as (locked, entry):
        require(rules.may_ask(locked.facts(), waits=waiting(locked) is not None))
        made = _ask(operator, locked)
        entry.note(asked=[one.to.username for one in made.referrals.all() if one.to])
    return made


def ask_unless_waiting(operator: Operator, alert: Alert) -> None:
    """The same within another step upon this alert, where nobody is asked yet."""
    if isinstance(rules.may_ask(alert.facts(), waits=waiting(alert) is not None), Allow):
        with act(operator.who, Event.ENTRY_ASK, f"alert:{alert.pk}") as entry:
            made = _ask(operator, alert)
            entry.note(asked=[one.to.username for one in made.referrals.all() if one.to])


def waiting(alert: Alert) -> EntryRequest | None:
    """The request that nobody has answered yet."""
    return alert.entry_requests.filter(answer=None).select_related("by").last()


def _ask(operator: Operator, alert: Alert) -> EntryRequest:
    made = EntryRequest.objects.create(alert=alert, by=operator.person, at=clock.now())
    asked = routing.first_asked(alert, _at_the_vehicle(made))
    if asked:
        _refer(made, asked, "Of the unit that entered it, or of dispatch")
    else:
        _refer_up(made, "Nobody of the entering unit or of dispatch can answer now")
    return made


@enforces("6.e.iv.3")
def _at_the_vehicle(request: EntryRequest) -> set[int]:
    """By their keys: who read the plate or looked at the vehicle, and who asked, unless that is dispatch. It is their
    stop, and another must confirm the entry."""
    alert = request.alert
    theirs = set(alert.observations.values_list("by", flat=True))
    if confirmation := getattr(alert, "confirmation", None):
        theirs.add(confirmation.by_id)
    if request.by.role != Role.COMMUNICATIONS:
        theirs.add(request.by_id)
    return theirs


def _refer_up(request: EntryRequest, why: str) -> Sequence[Person]:
    return _refer(request, routing.next_above(request, _at_the_vehicle(request)), why)


@enforces("6.e.iv.3", "6.e.iii")
def _refer(request: EntryRequest, people: Sequence[Person], why: str) -> Sequence[Person]:
    """They are asked from now on, and told. Of nobody it stays with whom it was, and goes no further."""
    at, alert = clock.now(), request.alert
    to: Sequence[Person | None] = people or (None,)
    due = at + rules.WITHIN if people else None
    EntryReferral.objects.bulk_create(
        EntryReferral(request=request, to=one, at=at, due_at=due, why=why[:400]) for one in to
    )
    notify(
        people,
        Kind.ENTRY_CONFIRM,
        f"IS THIS ENTRY ACTIVE? Alert {alert.pk} is of an entry of “{alert.entry.hotlist}” that NCIC need not have. "
        f"{request.by} asks; open the alert and answer within {int(rules.WITHIN.total_seconds() // 60)} minutes "
        f"(OPR:50 6.e.iv.3). {why}.",
        alert,
    )
    return people


def decide(
    person: Person, facts: Facts, asked: EntryRequest | None, *, active: bool = True, why: str = ""
) -> Decision:
    """Whether this person may answer so."""
    return rules.may_answer(
        facts,
        waits=asked is not None,
        own_stop=asked is not None and person.pk in _at_the_vehicle(asked),
        theirs=asked is not None and routing.is_theirs(person, asked),
        active=active,
        why=why,
    )


@enforces("6.e.iv.3", "6.f.i.1", "6.b.i.9")
def answer(operator: Operator, alert: Alert, *, active: bool, why: str = "") -> Request | None:
    """The entry is active, or no longer: that ends the alert, and the entry's removal is asked for in the same words,
    as the house removes entries; that request is returned. Raises Refused."""
    with step(operator, Event.ENTRY_ANSWER, alert) as (locked, entry):
        entry.note(active=active)
        asked = waiting(locked)
        require(decide(operator.person, locked.facts(), asked, active=active, why=why))
        assert asked is not None  # noqa: S101  # the rule asks for it
        EntryAnswer.objects.create(
            request=asked, active=active, why=why.strip(), by=operator.person, at=clock.now()
        )
        settle(Kind.ENTRY_CONFIRM, locked)
        word = "is ACTIVE" if active else "is NO LONGER ACTIVE"
        notify(
            [asked.by],
            Kind.ENTRY_ANSWER,
            f"Alert {locked.pk}: {operator.person} says that its entry {word}.",
            locked,
        )
        if not active:
            text = f"{operator.person} says for the entering unit that it is no longer active."
            denying.deny(locked, Denial.Cause.INACTIVE, text)
    return None if active else _removal(operator, alert, why)


@enforces("6.f.i.1")
def _removal(operator: Operator, alert: Alert, why: str) -> Request | None:
    """Asked for by whoever may; else who entered it is told to. None: it is asked for already, or may not be."""
    if Permission.HOTLIST_ASK not in operator.person.permissions:
        if who := routing.entered_by(alert.entry):
            text = f"{operator.person} says that {alert.entry} on “{alert.entry.hotlist}” is no longer active: {why}"
            notify(
                [who],
                Kind.ENTRY_DOUBT,
                f"{text} Ask for its removal: open the entry from its list.",
                alert,
                link=reverse("requests:remove", args=[alert.entry_id]),
            )
        return None
    try:
        return ask_removal(operator.who, operator.person, uuid7(), alert.entry, why)
    except Refused:  # on the log; who keeps the list was told with the alert's end
        return None


@enforces("6.e.iv.3", "6.b.i.9")
def escalate_due() -> int:
    """Ask the next above of those requests that nobody answered in time. Returns how many."""
    done = 0
    for one in EntryRequest.objects.filter(answer=None).exclude(alert__stage__in=OVER).order_by("pk"):
        if not _is_due(one):
            continue
        with act(denying.SYSTEM, Event.ENTRY_ESCALATE, f"alert:{one.alert_id}") as entry:
            locked = Alert.objects.select_for_update(no_key=True).get(pk=one.alert_id)
            held = waiting(locked)
            # Another node asked, or somebody answered, meanwhile.
            if held and held.pk == one.pk and locked.stage not in OVER and _is_due(held):
                names = " or ".join(str(before.to) for before in routing.latest(held) if before.to)
                told = _refer_up(held, f"{names} did not answer in time")
                entry.note(asked=[person.username for person in told])
                announce([locked], new=False)
                done += 1
    return done


def _is_due(request: EntryRequest) -> bool:
    last = routing.latest(request)
    return rules.is_due(last[0].due_at if last else None, clock.now())
