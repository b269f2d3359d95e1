"""Making a file the list: prepared in short transactions, in force in one.

1. A revision without a time is made; nothing that it begins or ends counts.
2. Chunk by chunk, what is gone is ended by it and what is new is begun by it. Between two chunks other writers have
   their turn: SQLCipher has one at a time, and the audit log must never wait for long.
3. One short act gives the revision its time. Where the process dies before, the next one takes it all back.
"""

import time
from collections.abc import Iterator
from operator import attrgetter
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from plateward import clock
from plateward.audit.events import Event
from plateward.audit.log import act
from plateward.audit.who import Who
from plateward.hotlists.imports import bulk, returns, store, work
from plateward.hotlists.imports.look import compare, last_change
from plateward.hotlists.imports.models import Part
from plateward.hotlists.imports.rows import SPLIT, NotAList, Row
from plateward.hotlists.imports.work import Beat
from plateward.hotlists.models import Entry, HotList, Load, Revision
from plateward.hotlists.protected.actions import person_of, watched
from plateward.hotlists.protected.models import Vehicle
from plateward.hotlists.protected.rules import may_approve_load, owners
from plateward.hotlists.signals import entries_changed, entries_ended
from plateward.jobs.lease import LeaseLost, finish, held, release, take
from plateward.people.notices.actions import settle
from plateward.people.notices.kinds import Kind
from plateward.policy.decision import require
from plateward.policy.trace import enforces

CHUNK = 2000
# Sorted by plate before they are inserted: a chunk then touches few pages of the indexes, and only those are sealed
# and written again at its commit.
WINDOW = 200_000
OTHERS_TURN_S = 0.006  # whoever waits asks every 3 ms (plateward/db/sqlcipher)
AT_ONCE = 500  # ids in a signal
TRIES = 3
State = Load.State


class Moved(Exception):
    """The list was changed by another act while this one was prepared."""


@enforces("5.f", "5.h", "6.b.i.9")
def apply(who: Who, load: Load) -> Load:
    """Make the rows that were looked at the whole of the list. A load that is held must be approved first. Raises
    Taken, NotAList."""
    tidy(load.hotlist)
    with work.working(load, State.APPLYING, State.LOOKED, State.APPROVED) as (leased, beat):
        for left in reversed(range(TRIES)):
            _renew(load, beat)
            revision = _revision(load)
            try:
                gone = _prepare(load, revision, beat)
                _swap(who, load, leased, revision, gone)
                break
            except LeaseLost:
                raise  # whoever took over has taken it back, or does
            except Moved:
                _take_back(revision)
                if not left:
                    raise NotAList(
                        f"{load.hotlist} is being changed by others all the time. Load the file again in a while."
                    ) from None
            except BaseException:
                _take_back(revision)
                raise
    store.forget(load)
    _supersede(load)
    load.refresh_from_db()
    return load


def _revision(load: Load) -> Revision:
    with transaction.atomic():
        by = load.decided_by or load.by
        made = Revision.objects.create(hotlist=load.hotlist, cause=Revision.Cause.LOAD, by=by)
        Load.objects.filter(pk=load.pk).update(revision=made)
    return made


def _renew(load: Load, beat: Beat) -> None:
    """What a look found holds until the list changes; then the file is compared again. Raises NotAList where nobody
    approved what it comes to now."""
    if last_change(load.hotlist) == load.base_at:
        return
    seen = _named(load)
    why = compare(load, beat)
    if (why and not load.decided_by) or _named(load) - seen:
        raise NotAList(f"{load.hotlist} was changed since the file was looked at. {why} Load the file again.")


def _prepare(load: Load, revision: Revision, beat: Beat) -> list[UUID]:
    """Begin what is new, end what is gone or changed, then begin what takes a changed entry's place: no more than
    one entry of a key is ever open. Returns the entries that nothing replaces."""
    _begin(revision, store.rows(load, Part.Kind.ADDED), beat)
    _end(revision, (row.key for row in store.rows(load, Part.Kind.CHANGED)), beat)
    gone = _end(revision, store.lost(load), beat)
    _begin(revision, store.rows(load, Part.Kind.CHANGED), beat)
    return gone


def _begin(revision: Revision, rows: Iterator[Row], beat: Beat) -> None:
    for window in store.batches(rows, WINDOW):
        window.sort(key=attrgetter("bare"))
        for chunk in store.batches(window, CHUNK):
            with transaction.atomic():
                beat()
                bulk.insert(revision, chunk)
            time.sleep(OTHERS_TURN_S)


def _end(revision: Revision, keys: Iterator[str], beat: Beat) -> list[UUID]:
    """End entries by their keys; returns their ids."""
    in_force = set(revision.hotlist.revisions.exclude(at=None).values_list("pk", flat=True))
    ended: list[UUID] = []
    for window in store.batches(keys, WINDOW):
        for chunk in store.batches(sorted(window), AT_ONCE):
            found = _found(in_force, set(chunk))
            with transaction.atomic():
                beat()
                # Not what a recall has ended since: to take this back would put it in force again.
                Entry.objects.filter(pk__in=found, ended=None).update(ended=revision)
            time.sleep(OTHERS_TURN_S)
            ended += found
    return ended


