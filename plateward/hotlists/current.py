"""The entries in force, as readers and the matching engine take them."""

import threading
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Max

from plateward import clock
from plateward.hotlists.models import Entry, Reason, Revision
from plateward.matching.engine import Index
from plateward.wire import hotlist as wire


def _changed_at() -> datetime | None:
    last: datetime | None = Revision.objects.aggregate(last=Max("at"))["last"]
    return last


def version() -> str:
    """When the last revision came into force, UTC to the microsecond: it grows with each change, and can be read."""
    last = _changed_at()
    return f"{last.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}" if last else "none"


def snapshot() -> wire.HotList:
    """Every entry in force, as it travels to a reader."""
    number = version()
    rows = Entry.objects.in_force().select_related("hotlist").iterator(chunk_size=5000)
    texts = Reason.texts()
    return wire.HotList(
        version=number,
        made_at=_changed_at() or clock.now(),
        entries=[_entry(row, texts[row.reason]) for row in rows],
    )


def _entry(row: Entry, reason_text: str) -> wire.Entry:
    return wire.Entry(
        id=row.pk,
        plate=row.plate,
        state=row.state or None,
        reason=row.reason,
        reason_text=reason_text,
        source=row.hotlist.source,
        list_name=row.hotlist.name,
        priority=row.priority,  # type: ignore[arg-type]  # the column's choices are the wire's literals
        expires_at=row.expires_at,
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
                loaded = _loaded = _Loaded(now.version, Index(now.entries))
    return loaded.version, loaded.index
