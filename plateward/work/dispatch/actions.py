"""What opens a call and what adds to it, each within an act; `sending` then informs CAD. A call that CAD opened is
looked up by its number, and adopted as an alert's call."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.log import act, record
from plateward.core.cases.cad import client
from plateward.field.hotlists.models import Entry
from plateward.ground import clock
from plateward.ground.links.cad import CadAnswer, CadOutcome
from plateward.ground.links.eido import URN, CadIncident
from plateward.ground.policy.decision import Decision, require
from plateward.ground.policy.trace import enforces
from plateward.ground.wire.read import Position
from plateward.people.actor import PersonActor, acting_person
from plateward.work.alerts.facts import OVER_STAGES
from plateward.work.alerts.models import Alert
from plateward.work.alerts.outbox import announce
from plateward.work.alerts.stored import read_or_why
from plateward.work.dispatch import rules
from plateward.work.dispatch.models import Call, CallAlert, Change, Line, Message
from plateward.work.dispatch.rules import PlateSighting


@dataclass(frozen=True)
class CadCall:
    """A call by CAD's number, and CAD's latest answer about it."""

    number: str
    answer: CadAnswer


@enforces("6.e.vii/type", "6.e.vii/added", "6.b.i.9/entries")
def place_on_call(
    actor: Actor, alert: Alert, opened: Call.Opened, chosen: Call | CadCall | None = None
) -> Call:
    """Within an act that holds the entry's lock: add the alert to the chosen call, else to the open call it
    belongs to, else open one. A plate may be on several lists with separate entry locks, so this also waits
    for anybody else opening a call."""
    stored = read_or_why(alert).kept  # units are sent even if its place is not known
    Line.hold()
    person = acting_person(actor)
    position = stored.read.position if stored else None
    named = adopt(chosen.number, chosen.answer) if isinstance(chosen, CadCall) else chosen
    call = named or _open_call_of(alert, position)
    added = call is not None
    if call is None:
        call = Call.objects.create(opened=opened)
    CallAlert.objects.create(
        call=call,
        alert=alert,
        by=person,
        lat=position.lat if position else None,
        lon=position.lon if position else None,
        radius=position.accuracy_m if position else None,
        heading=stored.read.heading if stored else None,
    )
    name = str(person) if person else "The system"
    record_change(call, name, f"Alert {alert.pk} {'was added' if added else 'opened it'}.", alert=alert)
    record(actor, Event.CALL_ADD if added else Event.CALL_OPEN, f"call:{call.pk}", alert=alert.pk)
    return call


def _open_call_of(alert: Alert, position: Position | None) -> Call | None:
    sighting = _sighting_of(alert, (position.lat, position.lon) if position else None)
    same = CallAlert.objects.filter(
        alert__entry__bare=alert.entry.bare, alert__entry__state=alert.entry.state
    )
    calls = list(Call.objects.open().filter(links__in=same).distinct())
    linked_sightings = [
        [
            _sighting_of(link.alert, None if link.lat is None or link.lon is None else (link.lat, link.lon))
            for link in call.links.select_related("alert__entry")
        ]
        for call in calls
    ]
    joined = rules.call_to_join(sighting, linked_sightings)
    return None if joined is None else calls[joined]


def _sighting_of(alert: Alert, place: tuple[float, float] | None) -> PlateSighting:
    return PlateSighting(alert.entry.bare, alert.entry.state, alert.seen_at, place)


def record_change(call: Call, by: str, text: str, *, alert: Alert | None = None, tells: bool = True) -> None:
    """Something happened to a call, recorded in the same transaction; if it is about an `alert`, only that
    alert's audience hears of it."""
    Change.objects.create(call=call, alert=alert, by=by[:120], what=text[:400], tells=tells)


def refresh_alerts(call: Call) -> None:
    """Last in an act that changed a call's state with CAD: refresh the open pages of its alerts."""
    # Not recalled alerts: that would announce them again.
    announce(Alert.objects.filter(link__call=call, recall=None), new=False)


