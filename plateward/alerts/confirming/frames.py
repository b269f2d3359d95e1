"""All pictures of an alert's vehicle: from its read and from each sighting."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.urls import reverse

from plateward.alerts.models import Alert
from plateward.policy.trace import enforces


@dataclass(frozen=True)
class SightingImages:
    """The two images of one read; viewing one records a custody event."""

    at: datetime
    camera: str
    plate_url: str
    context_url: str


@enforces("6.e.iv.3", "6.h.iv")
def alert_images(alert: Alert) -> list[SightingImages]:
    """The alert's own read first, then those that joined it, in order."""
    first = _frame(alert.captured_at, alert.reader.camera, alert.read)
    again = alert.sightings.select_related("reader")
    return [
        first,
        *(_frame(sighting.captured_at, sighting.reader.camera, sighting.read) for sighting in again),
    ]


def _frame(at: datetime, camera: str, read: UUID) -> SightingImages:
    plate, context = (reverse("reads:image", args=[at.date(), read, which]) for which in ("plate", "context"))
    return SightingImages(at, camera, plate, context)
