"""Owed, exported, confirmed or returned, reminded of: each within an act with its entry."""

from datetime import datetime

from django.db.models import Exists, OuterRef

from plateward import clock
from plateward.alerts.facts import Outcome
from plateward.alerts.models import Alert, Disposition
from plateward.alerts.owed import rules
from plateward.alerts.owed.models import Duties, Duty, Reminder, Step
from plateward.alerts.owed.rules import Kind
from plateward.alerts.reviewing import routing
from plateward.alerts.signals import number_asked
from plateward.alerts.steps.actions import Operator, step
from plateward.audit.events import Event
from plateward.audit.log import act
from plateward.audit.who import Who
from plateward.cases.rules import normalized
from plateward.people import days
from plateward.people.models import Person
from plateward.people.notices.actions import notify, settle
from plateward.people.notices.kinds import Kind as Notified
from plateward.people.permissions import Role
from plateward.policy.decision import require
from plateward.policy.trace import enforces

HUB = Who("system", "owed", "The hub's look at what is owed to DEMS")


@enforces("6.a.iv", "6.e.iv.4")
def follow(made: Disposition) -> str:
    """Within the act that closes an alert, which is locked: enforcement makes the duty, and a version without it ends
    the duty. Returns which, for the log; nothing where neither."""
    enforced = made.outcome == Outcome.ENFORCEMENT
    duty = Duty.objects.filter(alert=made.alert_id).first()
    if duty is None:
        if not enforced:
            return ""
        Duty.objects.create(
            alert=made.alert,
            by=made.by,
            at=made.at,
            number=number_of(made.alert),
            due_at=made.at + rules.DUE_WITHIN,
        )
        return "owed"
    kind = rules.follows(enforced=enforced, standing=duty.standing)
    if kind is None:
        return ""
    _take(Step(duty=duty, kind=kind, by=made.by, at=made.at))
    return str(kind)


def number_of(alert: Alert) -> str:
    """The CAD or case number that goes with an alert: of its call, where a room above knows one, else of its entry."""
    answers = [answer for _, answer in number_asked.send(sender=Alert, alert=alert)]
    return next((one for one in answers if one), alert.entry.number)


@enforces("6.a.iv", "6.e.iv.4", "6.b.i.9")
def record(operator: Operator, duty: Duty, number: str, item: str, exported_at: datetime) -> None:
    """An export was made in DEMS by hand; whoever is to confirm it is told. Raises Refused."""
    with step(operator, Event.DEMS_EXPORT, duty.alert) as (locked, entry):
        person, held = operator.person, _held(duty)
        entry.note(number=number, item=item, exported_at=exported_at.isoformat())
        above, instead, _ = _lookers(held, person.pk)
        others = bool(above or instead) or held.by.supervisor_id is None
        require(rules.may_record(held.standing, person.pk, looks=looks(person, held), others=others))
        require(
            rules.is_export(
                number,
                item,
                exported_at,
                known=known(held),
                came_at=locked.arrived_at,
                now=clock.now(),
            )
        )
        _take(
            Step(
                duty=held,
                kind=Kind.EXPORTED,
                number=number,
                item=item,
                exported_at=exported_at,
                by=person,
                at=clock.now(),
            )
        )
        text = (
            f"{person} exported alert {locked.pk} to DEMS: item {item}, under {number}. Look it up there, and confirm "
            "or return it under Alerts, DEMS exports due (OPR:50 6.a.iv)."
        )
        notify(Person.objects.filter(pk__in=above[:1] or instead), Notified.EXPORT_OWE, text, held)


@enforces("6.a.iv", "6.e.iv.4", "6.b.i.9")
def confirm(operator: Operator, duty: Duty, looked_at: int) -> None:
    """It is in DEMS under that number, as this supervisor saw: the duty ends. Raises Refused."""
    with step(operator, Event.DEMS_CONFIRM, duty.alert) as (_, entry):
        entry.note(looked_at=looked_at)
        held = _looked(operator, duty, looked_at)
        _take(Step(duty=held, kind=Kind.CONFIRMED, by=operator.person, at=clock.now()))


