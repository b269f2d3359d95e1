"""Opens DEMS duties, records and reviews exports, and sends reminders: each an act with its audit entry."""

from datetime import datetime
from typing import Any

from plateward import clock
from plateward.alerts.dems import rules
from plateward.alerts.dems.models import Duty, Step
from plateward.alerts.dems.rules import DutyStepKind
from plateward.alerts.facts import AlertOutcome
from plateward.alerts.models import Alert, Disposition
from plateward.alerts.reviewing import routing
from plateward.alerts.signals import number_requested
from plateward.alerts.steps.actions import step
from plateward.audit.actor import Actor
from plateward.audit.events import Event
from plateward.audit.log import DONE_MEANWHILE, act
from plateward.cases.rules import normalized
from plateward.people import days
from plateward.people.actor import PersonActor
from plateward.people.models import Person
from plateward.people.notices.actions import notify, settle_matter, was_notified
from plateward.people.notices.kinds import Kind as Notified
from plateward.people.permissions import Role
from plateward.policy.decision import require
from plateward.policy.trace import enforces

HUB = Actor("system", "owed", "The hub's check of DEMS exports")


@enforces("6.a.iv", "6.e.iv.4")
def update_duty(disposition: Disposition) -> str:
    """Within the act that closes a locked alert: enforcement opens the duty; a version without it ends the
    duty. Returns which, for the log; empty if neither."""
    enforced = disposition.outcome == AlertOutcome.ENFORCEMENT
    duty = Duty.objects.filter(alert=disposition.alert_id).first()
    if duty is None:
        if not enforced:
            return ""
        Duty.objects.create(
            alert=disposition.alert,
            by=disposition.by,
            at=disposition.at,
            number=number_of(disposition.alert),
            due_at=disposition.at + rules.DUE_WITHIN,
        )
        return "owed"
    kind = rules.step_after_disposition(enforced=enforced, status=duty.standing)
    if kind is None:
        return ""
    _add_step(duty, kind, disposition.by)
    return str(kind)


def number_of(alert: Alert) -> str:
    """The alert's CAD or case number: from its call, if an upper room knows one, else from its entry."""
    answers = [answer for _, answer in number_requested.send(sender=Alert, alert=alert)]
    return next((number for number in answers if number), alert.entry.number)


@enforces("6.a.iv", "6.e.iv.4", "6.b.i.9")
def record_export(actor: PersonActor, duty: Duty, number: str, item: str, exported_at: datetime) -> None:
    """Record an export made by hand in DEMS; notify who must confirm it. Raises Refused."""
    with step(actor, Event.DEMS_EXPORT, duty.alert) as (locked, entry):
        person, current = actor.person, _current(duty)
        entry.note(number=number, item=item, exported_at=exported_at.isoformat())
        above, instead, _ = _reviewers(current, person.pk)
        has_reviewer = bool(above or instead) or current.by.supervisor_id is None
        looks = is_reviewer(person, current)
        require(rules.may_record_export(current.standing, person.pk, looks=looks, has_reviewer=has_reviewer))
        require(
            rules.is_plausible_export(
                number,
                item,
                exported_at,
                known_numbers=known_numbers(current),
                came_at=locked.arrived_at,
                now=clock.now(),
            )
        )
        exported = {"number": number, "item": item, "exported_at": exported_at}
        _add_step(current, DutyStepKind.EXPORTED, person, **exported)
        text = (
            f"{person} exported alert {locked.pk} to DEMS: item {item}, under {number}. Look it up there, then "
            "confirm or return it under Alerts, DEMS exports due (OPR:50 6.a.iv)."
        )
        notify(Person.objects.filter(pk__in=above[:1] or instead), Notified.EXPORT_OWE, text, current)


@enforces("6.a.iv", "6.e.iv.4", "6.b.i.9")
def confirm_export(actor: PersonActor, duty: Duty, looked_at: int) -> None:
    """The supervisor saw it in DEMS under that number: the duty ends. Raises Refused."""
    with step(actor, Event.DEMS_CONFIRM, duty.alert) as (_, entry):
        entry.note(looked_at=looked_at)
        current = _duty_under_review(actor, duty, looked_at)
        _add_step(current, DutyStepKind.CONFIRMED, actor.person)