@enforces("6.e.vii/added", "6.b.i.9/entries")
def notify_dispatch(actor: PersonActor, alert: Alert, chosen: Call | CadCall | None) -> Call:
    """Send an officer's own alert to dispatch in one act: for its own call, or for a chosen one. Raises
    Refused."""
    with act(actor, Event.CALL_TELL, f"alert:{alert.pk}") as entry:
        Entry.objects.select_for_update(no_key=True).get(pk=alert.entry_id)
        locked = Alert.objects.select_related("entry__hotlist", "reader").get(pk=alert.pk)
        require(may_tell(locked))
        if isinstance(chosen, CadCall):
            require(may_add(chosen.number, chosen.answer))
        call = place_on_call(actor, locked, Call.Opened.NOTICE, chosen)
        entry.note(call=call.pk, **({"cad": chosen.number} if isinstance(chosen, CadCall) else {}))
        announce([locked], new=False)
    return call


@enforces("6.e.vii/added")
def add_to_cad_call(actor: PersonActor, alert: Alert, number: str) -> Call:
    """Add the alert to CAD's call of this number. Asks CAD once more: the call may have closed since it was
    shown. Raises Refused."""
    return notify_dispatch(actor, alert, CadCall(number, look_up(number)))


@enforces("6.e.vii/closing", "6.b.i.9/entries")
def send_again(actor: PersonActor, call: Call) -> None:
    """Send CAD the call as it is now, whatever it has received; at once, however long it was down."""
    with act(actor, Event.CALL_SEND, f"call:{call.pk}", reason="to be sent again"):
        record_change(call, str(actor.person), "Sent to CAD again.")
        Message.objects.waiting().filter(call=call).update(due_at=clock.now())


@enforces("6.e.vii/added")
def look_up(number: str) -> CadAnswer:
    """Ask CAD for a call; outside any transaction, since it may take seconds."""
    answer = client().look_up(number)
    Line.note(answer.detail if answer.outcome is CadOutcome.UNREACHABLE else "")
    return answer


def may_tell(alert: Alert) -> Decision:
    """Whether an officer may have this alert added to a call."""
    return rules.may_tell(
        closed=alert.stage in OVER_STAGES,
        covert=alert.entry.hotlist.covert,
        linked=CallAlert.objects.filter(alert=alert).exists(),
    )


@enforces("6.e.vii/added")
def may_add(number: str, answer: CadAnswer) -> Decision:
    """Whether an alert may be added to the call of this number."""
    heard = answer.incident
    return rules.may_add(
        number,
        reached=answer.outcome is not CadOutcome.UNREACHABLE,
        status=heard.status if heard else None,
        named=heard is not None and len(heard.id) <= Call.LONGEST_ID,
    )


@enforces("6.e.vii/added")
def adopt(number: str, answer: CadAnswer) -> Call:
    """Within an act that holds the line, if the alert may be added: the hub's call of this number, created if
    needed."""
    heard = answer.incident
    assert heard is not None  # noqa: S101  # else it may not be added
    existing = existing_call(number, heard)
    if existing:
        return existing
    about = heard.about
    return Call.objects.create(
        opened=Call.Opened.CAD,
        number=heard.number or number,
        cad_id=heard.id,
        kind=about.kind,
        common=about.common,
        place=about.place,
        since=about.since,
    )


def existing_call(number: str, heard: CadIncident) -> Call | None:
    """The hub's own call, however it got there: CAD's answer to the hub's message may have been lost."""
    same = Q(number=heard.number or number) | Q(cad_id=heard.id)
    if key := _key(heard.id):
        same |= Q(key=key)
    return Call.objects.filter(same).order_by("pk").first()


def _key(id: str) -> UUID | None:
    """The hub's key, from the name that it gave an incident."""
    try:
        return UUID(id.removeprefix(URN).split(":")[0].removeprefix("lpr-"))
    except ValueError:
        return None
