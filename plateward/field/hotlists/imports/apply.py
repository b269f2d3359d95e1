"""Applying a file as the whole list: prepared in short transactions, in force in one.

1. Create a revision without a time: what it begins or ends does not count yet.
2. Chunk by chunk, end the lost entries and begin the new ones. Other writers get a turn between chunks: SQLCipher
   has one writer at a time, and the audit log must never wait for long.
3. One short act gives the revision its time. If the process dies before that, the next one takes it all back.
"""

import time
from collections.abc import Iterator, Sequence
from operator import attrgetter
from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet
from uuid_utils.compat import uuid7

from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.log import act
from plateward.core.audit.records.gate import as_recorded
from plateward.core.jobs.lease import LeaseLost, finish, release, still_leased, take
from plateward.field.hotlists.imports import claims, store
from plateward.field.hotlists.imports.claims import Beat
from plateward.field.hotlists.imports.models import Part
from plateward.field.hotlists.imports.preview import compare_file, last_change
from plateward.field.hotlists.imports.rows import KEY_SEPARATOR, ImportRow, NotAList, ProtectedLine
from plateward.field.hotlists.line_digest import DECIDING, line_digest
from plateward.field.hotlists.line_sums import change_by, count_in
from plateward.field.hotlists.models import Entry, HotList, Load, Revision
from plateward.field.hotlists.protected.actions import flag_personal_use
from plateward.field.hotlists.protected.models import Vehicle
from plateward.field.hotlists.protected.rules import may_approve_load, owners
from plateward.field.hotlists.recall.models import HeldLine, RecalledPlate
from plateward.field.hotlists.signals import entries_changed, entries_ended
from plateward.ground import clock
from plateward.ground.policy.decision import Refusal, require
from plateward.ground.policy.trace import enforces
from plateward.people.actor import acting_person
from plateward.people.notices.actions import settle_matter
from plateward.people.notices.kinds import Kind

COLUMNS = ("id", "ended_id", "digest", *DECIDING)
CHUNK = 2000
# Rows are sorted by plate before they are inserted, so a chunk touches few index pages, and a commit seals
# and writes only those.
WINDOW = 200_000
OTHERS_TURN_S = 0.006  # a waiting writer retries every 3 ms (plateward/core/db/sqlcipher)
AT_ONCE = 500  # ids in a signal
TRIES = 3
State = Load.State


class ListChanged(Exception):
    """Another act changed the list while this load was being prepared."""


@enforces("5.f/agency", "5.h/import", "6.b.i.9/records")
def apply_load(actor: Actor, load: Load) -> Load:
    """Make the previewed rows the whole of the list. A held load must be approved first. Raises LoadTaken,
    NotAList, also where the list's own record is not as the log says."""
    if isinstance(altered := as_recorded(load.hotlist), Refusal):
        raise NotAList(f"{altered.reason} {altered.help}")
    recover_dead_loads(load.hotlist)
    with claims.claim_load(load, State.APPLYING, State.LOOKED, State.APPROVED) as (leased, beat):
        for tries_left in reversed(range(TRIES)):
            _compare_again(load, beat)
            revision = _new_revision(load)
            try:
                gone = _prepare(load, revision, beat)
                _put_in_force(actor, load, leased, revision, gone)
                break
            except LeaseLost:
                raise  # the process that took over takes it back
            except ListChanged:
                _take_back(revision)
                if not tries_left:
                    raise NotAList(
                        f"{load.hotlist} is being changed by others. Load the file again later."
                    ) from None
            except BaseException:
                _take_back(revision)
                raise
    store.delete_parts(load)
    _discard_older(load)
    load.refresh_from_db()
    return load


def _new_revision(load: Load) -> Revision:
    with transaction.atomic():
        by = load.decided_by or load.by
        revision = Revision.objects.create(hotlist=load.hotlist, cause=Revision.Cause.LOAD, by=by)
        Load.objects.filter(pk=load.pk).update(revision=revision)
    return revision


def _compare_again(load: Load, beat: Beat) -> None:
    """A preview holds until the list changes; then the file is compared again. Raises NotAList if nobody
    approved what the file would change now."""
    if last_change(load.hotlist) == load.base_at:
        return
    named_before = _named_vehicles(load)
    hold_reason = compare_file(load, beat)
    if (hold_reason and not load.decided_by) or _named_vehicles(load) - named_before:
        raise NotAList(
            f"{load.hotlist} changed after the file was checked. {hold_reason} Load the file again."
        )