@enforces("6.a.iv", "6.e.iv.4", "6.b.i.9")
def return_export(actor: PersonActor, duty: Duty, looked_at: int, words: str) -> None:
    """It is not in DEMS as recorded; notify the owner and the recorder. Raises Refused."""
    with step(actor, Event.DEMS_RETURN, duty.alert) as (locked, entry):
        entry.note(looked_at=looked_at)
        require(rules.may_return(words))
        current = _duty_under_review(actor, duty, looked_at)
        _add_step(current, DutyStepKind.RETURNED, actor.person, words=words.strip())
        text = f"{actor.person} returned the export of alert {locked.pk} to DEMS: “{words.strip()[:250]}”"
        concerned = Person.objects.filter(pk__in={current.by_id, current.standing.recorder})
        notify(concerned, Notified.EXPORT_OWE, text, current)


def _add_step(duty: Duty, kind: DutyStepKind, by: Person, **more: Any) -> None:
    """The duty's status is its last step: earlier notices are settled."""
    Step.objects.create(duty=duty, kind=kind, by=by, at=clock.now(), **more)
    _settle(duty)


def _settle(duty: Duty) -> None:
    for kind in (Notified.EXPORT_OWE, Notified.EXPORT_REMIND):
        settle_matter(kind, duty)


def _current(duty: Duty) -> Duty:
    """The duty, read again with its alert locked: of two acts, the second sees the first."""
    return Duty.objects.select_related("by", "alert__entry__hotlist").get(pk=duty.pk)


def _duty_under_review(actor: PersonActor, duty: Duty, looked_at: int) -> Duty:
    person, current = actor.person, _current(duty)
    require(
        rules.may_look(current.standing, person.pk, looks=is_reviewer(person, current), looked_at=looked_at)
    )
    return current


def is_reviewer(person: Person, duty: Duty) -> bool:
    """Whether this supervisor reviews alerts that the owner closes, including this one."""
    return routing.reviewable_by(person, Duty.objects.filter(pk=duty.pk)).exists()


def known_numbers(duty: Duty) -> set[str]:
    """The numbers that the hub has for it, as written."""
    return {normalized(number) for number in (duty.number, number_of(duty.alert))}


def _reviewers(duty: Duty, but: int | None) -> tuple[list[int], list[int], bool]:
    """The keys of supervisors above the owner, nearest first, and of stand-in reviewers, without this person;
    and whether no possible reviewer is in the list's audience."""
    reviewers = routing.reviewers_of(duty.by, duty.alert.entry.hotlist)
    above, instead = ([pk for pk in some if pk != but] for some in (reviewers.above, reviewers.instead))
    return above, instead, reviewers.nobody


@enforces("6.a.iv", "6.e.iv.4")
def remind() -> int:
    """Remind owner and supervisor of overdue duties, again each day. Returns the number of duties."""
    done = 0
    late = Duty.objects.open().filter(due_at__lte=clock.now())
    for duty in filter(_is_due, late.order_by("due_at")):
        with act(HUB, Event.DEMS_REMIND, f"alert:{duty.alert_id}") as entry:
            # Lock as every step does; meanwhile another node may have reminded, or somebody ended it.
            Alert.objects.select_for_update(no_key=True).get(pk=duty.alert_id)
            if not _is_due(current := _current(duty)):
                entry.note(notified=[], passed=DONE_MEANWHILE)
                continue
            entry.note(notified=[person.username for person in _remind(current)])
            done += 1
    return done


def _is_due(duty: Duty) -> bool:
    reminded = was_notified(Notified.EXPORT_REMIND, duty, rules.REMINDED_EVERY)
    return duty.standing.overdue(clock.now()) and not reminded


@enforces("6.a.iv", "6.e.iv.4")
def _remind(duty: Duty) -> list[Person]:
    """The owner and the nearest reviewer who could confirm it; if there is none, the administrator, who can
    fix that."""
    status = duty.standing
    waits = status.kind == DutyStepKind.EXPORTED
    above, instead, nobody = _reviewers(duty, status.recorder if waits else None)
    nearest = list(Person.objects.filter(pk__in=above[:1] or instead))
    subject = f"OVERDUE since {days.format_time(duty.due_at)}: alert {duty.alert_id}, used for enforcement,"
    if waits:
        text = f"{subject} waits for a supervisor of {duty.by} to confirm it in DEMS"
    else:
        text = f"{subject} must be exported to DEMS by {duty.by}"
    _settle(duty)  # a day old: this one replaces it
    notified = [duty.by, *nearest]
    whole = f"{text} (OPR:50 6.a.iv). See Alerts, DEMS exports due."
    notify(notified, Notified.EXPORT_REMIND, whole, duty)
    if not nearest and not nobody:  # for a narrow list, its administrator was notified when the alert closed
        notified += Person.objects.filter(role=Role.ADMINISTRATOR)
        alone = f"{text}. No one in their chain of command can review it: assign a supervisor who can."
        notify(notified[1:], Notified.EXPORT_REMIND, alone, duty)
    return notified