def _found(in_force: set[int], keys: set[str]) -> list[UUID]:
    """The entries of these keys that stand. By plate alone, without a join: asked for the list or its revisions too,
    SQLite goes through the whole list for every chunk."""
    near = Entry.objects.filter(bare__in={key.split(SPLIT)[0] for key in keys}).order_by()
    rows = near.values_list("pk", "bare", "state", "nic", "began_id", "ended_id")
    return [
        pk
        for pk, bare, state, nic, began, ended in rows
        if f"{bare}{SPLIT}{state}{SPLIT}{nic}" in keys and began in in_force and ended not in in_force
    ]


@enforces("5.h", "6.b.i.9")
def _swap(who: Who, load: Load, leased: Load, revision: Revision, gone: list[UUID]) -> None:
    with act(who, Event.HOTLIST_IMPORT, f"hotlist:{load.hotlist.name}") as entry:
        HotList.locked(load.hotlist_id)
        if last_change(load.hotlist) != load.base_at:
            raise Moved
        now = clock.now()
        finish(leased, state=State.APPLIED, applied_at=now, error="", decided_by=load.decided_by or who.key)
        Revision.objects.filter(pk=revision.pk).update(at=now)
        revision.at = now
        HotList.objects.filter(pk=load.hotlist_id).update(refreshed_at=now)
        entry.note(
            load=load.pk,
            sha256=load.sha256,
            format=load.format,
            decided_by=load.decided_by,
            added=load.added,
            changed=load.changed,
            removed=load.removed,
            rejected=load.rejected,
            held_back=load.held_back,
            dropped=returns.dropped(load, revision.by),
        )
        entries_changed.send(HotList, hotlist=load.hotlist, revision=revision)
        for ids in store.batches(gone, AT_ONCE):
            entries_ended.send(
                HotList, entries=ids, cause=Revision.Cause.LOAD, reason="Its source lists it no more."
            )


def _take_back(revision: Revision) -> None:
    """Undo a preparation, in short transactions; again, where that was cut short too."""
    while pks := _some(Entry.objects.filter(began=revision)):
        with transaction.atomic():
            Entry.objects.filter(pk__in=pks).delete()
        time.sleep(OTHERS_TURN_S)
    while pks := _some(Entry.objects.filter(ended=revision)):
        with transaction.atomic():
            Entry.objects.filter(pk__in=pks).update(ended=None)
        time.sleep(OTHERS_TURN_S)
    Load.objects.filter(revision=revision).update(revision=None)
    revision.delete()


def _some(entries: QuerySet[Entry]) -> list[UUID]:
    return list(entries.order_by().values_list("pk", flat=True)[:AT_ONCE])


def tidy(hotlist: HotList | None = None) -> None:
    """Take back what a process that died was preparing; its load can be applied again."""
    begun = Load.objects.filter(state=State.APPLYING)
    # First out of the dead one's hands, should it live after all: its next beat finds it lost.
    for load in take(begun.filter(hotlist=hotlist) if hotlist else begun, work.LEASE):
        if load.revision_id:
            _take_back(Revision.objects.get(pk=load.revision_id))
        release(held(load), state=State.APPROVED if load.decided_by else State.LOOKED)


def _supersede(load: Load) -> None:
    """What was looked at before is of an older file."""
    older = Load.objects.filter(hotlist=load.hotlist, pk__lt=load.pk, state__in=(State.LOOKED, State.HELD))
    for one in older:
        Load.objects.filter(pk=one.pk, state=one.state).update(
            state=State.DISCARDED, error=f"A later file, {load.file_name[:200]}, was applied."
        )
        settle(Kind.LOAD_HOLD, one)
        store.forget(one)


@enforces("6.a.ii.3", "6.f.i.1", "6.b.i.9")
def approve(who: Who, load: Load) -> None:
    """A person says that it is to be applied; the hub does it. Raises Taken; Refused where it names a vehicle of their
    own, or vehicles of the register and nobody is logged in."""
    with (
        watched(who),
        act(who, Event.LOAD_APPROVE, f"hotlist:{load.hotlist.name}", reason=load.error) as entry,
    ):
        entry.note(load=load.pk, file=load.file_name, sha256=load.sha256, before=load.before, rows=load.rows)
        entry.note(named=load.named)
        approver = person_of(who)
        whose = owners(
            Vehicle.objects.filter(pk__in=_named(load))
        )  # whatever was ended in the register since
        require(may_approve_load(approver.pk if approver else None, load.named, whose))
        _decide(who, load, State.APPROVED)


@enforces("6.b.i.9")
def discard(who: Who, load: Load) -> None:
    """The list stays as it is. Raises Taken."""
    with act(who, Event.LOAD_DISCARD, f"hotlist:{load.hotlist.name}", reason=load.error) as entry:
        _decide(who, load, State.DISCARDED)
        entry.note(load=load.pk, file=load.file_name, sha256=load.sha256, before=load.before, rows=load.rows)
    store.forget(load)


def _named(load: Load) -> set[int]:
    """The vehicles of the register that its lines name, by their keys."""
    return {vehicle for line in store.namings(load) for vehicle in line.vehicles}


def _decide(who: Who, load: Load, state: str) -> None:
    waiting = Load.objects.filter(pk=load.pk, state__in=(State.LOOKED, State.HELD))
    if not waiting.update(state=state, decided_by=who.key):
        load.refresh_from_db()
        raise work.Taken(
            f"{load.file_name} is not to be decided on any more: {load.get_state_display().lower()}."
        )
    settle(Kind.LOAD_HOLD, load)
