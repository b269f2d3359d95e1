"""Opens DEMS duties, records and reviews exports, and sends reminders: each an act with its audit entry."""

from datetime import datetime

from django.db.models import QuerySet

from plateward.core.audit.events import Event
from plateward.core.audit.log import EntryDraft, act, record
from plateward.core.decisions.reminders import Reminder
from plateward.ground import clock
from plateward.ground.policy.decision import require
from plateward.ground.policy.trace import enforces
from plateward.people import days
from plateward.people.actor import PersonActor
from plateward.people.models import Person
from plateward.people.notices.actions import notify
from plateward.people.notices.kinds import Kind as Notified
from plateward.people.permissions import Role
from plateward.work.alerts.audience.alerts import alerts_for
from plateward.work.alerts.facts import AlertOutcome
from plateward.work.alerts.leaving import Destination, Release, Vetting, VettingMethod
from plateward.work.alerts.models import Disposition
from plateward.work.evidence.dems import duties, rules
from plateward.work.evidence.dems.models import Duty, Upload
from plateward.work.evidence.dems.rules import DutyStepKind
from plateward.work.evidence.dems.service import client
from plateward.work.evidence.dems.stopping import may_still_export
from plateward.work.evidence.numbers import number_of
from plateward.work.evidence.requested import actions as requested
from plateward.work.evidence.requested.models import RequestedPackage

BY_HAND = "For the export to DEMS by hand, under the number of the case."


@enforces("6.a.iv/overdue", "6.e.iv.4/overdue")
def update_duty(actor: PersonActor, disposition: Disposition) -> None:
    """Within the act that closes a locked alert: enforcement opens the duty; a version without it ends the
    duty."""
    enforced = disposition.outcome == AlertOutcome.ENFORCEMENT
    duty = Duty.objects.filter(alert=disposition.alert_id).first()
    if duty is None:
        if not enforced:
            return
        Duty.objects.create(
            alert=disposition.alert,
            by=disposition.by,
            at=disposition.at,
            number=number_of(disposition.alert),
            due_at=disposition.at + rules.DUE_WITHIN,
        )
        became = "due"
    else:
        kind = rules.step_after_disposition(enforced=enforced, status=duty.standing)
        if kind is None:
            return
        duties.add_step(duty, kind, disposition.by)
        duties.end_uploads(duty)
        became = str(kind)
    record(actor, Event.DEMS_DUE, f"alert:{disposition.alert_id}", became=became)


@enforces("6.a.iv/dems", "6.e.iv.4/evidence", "6.b.i.9/entries")
def record_export(actor: PersonActor, duty: Duty, number: str, item: str, exported_at: datetime) -> None:
    """Record an export made by hand in DEMS; notify who must confirm it. Raises Refused."""
    with duties.duty_step(actor, Event.DEMS_EXPORT, duty) as entry:
        person, current = actor.person, duties.reloaded(duty)
        entry.note(number=number, item=item, exported_at=exported_at.isoformat())
        above, instead, _ = duties.reviewer_keys(current, person.pk)
        has_reviewer = bool(above or instead) or current.by.supervisor_id is None
        looks = duties.is_reviewer(person, current)
        connected = client() is not None
        require(
            rules.may_record_export(
                current.standing, person.pk, looks=looks, has_reviewer=has_reviewer, connected=connected
            )
        )
        require(
            rules.is_plausible_export(
                number,
                item,
                exported_at,
                known_numbers=duties.known_numbers(current),
                came_at=duty.alert.arrived_at if duty.alert else duty.at,
                now=clock.now(),
            )
        )
        exported = {"number": number, "item": item, "exported_at": exported_at}
        duties.end_uploads(current)
        duties.add_step(current, DutyStepKind.EXPORTED, person, **exported)
        text = (
            f"{person} exported {duty.subject} to DEMS: item {item}, under {number}. Look it up there, then "
            "confirm or return it under Alerts, DEMS exports due (OPR:50 6.a.iv)."
        )
        notify(Person.objects.filter(pk__in=above[:1] or instead), Notified.EXPORT_OWE, text, current)


@enforces("6.a.iv/dems", "6.e.iv.4/evidence", "6.b.i.9/entries")
def start_export(actor: PersonActor, duty: Duty, number: str) -> None:
    """Have the hub export it to DEMS under this number, in place of what it tried before. Raises Refused."""
    with duties.duty_step(actor, Event.DEMS_SUBMIT, duty) as entry:
        entry.note(number=number)
        person, current = actor.person, duties.reloaded(duty)
        looks = duties.is_reviewer(person, current)
        require(rules.may_export(current.standing, person.pk, looks=looks, connected=client() is not None))
        require(rules.is_case_number(number, duties.known_numbers(current)))
        require(may_still_export(person, current))
        duties.end_uploads(current)
        upload = Upload.objects.create(duty=current, by=person, number=number)
        duties.add_step(current, DutyStepKind.STARTED, person, number=number)
        entry.note(upload=str(upload.pk))


