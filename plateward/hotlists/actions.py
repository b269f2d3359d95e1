"""Loading a list: look at what would change, then apply it as one act."""

import hashlib
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.conf import settings

from plateward import clock
from plateward.audit.events import Event
from plateward.audit.log import act
from plateward.audit.who import Who
from plateward.errors import PlatewardError
from plateward.hotlists.csv_list import NotAList, Parsed, parse
from plateward.hotlists.models import Entry, HotList, Load, Reason, Revision
from plateward.hotlists.rules import Change, Facts, Key, change
from plateward.policy.trace import enforces

BATCH = 2000
MAX_NAME = 60


@dataclass(frozen=True)
class Preview:
    """A file looked at: what it holds and what it would change."""

    load: Load
    parsed: Parsed
    change: Change


def _live(hotlist: HotList) -> dict[Key, Facts]:
    rows = hotlist.entries.in_force().values_list(
        "bare", "state", "plate", "reason", "priority", "expires_at"
    )
    return {
        (bare, state): (plate, reason, priority, ends) for bare, state, plate, reason, priority, ends in rows
    }


def look(who: Who, name: str, source: str, file_name: str, content: bytes) -> Preview:
    """Read a file and say what it would change; nothing is matched with it yet. Raises NotAList."""
    for what, text in (("The list's name", name), ("The source", source)):
        if not (1 <= len(text) <= MAX_NAME and text.isprintable()):
            raise NotAList(f"{what} must have 1 to {MAX_NAME} printable characters.")
    with act(who, Event.HOTLIST_PREVIEW, f"hotlist:{name}") as entry:
        digest = hashlib.sha256(content).hexdigest()
        entry.note(file=file_name[:200], sha256=digest)
        parsed = parse(content, Reason.current(), clock.now(), ZoneInfo(settings.TIME_ZONE))
        hotlist, _ = HotList.objects.get_or_create(name=name, defaults={"source": source})
        if hotlist.source != source:
            raise NotAList(
                f"The list {name} is of {hotlist.source}, not of {source}. Give its source, or another name."
            )
        changed = change(_live(hotlist), parsed.rows)
        load = Load.objects.create(
            hotlist=hotlist,
            file_name=file_name[:200],
            sha256=digest,
            content=content.decode("utf-8-sig"),
            by=who.name[:120],
            looked_at=clock.now(),
            rejected=len(parsed.rejections),
        )
        entry.note(rows=len(parsed.rows), rejected=len(parsed.rejections))
    return Preview(load, parsed, changed)


class AlreadyApplied(PlatewardError):
    """Somebody applied this file already."""


@enforces("5.f", "6.b.i.9")
def apply(who: Who, load: Load) -> Load:
    """Make the file's rows the whole of its list. Raises AlreadyApplied, NotAList."""
    with act(who, Event.HOTLIST_IMPORT, f"hotlist:{load.hotlist.name}") as entry:
        # Two people may press at once: only one of them finds it not applied.
        if not Load.objects.filter(pk=load.pk, applied_at=None).update(applied_at=clock.now()):
            raise AlreadyApplied(
                f"{load.file_name} was applied to {load.hotlist} already. Load the file again."
            )
        parsed = parse(load.content.encode(), Reason.current(), clock.now(), ZoneInfo(settings.TIME_ZONE))
        if not parsed.rows:
            raise NotAList(
                f"Not one line of {load.file_name} can be taken, and a list is not emptied by a mistake."
            )
        changed = change(_live(load.hotlist), parsed.rows)
        load.refresh_from_db()
        load.revision = Revision.objects.create(
            hotlist=load.hotlist, cause=Revision.Cause.LOAD, by=load.by, at=load.applied_at
        )
        _end(load.revision, [*changed.removed, *(row.key for row in changed.changed)])
        _begin(load.revision, changed)
        HotList.objects.filter(pk=load.hotlist_id).update(refreshed_at=load.applied_at)
        load.content = ""
        load.added, load.changed, load.removed = (
            len(changed.added),
            len(changed.changed),
            len(changed.removed),
        )
        load.rejected = len(parsed.rejections)
        load.save()
        entry.note(
            sha256=load.sha256,
            added=load.added,
            changed=load.changed,
            removed=load.removed,
            rejected=load.rejected,
        )
    return load


def _end(revision: Revision, keys: list[Key]) -> None:
    live = revision.hotlist.entries.in_force()
    ids = {(bare, state): pk for pk, bare, state in live.values_list("pk", "bare", "state")}
    gone = [ids[key] for key in keys]
    for start in range(0, len(gone), BATCH):
        Entry.objects.filter(pk__in=gone[start : start + BATCH]).update(ended=revision)


def _begin(revision: Revision, changed: Change) -> None:
    Entry.objects.bulk_create(
        (
            Entry(
                hotlist=revision.hotlist,
                plate=row.plate,
                bare=row.key[0],
                state=row.state,
                reason=row.reason,
                priority=row.priority,
                expires_at=row.expires_at,
                began=revision,
            )
            for row in (*changed.added, *changed.changed)
        ),
        batch_size=BATCH,
    )
