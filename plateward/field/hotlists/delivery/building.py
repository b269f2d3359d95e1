"""The entries of some lists: all that are in force, or the changes since another version."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Q

from plateward.field.fleet.lists import ListVersion
from plateward.field.hotlists.delivery.lists import ListSet
from plateward.field.hotlists.line_digest import DECIDING, line_digest
from plateward.field.hotlists.models import Entries, Entry, Reason, Revision
from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.ground.wire import entries as wire
from plateward.ground.wire.entries import EntryColumns
from plateward.ground.wire.hotlist import HotListDelta, WireHotList

CHUNK = 5000
# If lists that come or go have more entries than this, send the full list: it is no larger.
DELTA_LIMIT = 100_000
# Counting a million entries takes a second, so the next version's count is derived from the last one.
COUNTS_KEPT = 200
_counts: dict[tuple[frozenset[int], str], int] = {}


@dataclass(frozen=True)
class DeltaBase:
    """What a reader has: a version, and the lists it covers."""

    version: str
    lists: frozenset[int]


def build_full(lists: ListSet) -> WireHotList:
    """All entries in force of these lists."""
    columns = EntryColumns.of(wire_entries(_in_force_at(lists.version).filter(hotlist__in=lists.ids)))
    _note_count(lists, len(columns))
    return WireHotList(str(lists.version), clock.now(), lists.heads, columns)


def build_delta(base: DeltaBase, lists: ListSet) -> HotListDelta | None:
    """The delta from the reader's version to that of these lists; None if it is unknown or as large as the
    full list.

    Entries in force are never altered, so the revisions give any past version: later ones began what was
    added and ended what was removed. If a revision was committed late, with a time before the version's, the
    version's count lacks it: then nobody knows whether the reader has it.
    """
    since = ListVersion.parse(base.version)
    if since is None:
        return None
    past = Revision.objects.filter(hotlist__in=base.lists)
    if (past.filter(at__lte=since.at).count() if since.at else 0) != since.changes:
        return None
    common, came, went = base.lists & lists.ids, lists.ids - base.lists, base.lists - lists.ids
    new = Revision.objects.filter(hotlist__in=common, at__isnull=False)
    if since.at:
        new = new.filter(at__gt=since.at)
    revisions = list(new.values_list("pk", flat=True))
    began, ended = Q(began__in=revisions), Q(ended__in=revisions)
    coming = _in_force_at(lists.version).filter(hotlist__in=came)
    going = _in_force_at(since).filter(hotlist__in=went)
    if (came and coming[: DELTA_LIMIT + 1].count() > DELTA_LIMIT) or (
        went and going[: DELTA_LIMIT + 1].count() > DELTA_LIMIT
    ):
        return None
    added = Entry.objects.filter(began).exclude(ended)
    removed = [
        pk.bytes
        for rows in (Entry.objects.filter(ended).exclude(began), going)
        for pk in rows.order_by().values_list("pk", flat=True).iterator(CHUNK)
    ]
    columns = EntryColumns.of(entry for rows in (added, coming) for entry in wire_entries(rows))
    base_count = _counts.get((base.lists, base.version))
    if base_count is None:
        number = _in_force_at(lists.version).filter(hotlist__in=lists.ids).order_by().count()
    else:
        number = base_count + len(columns) - len(removed)
    _note_count(lists, number)
    return HotListDelta(
        base.version, str(lists.version), clock.now(), lists.heads, columns, b"".join(removed), number
    )


def _note_count(lists: ListSet, number: int) -> None:
    _counts[lists.ids, str(lists.version)] = number
    while len(_counts) > COUNTS_KEPT:
        _counts.pop(next(iter(_counts)), None)


def _in_force_at(version: ListVersion) -> Entries:
    """The entries in force at that version, including those of retired lists."""
    if version.at is None:
        return Entry.objects.none()
    going = Q(ended=None) | Q(ended__at=None) | Q(ended__at__gt=version.at)
    return Entry.objects.filter(going, began__at__lte=version.at)


@enforces("6.b.i.9/records", "6.c.ii/lists")
def wire_entries(rows: Entries) -> Iterator[wire.WireEntry]:
    """Entries as they go over the wire and into the matching engine. One that was altered or added past the hub goes
    nowhere: the integrity checks name it (line_sums.py)."""
    texts = Reason.texts()
    for pk, digest, *values in rows.order_by().values_list("pk", "digest", *DECIDING).iterator(CHUNK):
        if line_digest(pk, values) != bytes(digest):
            continue
        hotlist, _, plate, _, state, _, _, reason, priority, expires_at, vehicle, *_ = values
        yield wire.WireEntry(
            id=pk,
            list_id=hotlist,
            plate=plate,
            state=state or None,
            reason=reason,
            reason_text=texts[reason],
            priority=priority,
            expires_at=expires_at,
            vehicle=vehicle,
        )
