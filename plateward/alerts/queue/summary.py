"""An alert in the queue: enough to hurry, too little to skip reading the plate (design, decision 9)."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from django.utils.timezone import localtime

from plateward import clock
from plateward.alerts import equipment
from plateward.alerts.facts import Stage
from plateward.alerts.models import Alert, Sighting
from plateward.alerts.queue.seen import SeenVehicle, last_sighting, seen_vehicles
from plateward.alerts.routing.models import Acknowledgment, Notification
from plateward.alerts.routing.rules import NotifyReason, RingFacts
from plateward.hotlists.models import Reason
from plateward.hotlists.reasons import REASONS
from plateward.matching.kinds import MatchKind, StateAgreement
from plateward.policy.trace import enforces

PAGE_SIZE = 50  # rows on a page of the queue


def for_summaries(alerts: QuerySet[Alert]) -> QuerySet[Alert]:
    """Loads all that summaries need in the same few queries, however many alerts there are."""
    # As lists: a related manager builds a queryset per alert, which costs more than the rows. Readers, lists and people
    # are few: each is loaded once, not with every alert.
    return alerts.select_related("entry", "recall", "unanswered", "confirmation__by").prefetch_related(  # type: ignore[no-redef]
        "reader",
        "entry__hotlist",
        Prefetch("sightings", Sighting.objects.prefetch_related("reader"), "seen_again"),
        Prefetch("notifications", Notification.objects.prefetch_related("person"), "notifications_to"),
        Prefetch("acknowledgments", Acknowledgment.objects.prefetch_related("by"), "acknowledged_by"),
    )


def summaries(alerts: Iterable[Alert]) -> list[dict[str, Any]]:
    """The `summary` of each alert."""
    reasons, every = Reason.texts(), list(alerts)
    vehicles = seen_vehicles(every)
    return [_summary(alert, reasons, vehicles[alert.pk]) for alert in every]


def summary(alert: Alert, reasons: dict[str, str] = REASONS) -> dict[str, Any]:
    """As JSON for the stream and the page's first rows. `reasons`: their texts, if already known."""
    return _summary(alert, reasons, seen_vehicles([alert])[alert.pk])


@enforces("5.g", "6.e.iv.3")
def _summary(alert: Alert, reasons: dict[str, str], vehicle: SeenVehicle) -> dict[str, Any]:
    """It names source and reason, never the plate. `reasons`: their texts, as far as known."""
    recall = getattr(alert, "recall", None)
    times, last = 1 + len(alert.seen_again), last_sighting(alert)
    return {
        "number": alert.pk,
        "url": reverse("alerts:alert", args=[alert.pk]),
        "priority": alert.entry.priority,
        "reason_text": reasons.get(alert.entry.reason) or alert.entry.reason_text,
        "source": alert.entry.hotlist.source,
        "list": alert.entry.hotlist_id,
        "list_name": alert.entry.hotlist.name,
        "camera": alert.reader.camera,
        "vehicle": vehicle.words or "Vehicle not known",
        "picture": reverse("alerts:picture", args=[alert.captured_at.date(), alert.read])
        if vehicle.pictured
        else "",
        "place": vehicle.place,
        "distance": "",
        "ago": clock.format_span(clock.now() - last.seen_at),
        "seen_at": last.seen_at.isoformat(),
        "claimed": _claim_text(alert),
        "captured_at": alert.captured_at.isoformat(),
        "times": times,
        "last": f"{times} times, last by {last.reader.camera} at {localtime(last.seen_at):%H:%M:%S}"
        if times > 1
        else "",
        "match_kind": alert.kind,
        "match_told": MatchKind(alert.kind).label.capitalize(),
        "list_at": alert.list_at.isoformat() if alert.list_at else None,
        "list_age": clock.format_span(alert.arrived_at - alert.list_at) if alert.list_at else None,
        "sure": alert.sure,
        "rings": alert.rings and not alert.historical,
        "quiet": _silence_reason(alert),
        "handled": alert.handled_words,
        "equipment": equipment.equipment_text(alert),
        "sound": alert.entry.hotlist.sound,
        "historical": alert.historical,
        "recalled": {"at": recall.at.isoformat(), "why": recall.why, "closes": recall.closes}
        if recall
        else None,
        "escalated": _escalation_text(alert),
        "acknowledged": ", ".join(
            f"{acknowledgment.by} {localtime(acknowledgment.at):%H:%M:%S}"
            for acknowledgment in alert.acknowledged_by
        ),
        "stage": alert.stage,
        "stage_text": alert.get_stage_display(),
    }


def _claim_text(alert: Alert) -> str:
    """Who works on it: whoever read its plate, until it is closed."""
    confirmation = getattr(alert, "confirmation", None)
    return f"With {confirmation.by}" if confirmation and alert.stage != Stage.CLOSED else ""


@enforces("5.b")
def ring_facts(alert: Alert) -> RingFacts:
    """What decides for whom it rings now."""
    return RingFacts(
        open=alert.rings and not alert.historical and alert.stage == Stage.NEW,
        priority=alert.entry.priority,
        reason=alert.entry.reason,
        targets=tuple(record.target for record in alert.notifications_to),
        acknowledged=frozenset(record.by_id for record in alert.acknowledged_by),
        hotlist=alert.entry.hotlist_id,
    )


@enforces("5.b")
def _escalation_text(alert: Alert) -> str:
    """Whom it escalated to; empty once somebody it rings for acknowledged it or somebody began."""
    up = [
        str(notification.person)
        for notification in alert.notifications_to
        if notification.why == NotifyReason.ESCALATED
    ]
    waits = getattr(alert, "unanswered", None)
    if not up or alert.stage != Stage.NEW or waits is None or waits.answered_at:
        return ""
    # Anybody else who acknowledged it is not among those it rings for.
    state = "Escalated" if alert.acknowledged_by else "Not acknowledged, escalated"
    return f"{state} to {' and '.join(up)}"


def _silence_reason(alert: Alert) -> str:
    """Why it raises no alarm; empty if it rings."""
    if alert.historical:
        return "Earlier read, no alarm"
    if alert.rings:
        return ""
    if alert.silent_until:
        return f"Handled, no alarm until {localtime(alert.silent_until):%H:%M}"
    if not alert.sure:
        return "Unsure read, no alarm"
    muted = (source.muted_at for source in (alert.reader, alert.entry.hotlist) if source.muted_at)
    if any(since <= alert.arrived_at for since in muted):
        return "Often wrong lately, muted until reviewed"
    if alert.state_agreement == StateAgreement.DIFFERENT:
        return "Another state, no alarm"
    return f"{MatchKind(alert.kind).label.capitalize()}, no alarm"
