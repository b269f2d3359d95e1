"""An alert in the queue: enough to hurry, not enough to skip reading the plate (design, decision 9)."""

from typing import Any

from django.urls import reverse

from plateward import clock
from plateward.alerts.models import Alert
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
        "list_at": alert.list_at.isoformat() if alert.list_at else None,
        "list_age": clock.span(alert.captured_at - alert.list_at) if alert.list_at else None,
        "sure": alert.sure,
        "historical": alert.historical,
        "recalled": {"at": recall.at.isoformat(), "why": recall.why, "closes": recall.closes}
        if recall
        else None,
        "stage": alert.stage,
        "stage_text": alert.get_stage_display(),
    }
