"""A feed of NCIC extracts, for tests."""

import os
from datetime import timedelta
from pathlib import Path

from plateward.core.audit.events import Event
from plateward.core.audit.log import act
from plateward.field.hotlists.imports import feeds
from plateward.field.hotlists.imports.models import Feed
from plateward.field.hotlists.imports.tests.made import NCIC_HEAD, vehicle
from plateward.field.hotlists.models import HotList
from plateward.ground import clock
from plateward.testing.hotlist import GLORIA


def write_extract(folder: Path, name: str, *numbers: int, older_s: int = 0) -> Path:
    file = folder / name
    file.write_text(NCIC_HEAD + "".join(vehicle(n) for n in numbers))
    if older_s:
        os.utime(file, (file.stat().st_atime, file.stat().st_mtime - older_s))
    return file


def make_feed(**fields: object) -> Feed:
    with act(GLORIA, Event.HOTLIST_UPDATE, "hotlist:NCIC"):
        hotlist, _ = HotList.objects.get_or_create(name="NCIC", source="NCIC", kind="ncic")
    given: dict[str, object] = {
        "place": "folder",
        "folder": "ncic",
        "pattern": "VEHEXTRT*.txt",
        "format": "ncic",
    }
    return feeds.save_feed(GLORIA, hotlist, {"times": ["05:30", "17:30"], **given, **fields})


def fetch_when_due(feed: Feed) -> Feed:
    """Make the feed due, and fetch it."""
    Feed.objects.filter(pk=feed.pk).update(next_at=clock.now() - timedelta(seconds=1))
    assert feeds.fetch_due() == 1
    feed.refresh_from_db()
    return feed
