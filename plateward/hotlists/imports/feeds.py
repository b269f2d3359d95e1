"""Fetching a list by itself: on time, on one node, and never silently not."""

import logging
from collections.abc import Iterator
from datetime import timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from plateward import clock
from plateward.audit.events import Event
from plateward.audit.log import act
from plateward.audit.who import Who
from plateward.errors import PlatewardError
from plateward.hotlists.health import next_of
from plateward.hotlists.imports import folder, formats, receive, store
from plateward.hotlists.imports.apply import apply
from plateward.hotlists.imports.look import look
from plateward.hotlists.imports.models import Feed
from plateward.hotlists.imports.text import MAX_BYTES
from plateward.hotlists.models import HotList, Load
from plateward.people.access.notices.actions import tell
from plateward.people.models import Person
from plateward.people.permissions import Role
from plateward.policy.trace import enforces

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=30)  # a node that took a feed's turn and died loses it after this
AGAIN_AFTER = (timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1))
WHO = Who("system", "feeds", "The hub's feeds")
State = Load.State


@enforces("5.h")
def pull_due() -> int:
    """Fetch every list whose time has come. Returns how many this node fetched."""
    turns = 0
    for feed in Feed.objects.filter(on=True, hotlist__retired_at=None, next_at__lte=clock.now()):
        mine = Feed.objects.filter(pk=feed.pk, next_at=feed.next_at)
        if mine.update(next_at=clock.now() + LEASE, tried_at=clock.now()):
            feed.refresh_from_db()
            pull(feed)
            turns += 1
    return turns


def pull(feed: Feed) -> None:
    """One turn of a feed: its file is fetched, looked at, and applied unless it is held. Its outcome is kept in
    `result`; a failure is tried again sooner, and told to the administrators."""
    hotlist = feed.hotlist
    try:
        result, failed = _pulled(feed), False
    except PlatewardError as error:
        result, failed = str(error), True
    except Exception:
        log.exception("The feed of %s failed.", hotlist)
        result, failed = "The hub failed while it fetched the list; its log says how.", True
    failures = feed.failures + 1 if failed else 0
    again = next_of(feed.times, ZoneInfo(settings.TIME_ZONE), clock.now())
    with act(WHO, Event.FEED_FETCH, f"hotlist:{hotlist.name}", reason=result) as entry:
        entry.note(place=feed.place, failures=failures)
        if failed:
            entry.outcome = "failed"
            again = min(again, clock.now() + AGAIN_AFTER[min(failures, len(AGAIN_AFTER)) - 1])
            if failures == 1:
                _tell(f"The feed of {hotlist} failed, and is tried again by itself. {result}")
        Feed.objects.filter(pk=feed.pk).update(next_at=again, result=result[:400], failures=failures)


def _pulled(feed: Feed) -> str:
    """What the fetched file came to. Raises PlatewardError."""
    hotlist, reference = feed.hotlist, formats.current(feed.format)
    name, size, content = _open(feed)
    load = receive.whole(WHO, hotlist.name, hotlist.source, name, content, feed.format, size)
    last = (
        hotlist.loads.filter(state__in=(State.APPLIED, State.HELD, State.UNCHANGED))
        .exclude(pk=load.pk)
        .first()
    )
    if last is not None and (last.sha256, last.format) == (load.sha256, reference):
        return _again(load, last)
    load = look(WHO, load)
    if load.state == State.HELD:
        said = f"{name} is held: {load.error}"
        with act(WHO, Event.FEED_FETCH, f"hotlist:{hotlist.name}", reason=said) as entry:
            entry.note(load=load.pk)
            _tell(f"{hotlist}: {said} Approve or discard it on the page of hot lists.")
        return said
    load = apply(WHO, load)
    return f"{name}: {load.added} added, {load.changed} changed, {load.removed} removed, {load.rejected} rejected."


@enforces("5.h", "6.b.i.9")
def _again(load: Load, last: Load) -> str:
    """The same file: the list is as fresh as if it had been loaded, unless a person has still to decide on it."""
    store.forget(load)
    if last.state == State.HELD:
        Load.objects.filter(pk=load.pk).update(state=State.DISCARDED, error="The same file is held already.")
        return f"{load.file_name} is still held: {last.error}"
    with act(WHO, Event.HOTLIST_REFRESH, f"hotlist:{load.hotlist.name}") as entry:
        now = clock.now()
        Load.objects.filter(pk=load.pk).update(state=State.UNCHANGED, rows=last.rows, rejected=last.rejected)
        HotList.objects.filter(pk=load.hotlist_id).update(refreshed_at=now)
        entry.note(load=load.pk, sha256=load.sha256)
    return f"{load.file_name} is the same file as before."


def _open(feed: Feed) -> tuple[str, int, Iterator[bytes]]:
    if feed.place == Feed.Place.FOLDER:
        return folder.newest(settings.FEEDS, feed.folder, feed.pattern, MAX_BYTES)
    from plateward.links import sftp

    server = sftp.Server(feed.host, feed.port, feed.user, feed.host_key, feed.secret)
    return sftp.newest(server, feed.folder, feed.pattern, MAX_BYTES)


def _tell(text: str) -> None:
    tell(Person.objects.filter(role=Role.ADMINISTRATOR), None, text)


@enforces("6.b.i.9")
def keep(who: Who, feed: Feed) -> None:
    """Store a feed; it is tried at its next time. Raises FetchError where its host key or private key is none."""
    with act(who, Event.FEED_UPDATE, f"hotlist:{feed.hotlist.name}") as entry:
        entry.note(place=feed.place, folder=feed.folder, pattern=feed.pattern, times=feed.times, on=feed.on)
        formats.current(feed.format)
        if feed.place == Feed.Place.SFTP:
            from plateward.links import sftp

            entry.note(host=feed.host, port=feed.port, user=feed.user, key=sftp.public_key(feed.host_key))
            if "PRIVATE KEY-----" in feed.secret:
                sftp.private_key(feed.secret)
        else:
            folder.below(settings.FEEDS, feed.folder)
        feed.next_at = next_of(feed.times, ZoneInfo(settings.TIME_ZONE), clock.now())
        feed.save()
        if not feed.hotlist.refresh_at:
            HotList.objects.filter(pk=feed.hotlist_id).update(refresh_at=feed.times)


@enforces("6.b.i.9")
def pull_now(who: Who, feed: Feed) -> None:
    """Have it fetched within the minute, by the hub's background work."""
    with act(who, Event.FEED_UPDATE, f"hotlist:{feed.hotlist.name}") as entry:
        entry.note(now=True)
        Feed.objects.filter(pk=feed.pk).update(next_at=clock.now(), on=True)