def _prepare(load: Load, revision: Revision, beat: Beat) -> list[UUID]:
    """Begin new entries, end lost and changed ones, then begin the replacements of changed ones: a key never
    has two open entries. Returns the entries that nothing replaces."""
    _begin_entries(revision, store.read_items(load, Part.Kind.ADDED, ImportRow), beat)
    _end_entries(revision, (row.key for row in store.read_items(load, Part.Kind.CHANGED, ImportRow)), beat)
    gone = _end_entries(revision, store.read_items(load, Part.Kind.LOST, str), beat)
    _begin_entries(revision, store.read_items(load, Part.Kind.CHANGED, ImportRow), beat)
    return gone


def _begin_entries(revision: Revision, rows: Iterator[ImportRow], beat: Beat) -> None:
    for window in store.batches(rows, WINDOW):
        window.sort(key=attrgetter("bare"))
        for chunk in store.batches(window, CHUNK):
            with transaction.atomic():
                beat()
                insert_entries(revision, chunk)
            time.sleep(OTHERS_TURN_S)


def _end_entries(revision: Revision, keys: Iterator[str], beat: Beat) -> list[UUID]:
    """End entries by their keys; returns their ids."""
    in_force = set(revision.hotlist.revisions.exclude(at=None).values_list("pk", flat=True))
    ended: list[UUID] = []
    for window in store.batches(keys, WINDOW):
        for chunk in store.batches(sorted(window), AT_ONCE):
            pks = _entries_in_force(in_force, set(chunk))
            with transaction.atomic():
                beat()
                # Skip entries that a recall ended meanwhile: taking this back would put them in force again.
                Entry.objects.filter(pk__in=pks, ended=None).update(ended=revision)
            time.sleep(OTHERS_TURN_S)
            ended += pks
    return ended


def _entries_in_force(in_force: set[int], keys: set[str]) -> list[UUID]:
    """The entries in force with these keys. Looks up by plate alone, without a join: with the list or its
    revisions in the query, SQLite scans the whole list for every chunk."""
    near = Entry.objects.filter(bare__in={key.split(KEY_SEPARATOR)[0] for key in keys}).order_by()
    rows = near.values_list("pk", "bare", "state", "nic", "began_id", "ended_id")
    return [
        pk
        for pk, bare, state, nic, began, ended in rows
        if f"{bare}{KEY_SEPARATOR}{state}{KEY_SEPARATOR}{nic}" in keys
        and began in in_force
        and ended not in in_force
    ]


@enforces("5.h/import", "6.b.i.9/entries")
def _put_in_force(actor: Actor, load: Load, leased: Load, revision: Revision, gone: list[UUID]) -> None:
    change = change_by(revision)  # before the act: of a million lines
    with act(actor, Event.HOTLIST_IMPORT, f"hotlist:{load.hotlist.name}") as entry:
        HotList.locked(load.hotlist_id)
        if last_change(load.hotlist) != load.base_at:
            raise ListChanged
        now = clock.now()
        finish(leased, state=State.APPLIED, applied_at=now, error="", decided_by=load.decided_by or actor.key)
        Revision.objects.filter(pk=revision.pk).update(at=now)
        revision.at = now
        HotList.objects.filter(pk=load.hotlist_id).update(refreshed_at=now)
        count_in(revision, change)
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
            dropped=_drop_unlisted(load, revision.by),
        )
        entries_changed.send(HotList, hotlist=load.hotlist, revision=revision)
        for ids in store.batches(gone, AT_ONCE):
            entries_ended.send(
                HotList, entries=ids, cause=Revision.Cause.LOAD, reason="Its source no longer lists it."
            )


@enforces("6.f.i.1/recall")
def _drop_unlisted(load: Load, by: str) -> int:
    """Release recalled plates that no line of the file names: the source dropped them, and a later file may
    list them. Runs in the act that applies the file. Returns how many."""
    still = HeldLine.objects.filter(load=load).values("recalled")
    unlisted = RecalledPlate.objects.in_force().filter(hotlist=load.hotlist_id).exclude(pk__in=still)
    return unlisted.update(ended_at=clock.now(), end=RecalledPlate.End.DROPPED, ended_by=by)


def _take_back(revision: Revision) -> None:
    """Undo a preparation in short transactions; runs again if it was cut short too."""
    while pks := _some_ids(Entry.objects.filter(began=revision)):
        with transaction.atomic():
            Entry.objects.filter(pk__in=pks).delete()
        time.sleep(OTHERS_TURN_S)
    while pks := _some_ids(Entry.objects.filter(ended=revision)):
        with transaction.atomic():
            Entry.objects.filter(pk__in=pks).update(ended=None)
        time.sleep(OTHERS_TURN_S)
    Load.objects.filter(revision=revision).update(revision=None)
    revision.delete()


