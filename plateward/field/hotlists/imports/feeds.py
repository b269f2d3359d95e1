"""Fetches lists on schedule, from a server or the newest file of a folder on the hub, on one node, and reports every
failure."""

import logging
import os
import stat
from collections.abc import Iterator, Mapping
from datetime import timedelta
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q

from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.log import act
from plateward.core.db.locking import change_row
from plateward.core.jobs.lease import release, still_leased, take
from plateward.field.hotlists.health import next_time
from plateward.field.hotlists.imports import formats, receive, store
from plateward.field.hotlists.imports.apply import apply_load
from plateward.field.hotlists.imports.models import Feed
from plateward.field.hotlists.imports.preview import preview_load
from plateward.field.hotlists.imports.text import MAX_BYTES
from plateward.field.hotlists.models import HotList, Load
from plateward.field.hotlists.notices import administrators_to_notify
from plateward.field.hotlists.recall.models import RecalledPlate
from plateward.ground import clock
from plateward.ground.errors import PlatewardError
from plateward.ground.links.fetching import FetchError
from plateward.ground.policy.trace import enforces
from plateward.people.notices.actions import notify_once, settle_matter
from plateward.people.notices.kinds import Kind

log = logging.getLogger(__name__)

BLOCK = 1024 * 1024
LEASE = timedelta(minutes=30)  # a node that dies during a feed's turn loses it after this
AGAIN_AFTER = (timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1))
FEEDS_ACTOR = Actor("system", "feeds", "The hub's feeds")
State = Load.State


@enforces("5.h/import")
def fetch_due() -> int:
    """Fetch every list that is due. Returns how many this node fetched."""
    turns = 0
    now = clock.now()
    due = Feed.objects.filter(Q(on=True) | Q(once=True), hotlist__retired_at=None, next_at__lte=now)
    for feed in take(due, LEASE, tried_at=now):
        fetch_feed(feed)
        turns += 1
    return turns


def fetch_feed(feed: Feed) -> None:
    """Run one turn of a feed: fetch and preview its file, and apply it unless it is held. Keeps the outcome
    in `result`; after a failure, retries sooner. Notifies the administrators of a failure and of what is held: each
    once, and each turn those who are to hear of it only now."""
    hotlist = feed.hotlist
    try:
        result, failed = _fetch(feed), False
    except PlatewardError as error:
        result, failed = str(error), True
    except Exception:
        log.exception("The feed of %s failed.", hotlist)
        result, failed = "The system failed while fetching the list; see its log.", True
    failures = feed.failures + 1 if failed else 0
    with act(FEEDS_ACTOR, Event.FEED_FETCH, f"hotlist:{hotlist.name}", reason=result) as entry:
        entry.note(place=feed.place, failures=failures)
        feed.refresh_from_db(fields=["times"])  # they may have changed since the turn began
        again = next_time(feed.times, ZoneInfo(settings.TIME_ZONE), clock.now())
        if failed:
            entry.outcome = "failed"
            again = min(again, clock.now() + AGAIN_AFTER[min(failures, len(AGAIN_AFTER)) - 1])
            retry = "will retry automatically" if feed.on else "is off and will not retry"
            text = f"The feed of {hotlist} failed and {retry}. {result}"
            notify_once(administrators_to_notify(hotlist), Kind.FEED_FAIL, text, feed)
        else:
            settle_matter(Kind.FEED_FAIL, feed)
        _notify_of_held(hotlist)
        release(still_leased(feed), next_at=again, result=result[:400], failures=failures, once=False)


def _fetch(feed: Feed) -> str:
    """Fetch the file and load it; returns a summary. Raises PlatewardError."""
    hotlist, reference = feed.hotlist, formats.current_reference(feed.format)
    name, size, content = _open_file(feed)
    load = receive.receive_file(FEEDS_ACTOR, hotlist.name, hotlist.source, name, content, feed.format, size)
    last = (
        hotlist.loads.filter(state__in=(State.APPLIED, State.HELD, State.UNCHANGED))
        .exclude(pk=load.pk)
        .first()
    )
    same_file = last is not None and (last.sha256, last.format) == (load.sha256, reference)
    if last is not None and same_file and (last.state == State.HELD or not _lets_plate_return(hotlist)):
        return _refresh_unchanged(load, last)
    load = preview_load(FEEDS_ACTOR, load)
    if load.state == State.HELD:
        return f"{name} is held: {load.error}"
    load = apply_load(FEEDS_ACTOR, load)
    counts = (load.added, "added"), (load.changed, "changed"), (load.removed, "removed")
    back = f", {load.held_back} held back: recalled here" if load.held_back else ""
    return f"{name}: {', '.join(f'{n} {change}' for n, change in counts)}, {load.rejected} rejected{back}."


def _notify_of_held(hotlist: HotList) -> None:
    """Of each fetched file that waits for a person."""
    for load in hotlist.loads.filter(state=State.HELD, by=FEEDS_ACTOR.key):
        text = f"{hotlist}: {load.file_name} is held: {load.error} Approve or discard it on the page of hot lists."
        notify_once(administrators_to_notify(hotlist), Kind.LOAD_HOLD, text, load)


