"""Evidence on the custody of images, for the compliance report."""

from collections.abc import Iterator

from plateward.core.audit.events import Event
from plateward.core.audit.evidence import entries_of
from plateward.ground.policy.evidence import Fact, fact


def facts() -> Iterator[Fact]:
    """What was looked at and taken along, and the reports made."""
    yield fact(
        "6.h.iv",
        "6.j.i",
        text="Events of images in the last 30 days, each found by its read: viewed {views:,}; printed {prints:,}; "
        "downloaded {downloads:,}; refused {refused_copies:,}. Reports on a chain of custody: {custody_reports:,}.",
        views=entries_of(Event.IMAGE_VIEW, outcome="done"),
        prints=entries_of(Event.IMAGE_PRINT, outcome="done"),
        downloads=entries_of(Event.IMAGE_DOWNLOAD, outcome="done"),
        refused_copies=entries_of(Event.IMAGE_PRINT, Event.IMAGE_DOWNLOAD, outcome="refused"),
        custody_reports=entries_of(Event.CUSTODY_EXPORT, outcome="done"),
        route="audit:index",
    )
