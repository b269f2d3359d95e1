"""An alert in the queue: enough to hurry, not enough to skip reading the plate (design, decision 9)."""

from typing import Any

from django.urls import reverse

from plateward.alerts.models import Alert
from plateward.policy.trace import enforces


@enforces("5.g")
def summary(alert: Alert) -> dict[str, Any]:
    """As JSON for the stream, and for the first rows of the page. It names source and reason, never the plate."""
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
        "sure": alert.sure,
        "stage": alert.stage,
        "stage_text": alert.get_stage_display(),
    }