def _lets_plate_return(hotlist: HotList) -> bool:
    """Whether a recalled plate may return since the last preview: the same file then lists it again."""
    applied = hotlist.loads.filter(state=State.APPLIED).first()
    returned = RecalledPlate.objects.filter(hotlist=hotlist, end=RecalledPlate.End.RETURNED)
    return applied is not None and returned.filter(ended_at__gt=applied.looked_at).exists()


@enforces("5.h/import", "6.b.i.9/entries")
def _refresh_unchanged(load: Load, last: Load) -> str:
    """The file is unchanged: the list counts as refreshed, unless the load still waits for a person."""
    store.delete_parts(load)
    if last.state == State.HELD:
        Load.objects.filter(pk=load.pk).update(state=State.DISCARDED, error="The same file is already held.")
        return f"{load.file_name} is still held: {last.error}"
    with act(FEEDS_ACTOR, Event.HOTLIST_REFRESH, f"hotlist:{load.hotlist.name}") as entry:
        now = clock.now()
        Load.objects.filter(pk=load.pk).update(state=State.UNCHANGED, rows=last.rows, rejected=last.rejected)
        HotList.objects.filter(pk=load.hotlist_id).update(refreshed_at=now)
        entry.note(load=load.pk, sha256=load.sha256)
    return f"{load.file_name} is the same file as before."


def _open_file(feed: Feed) -> tuple[str, int, Iterator[bytes]]:
    if feed.place == Feed.Place.FOLDER:
        return _newest_file(settings.FEEDS, feed.folder, feed.pattern, MAX_BYTES)
    from plateward.ground.links import sftp

    server = sftp.SftpServer(feed.host, feed.port, feed.user, feed.host_key, feed.secret)
    return sftp.newest_file(server, feed.folder, feed.pattern, MAX_BYTES)


@enforces("6.b.i.9/entries")
def save_feed(actor: Actor, hotlist: HotList, fields: Mapping[str, Any]) -> Feed:
    """Store a list's feed; it is tried at its next time. `fields` holds what was given, with `secret` only if
    it is new. Raises FetchError for an unusable host key or private key."""
    with act(actor, Event.FEED_UPDATE, f"hotlist:{hotlist.name}") as entry:
        hotlist = HotList.locked(hotlist.pk)
        feed = Feed.objects.filter(hotlist=hotlist).first() or Feed(hotlist=hotlist)
        for name, value in fields.items():
            setattr(feed, name, value)
        entry.note(place=feed.place, folder=feed.folder, pattern=feed.pattern, times=feed.times, on=feed.on)
        formats.current_reference(feed.format)
        if feed.place == Feed.Place.SFTP:
            from plateward.ground.links import sftp

            entry.note(host=feed.host, port=feed.port, user=feed.user, key=sftp.public_key(feed.host_key))
            if "PRIVATE KEY-----" in feed.secret:
                sftp.private_key(feed.secret)
        else:
            _folder_below(settings.FEEDS, feed.folder)
        feed.next_at = next_time(feed.times, ZoneInfo(settings.TIME_ZONE), clock.now())
        if feed.pk:
            change_row(feed, **fields, next_at=feed.next_at)
        else:
            feed.save(force_insert=True)
        if not hotlist.refresh_times:
            HotList.objects.filter(pk=hotlist.pk).update(refresh_times=feed.times)
    return feed


@enforces("6.b.i.9/entries")
def fetch_soon(actor: Actor, feed: Feed) -> None:
    """Have the hub's background job fetch it once within the minute; a feed that is off stays off."""
    with act(actor, Event.FEED_UPDATE, f"hotlist:{feed.hotlist.name}") as entry:
        entry.note(now=True)
        Feed.objects.filter(pk=feed.pk).update(next_at=clock.now(), once=True)


def _folder_below(root: Path, folder: str) -> Path:
    """The folder, if it is below the root. Raises FetchError: no feed reads elsewhere on the hub."""
    path = (root / folder).resolve()
    if not path.is_relative_to(root.resolve()):
        raise FetchError(f"{folder} is not under {root}, the folder for feeds.")
    if not path.is_dir():
        raise FetchError(f"There is no folder {path}.")
    return path


def _newest_file(root: Path, folder: str, pattern: str, most: int) -> tuple[str, int, Iterator[bytes]]:
    """Name, size and content of the newest matching file. Does not follow links. Raises FetchError."""
    place = _folder_below(root, folder)
    try:
        files = [
            (about.st_mtime_ns, entry.name, about.st_size)
            for entry in os.scandir(place)
            if fnmatchcase(entry.name, pattern)
            and stat.S_ISREG((about := entry.stat(follow_symlinks=False)).st_mode)
        ]
    except OSError as error:
        raise FetchError(f"{place} cannot be read: {error.strerror}.") from error
    if not files:
        raise FetchError(f"There is no file {pattern} in {place}.")
    changed, name, size = max(files)
    if size > most:
        raise FetchError(f"{name} is larger than {most // 1024 // 1024} MiB, and was not read.")
    return name, size, _blocks(place / name, changed, size)


def _blocks(path: Path, changed: int, size: int) -> Iterator[bytes]:
    try:
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), "rb") as file:
            size_read = 0
            while block := file.read(BLOCK):
                size_read += len(block)
                yield block
            after = os.fstat(file.fileno())
    except OSError as error:
        raise FetchError(f"{path} cannot be read: {error.strerror}.") from error
    if (after.st_mtime_ns, size_read) != (changed, size):
        raise FetchError(f"{path.name} was changed while being read; it will be retried.")