@enforces("6.a.iv", "6.e.iv.4", "6.b.i.9")
def send_back(operator: Operator, duty: Duty, looked_at: int, words: str) -> None:
    """It is not there as recorded; whoever recorded it, and the owner, are told. Raises Refused."""
    with step(operator, Event.DEMS_RETURN, duty.alert) as (locked, entry):
        entry.note(looked_at=looked_at)
        require(rules.may_return(words))
        held = _looked(operator, duty, looked_at)
        _take(Step(duty=held, kind=Kind.RETURNED, words=words.strip(), by=operator.person, at=clock.now()))
        text = f"{operator.person} returned the export of alert {locked.pk} to DEMS: “{words.strip()[:250]}”"
        notify(
            Person.objects.filter(pk__in={held.by_id, held.standing.recorder}),
            Notified.EXPORT_OWE,
            text,
            held,
        )


def _take(one: Step) -> None:
    """Where the duty stands is its last step: what was told of it before is settled."""
    one.save(force_insert=True)
    settle(Notified.EXPORT_OWE, one.duty)


def _held(duty: Duty) -> Duty:
    """The duty as it is now that its alert is locked: of two acts the second finds the first."""
    return Duty.objects.select_related("by", "alert__entry__hotlist").get(pk=duty.pk)


def _looked(operator: Operator, duty: Duty, looked_at: int) -> Duty:
    person, held = operator.person, _held(duty)
    require(rules.may_look(held.standing, person.pk, looks=looks(person, held), looked_at=looked_at))
    return held


def looks(person: Person, duty: Duty) -> bool:
    """Whether this supervisor looks at the alerts that the owner closes, this one among them."""
    return routing.looked_at_by(person, Duty.objects.filter(pk=duty.pk)).exists()


def known(duty: Duty) -> set[str]:
    """The numbers that the hub has for it, as they are written."""
    return {normalized(one) for one in (duty.number, number_of(duty.alert))}


def _lookers(duty: Duty, but: int | None) -> tuple[list[int], list[int], bool]:
    """Those above the owner, the nearest first, and whoever looks instead, by their keys, without this person; and
    whether nobody who could is in the list's audience."""
    found = routing.lookers_at(duty.by, duty.alert.entry.hotlist)
    above, instead = ([pk for pk in some if pk != but] for some in (found.above, found.instead))
    return above, instead, found.nobody


@enforces("6.a.iv", "6.e.iv.4")
def remind() -> int:
    """Tell owner and supervisor of what is overdue, and again each day. Returns of how many duties."""
    done = 0
    for one in _overdue(Duty.objects.order_by("due_at")):
        with act(HUB, Event.DEMS_REMIND, f"alert:{one.alert_id}") as entry:
            # As every step locks it; another node did it, or somebody ended it, meanwhile.
            Alert.objects.select_for_update(no_key=True).get(pk=one.alert_id)
            if held := _overdue(Duty.objects.filter(pk=one.pk)).first():
                entry.note(told=[person.username for person in _remind(held)])
                done += 1
    return done


def _overdue(duties: Duties) -> Duties:
    now = clock.now()
    lately = Reminder.objects.filter(duty=OuterRef("pk"), at__gt=now - rules.REMINDED_EVERY)
    late = duties.open().filter(~Exists(lately), due_at__lte=now)
    return late.select_related("by", "alert__entry__hotlist").prefetch_related("steps")


@enforces("6.a.iv", "6.e.iv.4")
def _remind(duty: Duty) -> list[Person]:
    """The owner and the nearest who looks at what they close, and could confirm it; where nobody does, the
    administrator, who can mend it."""
    standing = duty.standing
    waits = standing.kind == Kind.EXPORTED
    above, instead, nobody = _lookers(duty, standing.recorder if waits else None)
    nearest = list(Person.objects.filter(pk__in=above[:1] or instead))
    what = f"OVERDUE since {days.told(duty.due_at)}: alert {duty.alert_id}, used for enforcement,"
    if waits:
        text = f"{what} waits until a supervisor of {duty.by} has confirmed that it is in DEMS"
    else:
        text = f"{what} is to be exported to DEMS by {duty.by}"
    settle(Notified.EXPORT_OWE, duty)  # a day old: this one tells the same anew
    notify(
        [duty.by, *nearest],
        Notified.EXPORT_OWE,
        f"{text} (OPR:50 6.a.iv). See Alerts, DEMS exports due.",
        duty,
    )
    told = [duty.by, *nearest]
    if not nearest and not nobody:  # of a narrow list, who keeps it was told as the alert was closed
        told += Person.objects.filter(role=Role.ADMINISTRATOR)
        alone = f"{text}. Nobody above them can look at it: give them a supervisor who can."
        notify(told[1:], Notified.EXPORT_OWE, alone, duty)
    Reminder.objects.bulk_create(Reminder(duty=duty, to=one, at=clock.now()) for one in told)
    return told