@enforces("6.b.i.9/entries")
def try_now(actor: PersonActor, duty: Duty) -> None:
    """Have the hub try again at once, rather than when it would by itself."""
    with act(actor, Event.DEMS_RETRY, duty.thing):
        Upload.objects.under_way().filter(duty=duty).update(due_at=clock.now())


@enforces("6.a.iv/download", "6.e.iv.4/evidence", "6.b.i.9/entries", "6.h.iv/custody")
def request_package(actor: PersonActor, duty: Duty) -> RequestedPackage:
    """Have the evidence package made for an export by hand. Raises Refused."""
    with act(actor, Event.DEMS_DOWNLOAD, duty.thing):
        looks = duties.is_reviewer(actor.person, duty)
        connected = client() is not None
        require(rules.may_download(duty.standing, actor.person.pk, looks=looks, connected=connected))
        seen = alerts_for(actor.person).filter(pk__in=duty.alerts)
        number = duty.tag or (number_of(duty.alert) if duty.alert else "")
        vetting = Vetting(str(duty.by), duty.at, VettingMethod.STEPS)
        by_hand = Release(number, Destination.DEMS, BY_HAND, vetting=vetting)
        return requested.request_package(actor, by_hand, duty.alerts, seen)


@enforces("6.a.iv/dems", "6.e.iv.4/evidence", "6.b.i.9/entries")
def confirm_export(actor: PersonActor, duty: Duty, seen: int) -> None:
    """The supervisor saw it in DEMS under that number: the duty ends. Raises Refused."""
    with duties.duty_step(actor, Event.DEMS_CONFIRM, duty) as entry:
        entry.note(seen=seen)
        current = _duty_under_review(actor, duty, seen)
        duties.add_step(current, DutyStepKind.CONFIRMED, actor.person)


@enforces("6.a.iv/dems", "6.e.iv.4/evidence", "6.b.i.9/entries")
def return_export(actor: PersonActor, duty: Duty, seen: int, words: str) -> None:
    """It is not in DEMS as recorded; notify the owner and the recorder. Raises Refused."""
    with duties.duty_step(actor, Event.DEMS_RETURN, duty) as entry:
        entry.note(seen=seen)
        require(rules.may_return(words))
        current = _duty_under_review(actor, duty, seen)
        duties.add_step(current, DutyStepKind.RETURNED, actor.person, words=words.strip())
        text = f"{actor.person} returned the export of {duty.subject} to DEMS: “{words.strip()[:250]}”"
        concerned = Person.objects.filter(pk__in={current.by_id, current.standing.recorder})
        notify(concerned, Notified.EXPORT_OWE, text, current)


def _duty_under_review(actor: PersonActor, duty: Duty, seen: int) -> Duty:
    person, current = actor.person, duties.reloaded(duty)
    require(
        rules.may_review_export(
            current.standing, person.pk, looks=duties.is_reviewer(person, current), seen=seen
        )
    )
    return current


def _locked(duty: Duty) -> Duty:
    """Locked, as in every step: somebody may have ended it meanwhile."""
    duties.lock_subject(duty)
    return duties.reloaded(duty)


def _overdue() -> QuerySet[Duty]:
    late = Duty.objects.open().filter(due_at__lte=clock.now())
    return late.prefetch_related("steps", "uploads").order_by("due_at")


@enforces("6.a.iv/overdue", "6.e.iv.4/overdue")
def _remind(entry: EntryDraft, duty: Duty) -> None:
    """The owner and the nearest reviewer who could confirm it; if there is none, the administrator, who can
    fix that."""
    status = duty.standing
    waits = status.kind == DutyStepKind.EXPORTED
    seen_by = status.recorder if waits else None
    nearest, (_, _, nobody) = duties.nearest_reviewers(duty, seen_by), duties.reviewer_keys(duty, seen_by)
    of = "vetted for a case" if status.vetted else "used for enforcement"
    subject = f"OVERDUE since {days.format_time(duty.deadline)}: {duty.subject}, {of},"
    if waits:
        text = f"{subject} waits for a supervisor of {duty.by} to confirm it in DEMS"
    else:
        text = f"{subject} must be exported to DEMS by {duty.by}"
    duties.settle_notices(duty)  # a day old: this one replaces it
    notified = [duty.by, *nearest]
    whole = f"{text} (OPR:50 6.a.iv). See Alerts, DEMS exports due."
    notify(notified, Notified.EXPORT_REMIND, whole, duty)
    if not nearest and not nobody:  # for a narrow list, its administrator was notified when the alert closed
        notified += Person.objects.filter(role=Role.ADMINISTRATOR)
        alone = f"{text}. No one in their chain of command can review it: assign a supervisor who can."
        notify(notified[1:], Notified.EXPORT_REMIND, alone, duty)
    entry.note(notified=[person.username for person in notified])


# Owner and supervisor of what is overdue, again each day.
remind = Reminder(
    Event.DEMS_REMIND,
    _overdue,
    lambda duty: duty.standing.overdue(clock.now()),
    _remind,
    _locked,
    lambda duty: duty.thing,
    duties.HUB,
    rules.REMINDED_EVERY,
)
