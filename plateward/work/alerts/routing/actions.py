"""Records for whom an alert rings and who acknowledges it, and escalates it when nobody does."""

from collections.abc import Collection, Iterable
from datetime import time, timedelta

from django.conf import settings

from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.log import EntryDraft, act, record
from plateward.core.db.locking import change_row, lock_row
from plateward.core.decisions.reminders import Reminder
from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.ground.wire.read import Position
from plateward.people.actor import PersonActor
from plateward.people.models import Person
from plateward.people.notices.actions import notify, settle_matter
from plateward.people.notices.kinds import Kind
from plateward.work.alerts.facts import Stage
from plateward.work.alerts.models import Alert
from plateward.work.alerts.outbox import announce
from plateward.work.alerts.routing import presence, rules
from plateward.work.alerts.routing.models import Acknowledgment, Notification, QuietHours, Unanswered
from plateward.work.alerts.routing.rules import NotifyReason, NotifyTarget

SYSTEM = Actor("system", "escalation", "The hub, for alerts not acknowledged")


@enforces("5.b/reaches", "6.c.ii/lists", "6.b.i.9/entries")
def route(alert: Alert, position: Position | None, unit: int | None) -> list[Notification]:
    """Record who is notified of an alert that a reader of `unit` saw here; skip anybody already notified.
    Runs within the act that brings the read."""
    hotlist = alert.entry.hotlist
    near = presence.units_near(position.lat, position.lon) if position else {}
    audience = presence.audience_presence(hotlist, {*near, *([unit] if unit is not None else [])})
    targets = rules.first_targets(audience, covert=hotlist.covert, reader_unit=unit, near=near.items())
    return _add_recipients(alert, targets)


def _add_recipients(alert: Alert, targets: Iterable[NotifyTarget]) -> list[Notification]:
    notified = {
        (recipient.why, recipient.unit_id, recipient.person_id) for recipient in alert.notifications.all()
    }
    units = {unit for reason, unit, _ in notified if unit is not None}
    new = [
        recipient
        for recipient in targets
        if (recipient.why, recipient.unit, recipient.person) not in notified
        and (recipient.unit is None or recipient.unit not in units)
    ]
    return Notification.objects.bulk_create(
        Notification(
            alert=alert,
            why=recipient.why,
            unit_id=recipient.unit,
            person_id=recipient.person,
            meters=recipient.meters,
            at=clock.now(),
        )
        for recipient in new
    )


def start_escalation(alert: Alert) -> None:
    """From now on, escalate it unless somebody it rings for acknowledges it in time."""
    after, now = settings.ESCALATE_AFTER[alert.entry.priority], clock.now()
    due = now + timedelta(seconds=after) if after else None
    anew = {"rang_at": now, "level": 0, "due_at": due, "answered_at": None}
    Unanswered.objects.update_or_create(alert=alert, defaults=anew)


@enforces("5.b/reaches", "6.b.i.9/entries")
def acknowledge(actor: PersonActor, alerts: Collection[Alert]) -> int:
    """The person has seen these alerts: they stop ringing for them in every session. If one rang for them, it
    escalates no further. Each has its own record and entry. Returns how many are new."""
    done = set(
        Acknowledgment.objects.filter(alert__in=alerts, by=actor.person).values_list("alert", flat=True)
    )
    new = [alert for alert in alerts if alert.pk not in done]
    if not new:
        return 0
    recipient = presence.recipient_of(actor.person.pk)
    with act(actor, Event.ALERT_ACKNOWLEDGE, "alerts") as entry:
        entry.note(alerts=len(new))
        for alert in new:
            rang_for_person = rules.is_for(
                recipient, [notification.target for notification in alert.notifications.all()]
            )
            Acknowledgment.objects.get_or_create(alert=alert, by=actor.person, defaults={"at": clock.now()})
            if rang_for_person:
                Unanswered.objects.filter(alert=alert).update(due_at=None, answered_at=clock.now())
                settle_matter(Kind.ALERT_ACKNOWLEDGE, alert)
            record(actor, Event.ALERT_ACKNOWLEDGE, f"alert:{alert.pk}", rang_for_them=rang_for_person)
        announce(new, new=False)
    return len(new)


