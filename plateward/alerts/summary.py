"""An alert in the queue: enough to hurry, not enough to skip reading the plate (design, decision 9)."""

from typing import Any

from django.urls import reverse

from plateward import clock
from plateward.alerts.models import Alert
from plateward.fleet.models import Reader
from plateward.hotlists.models import HotList
from plateward.matching.kinds import MatchKind, StateAgreement
from plateward.policy.trace import enforces


@enforces("5.g")
def summary(alert: Alert) -> dict[str, Any]:
    """As JSON for the stream, and for the first rows of the page. It names source and reason, never the plate."""
    recall = getattr(alert, "recall", None)
    return {
        "number": alert.pk,
        "url": reverse("alerts:alert", args=[alert.pk]),
        "priority": alert.entry.priority,
        "reason_text": alert.entry.reason_text,
        "source": alert.entry.hotlist.source,
        "list": alert.entry.hotlist_id,
        "list_name": alert.entry.hotlist.name,
        "camera": alert.reader.camera,
        "captured_at": alert.captured_at.isoformat(),
        "match_kind": alert.kind,
        "match_told": MatchKind(alert.kind).told.capitalize(),
        "list_at": alert.list_at.isoformat() if alert.list_at else None,
        "list_age": clock.span(alert.arrived_at - alert.list_at) if alert.list_at else None,
        "sure": alert.sure,
        "rings": alert.rings and not alert.historical,
        "quiet": _quiet(alert),
        "sound": alert.entry.hotlist.sound,
        "historical": alert.historical,
        "recalled": {"at": recall.at.isoformat(), "why": recall.why, "closes": recall.closes}
        if recall
        else None,
        "stage": alert.stage,
        "stage_text": alert.get_stage_display(),
    }


def _quiet(alert: Alert) -> str:
    """Why it rings no alarm; nothing where it does."""
    if alert.historical:
        return "Historical, no alarm"
    if alert.rings:
        return ""
    if not alert.sure:
        return "Unsure read, no alarm"
    if any(_withheld(source, alert) for source in (alert.reader, alert.entry.hotlist)):
        return "Too often wrong of late, no alarm until reviewed"
    if alert.state_agreement == StateAgreement.DIFFERENT:
        return "Another state, no alarm"
    return f"{MatchKind(alert.kind).told.capitalize()}, no alarm"


def _withheld(source: Reader | HotList, alert: Alert) -> bool:
    return source.alarm_withheld_at is not None and source.alarm_withheld_at <= alert.arrived_at
