"""When an entry ends, its open alerts end too, and everyone who saw one of them is notified."""

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.dispatch import receiver

from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.log import act, record
from plateward.core.audit.models import AuditEntry as Audit
from plateward.core.db.locking import change_row
from plateward.field.hotlists.models import Entry
from plateward.field.hotlists.signals import entries_ended
from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.people.models import Person
from plateward.people.notices.actions import notify
from plateward.people.notices.kinds import Kind
from plateward.work.alerts import rules
from plateward.work.alerts.facts import OVER_STAGES, Stage
from plateward.work.alerts.models import Alert, Recall
from plateward.work.alerts.outbox import announce
from plateward.work.alerts.signals import alert_recalled

SYSTEM = Actor("system", "recall", "The hub's recall of alerts")


@receiver(entries_ended)
def _recall_ended(entries: Collection[UUID], cause: str, reason: str, **_: Any) -> None:
    """Within the act that ended these entries, possibly a million."""
    gone = set(entries)
    open_alerts = _open_alerts().values_list("pk", "entry")
    _recall([pk for pk, entry in open_alerts if entry in gone], cause, reason)


@enforces("6.e.iv.3/order")
def recall_lapsed() -> int:
    """Recall open alerts whose entry expired, whose list was retired, or whose entry ended without a signal.
    Returns how many. Several nodes may run this at once: each alert is recalled once."""
    now = clock.now()
    lapsed = _open_alerts().filter(
        Q(entry__expires_at__lte=now) | Q(entry__ended__at__lte=now) | Q(entry__hotlist__retired_at__lte=now)
    )
    alerts = list(lapsed.select_related("entry__ended", "entry__hotlist"))
    if not alerts:
        return 0
    with act(SYSTEM, Event.ALERT_RECALL, "alerts with a withdrawn entry") as entry:
        done = sum(_recall([alert.pk], *_cause_of(alert.entry)) for alert in alerts)
        entry.note(alerts=done)
    return done


def _cause_of(entry: Entry) -> tuple[str, str]:
    ended = entry.ended if entry.ended and entry.ended.at else None
    if ended:
        return ended.cause, ended.why or f"{ended.get_cause_display()}."
    if entry.hotlist.retired_at:
        return Recall.Cause.RETIRED, "The list was retired."
    return Recall.Cause.EXPIRY, "The entry has expired."


def _open_alerts() -> Any:
    return Alert.objects.exclude(stage__in=OVER_STAGES).filter(recall=None)


@enforces("6.e.iv.3/order", "6.b.i.9/entries")
def _recall(alerts: Collection[int], cause: str, reason: str) -> int:
    """Record the recall on each open alert, notify people who saw it, and announce it to the live queue."""
    # In a fixed order and before the log's lock, so that steps on one of them wait their turn.
    locked = Alert.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=alerts).order_by("pk")
    ended = [alert for alert in locked.select_related("entry__hotlist", "reader") if _is_not_replaced(alert)]
    stored_cause = cause if cause in Recall.Cause.values else Recall.Cause.OTHER
    for alert in ended:
        facts = alert.facts()
        closes = rules.recall_closes(facts)
        Recall.objects.create(
            alert=alert, at=clock.now(), cause=stored_cause, why=reason[:300], closes=closes
        )
        if closes:
            change_row(alert, stage=Stage.CLOSED)
        record(
            SYSTEM, Event.ALERT_RECALL, f"alert:{alert.pk}", reason=reason, clause="6.e.iv.3", closes=closes
        )
        notify_who_saw(alert, Kind.ALERT_RECALL, "RECALLED", reason, "It is closed" if closes else "")
        alert_recalled.send(sender=Alert, alert=alert, why=reason)
    announce(ended, new=False)
    return len(ended)


def _is_not_replaced(alert: Alert) -> bool:
    """Whether no entry took its place: when a source changes a line, one entry ends and another begins."""
    if alert.stage in OVER_STAGES or hasattr(alert, "recall"):
        return False
    entry = alert.entry
    same = Entry.objects.filter(hotlist=entry.hotlist, bare=entry.bare, state=entry.state, ended=None)
    stands = same.exclude(pk=entry.pk).exclude(expires_at__lte=clock.now())
    return entry.hotlist.retired_at is not None or not stands.exists()


def notify_who_saw(alert: Alert, kind: Kind, word: str, reason: str, ended: str) -> None:
    """Notify them that there is no basis to act on it, and why. `ended`: what became of it; empty: action was taken, so
    a person must close it."""
    listed = f"{alert.entry.reason_text}, {alert.entry.hotlist.source}"
    then = f"{ended}; no basis to act on it"
    if not ended:
        then = "ACTION WAS TAKEN: notify the units at the vehicle that there is no basis to act, and close the alert"
    text = f"{word}: alert {alert.pk} ({listed}). {reason} {then} (OPR:50 6.e.iv.3)."
    notify(people_who_saw(alert), kind, text, alert)


def people_who_saw(alert: Alert) -> Iterable[Person]:
    """People who opened the alert or recorded something on it; the log has every such act."""
    of_it = Audit.objects.filter(at__gte=alert.arrived_at, object=f"alert:{alert.pk}", actor_kind="person")
    names = set(of_it.filter(outcome="done").values_list("actor_id", flat=True))
    return Person.objects.filter(username__in=names)