def _is_due(waiting: Unanswered) -> bool:
    due = waiting.due_at is not None and waiting.due_at <= clock.now()
    return due and waiting.alert.stage == Stage.NEW  # else somebody has begun with it


@enforces("5.b/reaches", "6.b.i.9/entries")
def _escalate(entry: EntryDraft, waiting: Unanswered) -> None:
    """The next above the units that it rang for long enough; with them dispatch, at first, and everybody, at last."""
    alert, hotlist = waiting.alert, waiting.alert.entry.hotlist
    notified, rang_at = list(alert.notifications.all()), waiting.rang_at or alert.arrived_at
    wait = timedelta(seconds=settings.ESCALATE_AFTER[alert.entry.priority])
    told = {row.unit_id: max(row.at, rang_at) for row in notified if row.unit_id is not None}
    chain = presence.chain_above(rules.unanswered_by(told, clock.now() - wait), hotlist)
    following = rules.next_escalation(
        chain, waiting.level, {recipient.person_id for recipient in notified if recipient.person_id}
    )
    targets = [
        NotifyTarget(NotifyReason.ESCALATED, person=recipient.person.pk) for recipient in following.people
    ]
    people = [recipient.person for recipient in following.people]
    if waiting.level == 0 and (dispatch := presence.communications(hotlist)):
        targets.append(NotifyTarget(NotifyReason.COMMUNICATIONS))
        people += dispatch
    if following.level is None:
        targets.append(NotifyTarget(NotifyReason.NAMED if hotlist.covert else NotifyReason.EVERYONE))
    new = _add_recipients(alert, targets)
    entry.note(
        notified=[str(recipient) for recipient in new], passed=following.why, last=following.level is None
    )
    due = clock.now() + wait if following.level else None
    change_row(waiting, level=following.level or waiting.level, due_at=due)
    _notify(alert, people, clock.now() - rang_at)
    announce([alert], new=True)


escalate_due = Reminder(
    Event.ALERT_ESCALATE,
    lambda: Unanswered.objects.filter(due_at__lte=clock.now()).select_related("alert").order_by("due_at"),
    _is_due,
    _escalate,
    lambda waiting: lock_row(waiting, "alert__entry__hotlist", "alert__reader"),
    lambda waiting: f"alert:{waiting.alert_id}",
    SYSTEM,
    every=1.0,
)


@enforces("6.e.iii/marked")
def _notify(alert: Alert, people: Iterable[Person], rung_for: timedelta) -> None:
    listed = f"{alert.entry.reason_text}, {alert.entry.hotlist.source}"
    notify(
        people,
        Kind.ALERT_ACKNOWLEDGE,
        f"NOT ACKNOWLEDGED: alert {alert.pk} ({alert.entry.priority} priority, possible hit: {listed}, camera "
        f"{alert.reader.camera}) has rung for {clock.format_span(rung_for)} without acknowledgment. Confidential: "
        "investigative lead only, verify before acting.",
        alert,
    )


@enforces("5.b/reaches", "6.b.i.9/entries")
def set_quiet_hours(actor: PersonActor, begins: time | None, ends: time | None) -> None:
    """Set or clear this person's quiet hours."""
    with act(actor, Event.QUIET_HOURS_SET, f"person:{actor.person.username}") as entry:
        entry.note(begins=begins and f"{begins:%H:%M}", ends=ends and f"{ends:%H:%M}")
        QuietHours.objects.filter(person=actor.person).delete()
        if begins and ends:
            QuietHours.objects.create(person=actor.person, begins=begins, ends=ends)