def _some_ids(entries: QuerySet[Entry]) -> list[UUID]:
    return list(entries.order_by().values_list("pk", flat=True)[:AT_ONCE])


def recover_dead_loads(hotlist: HotList | None = None) -> None:
    """Take back what a dead process was preparing; its load can be applied again."""
    begun = Load.objects.filter(state=State.APPLYING)
    # Take the lease first, in case the process is still alive: its next beat then raises LeaseLost.
    for load in take(begun.filter(hotlist=hotlist) if hotlist else begun, claims.LEASE):
        if load.revision_id:
            _take_back(Revision.objects.get(pk=load.revision_id))
        release(still_leased(load), state=State.APPROVED if load.decided_by else State.LOOKED)


def _discard_older(load: Load) -> None:
    """Discard earlier previews: they are of older files."""
    older = Load.objects.filter(hotlist=load.hotlist, pk__lt=load.pk, state__in=(State.LOOKED, State.HELD))
    for earlier in older:
        Load.objects.filter(pk=earlier.pk, state=earlier.state).update(
            state=State.DISCARDED, error=f"A later file, {load.file_name[:200]}, was applied."
        )
        settle_matter(Kind.LOAD_HOLD, earlier)
        store.delete_parts(earlier)


@enforces("6.a.ii.3/brake", "6.b.i.9/entries")
def approve_load(actor: Actor, load: Load) -> None:
    """A person approves the load; the hub applies it. Raises LoadTaken; Refused if the file names the
    approver's own vehicle, or names registered vehicles and nobody is signed in."""
    with (
        flag_personal_use(actor),
        act(actor, Event.LOAD_APPROVE, f"hotlist:{load.hotlist.name}", reason=load.error) as entry,
    ):
        entry.note(load=load.pk, file=load.file_name, sha256=load.sha256, before=load.before, rows=load.rows)
        entry.note(named=load.named)
        approver = acting_person(actor)
        # Including vehicles ended in the register since.
        owner_pks = owners(Vehicle.objects.filter(pk__in=_named_vehicles(load)))
        require(may_approve_load(approver.pk if approver else None, load.named, owner_pks))
        _set_decision(actor, load, State.APPROVED)


@enforces("6.b.i.9/entries")
def discard_load(actor: Actor, load: Load) -> None:
    """Discard the load; the list stays as it is. Raises LoadTaken."""
    with act(actor, Event.LOAD_DISCARD, f"hotlist:{load.hotlist.name}", reason=load.error) as entry:
        _set_decision(actor, load, State.DISCARDED)
        entry.note(load=load.pk, file=load.file_name, sha256=load.sha256, before=load.before, rows=load.rows)
    store.delete_parts(load)


def _named_vehicles(load: Load) -> set[int]:
    """The keys of the registered vehicles that the load's lines name."""
    lines = store.read_items(load, Part.Kind.NAMED, ProtectedLine)
    return {vehicle for line in lines for vehicle in line.vehicles}


def _set_decision(actor: Actor, load: Load, state: str) -> None:
    waiting = Load.objects.filter(pk=load.pk, state__in=(State.LOOKED, State.HELD))
    if not waiting.update(state=state, decided_by=actor.key):
        raise claims.LoadTaken.by_now(load)
    settle_matter(Kind.LOAD_HOLD, load)


def _table() -> str:
    quote = connection.ops.quote_name
    return f"{quote(Entry._meta.db_table)} ({', '.join(map(quote, COLUMNS))})"


def insert_entries(revision: Revision, rows: Sequence[ImportRow]) -> None:
    """Begin an entry for each row with this revision, within the caller's transaction."""
    native = connection.features.has_native_uuid_field
    moment, day = connection.ops.adapt_datetimefield_value, connection.ops.adapt_datefield_value
    hotlist, began, begin = revision.hotlist_id, revision.pk, attrgetter(*DECIDING[2:])
    expires, listed = DECIDING.index("expires_at"), DECIDING.index("listed_on")
    values = []
    for row in rows:
        key, line = uuid7(), [hotlist, began, *begin(row)]
        digest = line_digest(key, line)
        line[expires] = line[expires] and moment(line[expires])
        line[listed] = line[listed] and day(line[listed])
        values.append((key if native else key.hex, None, digest, *line))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":  # takes a third of executemany's time
            with cursor.copy(f"COPY {_table()} FROM STDIN") as copy:
                for record in values:
                    copy.write_row(record)
        else:
            places = ", ".join(["%s"] * len(COLUMNS))
            cursor.executemany(f"INSERT INTO {_table()} VALUES ({places})", values)  # noqa: S608, only names
