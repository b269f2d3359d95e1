"""The entries in force, as readers and the matching engine take them."""

import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Max

from plateward import clock
from plateward.hotlists.models import Entry, HotList, Reason, Revision
from plateward.matching.engine import Index
from plateward.wire import entries as wire_entries
from plateward.wire import hotlist as wire
from plateward.wire.entries import Columns


def _changed_at() -> datetime | None:
    """A file that changes nothing makes no revision, but its list younger."""
    revised = Revision.objects.aggregate(last=Max("at"))["last"]
    refreshed = HotList.objects.aggregate(last=Max("refreshed_at"))["last"]
    return max(filter(None, (revised, refreshed)), default=None)


def version() -> str:
    """When a list was last changed or refreshed, UTC to the microsecond: it grows with each change, and can be read."""
    last = _changed_at()
    return f"{last.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}" if last else "none"


def snapshot() -> wire.HotList:
    """Every entry in force, as it travels to a reader."""
    number = version()
    rows = Entry.objects.in_force().iterator(chunk_size=5000)
    texts = Reason.texts()
    return wire.HotList(
        version=number,
        made_at=_changed_at() or clock.now(),
        lists=heads(),
        entries=Columns.of(_entry(row, texts[row.reason]) for row in rows),
    )


def heads() -> list[wire.ListHead]:
    """Each list that is not retired: what a match with it does, how old it is, and when it is stale."""
    return [_head(one) for one in HotList.objects.filter(retired_at=None)]


def _head(hotlist: HotList) -> wire.ListHead:
    fresh, hours = hotlist.refreshed_at, hotlist.stale_after_hours
    return wire.ListHead(
        id=hotlist.pk,
        name=hotlist.name,
        source=hotlist.source,
        alarms=hotlist.alarms,
        sound=hotlist.sound,
        refreshed_at=fresh,
        stale_at=fresh + timedelta(hours=hours) if fresh and hours else None,
    )


def _entry(row: Entry, reason_text: str) -> wire_entries.Entry:
    return wire_entries.Entry(
        id=row.pk,
        list_id=row.hotlist_id,
        plate=row.plate,
        state=row.state or None,
        reason=row.reason,
        reason_text=reason_text,
        priority=row.priority,  # type: ignore[arg-type]  # the column's choices are the wire's literals
        expires_at=row.expires_at,
        vehicle=row.vehicle,
    )


@dataclass(frozen=True)
class _Loaded:
    version: str
    index: Index


_loaded: _Loaded | None = None
_loading = threading.Lock()


def index() -> tuple[str, Index]:
    """The version in force and its index, built once per version in each process."""
    global _loaded  # noqa: PLW0603  # the one cache of this process
    number = version()
    loaded = _loaded
    if loaded is None or loaded.version != number:
        with _loading:
            loaded = _loaded
            if loaded is None or loaded.version != number:
                now = snapshot()
                loaded = _loaded = _Loaded(now.version, Index.of(now))
    return loaded.version, loaded.index
