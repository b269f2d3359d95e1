"""The entries of some lists: all that are in force, or the changes since another version."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any

from django.db.models import Q

from plateward.core.audit.records.sums import Sum
from plateward.field.fleet.lists import ListVersion
from plateward.field.hotlists.delivery.altered import require_lines, require_unaltered
from plateward.field.hotlists.delivery.lists import ListSet
from plateward.field.hotlists.line_digest import DECIDING, line_digest
from plateward.field.hotlists.line_sums import stated_at, sums_digest
from plateward.field.hotlists.models import Entries, Entry, Reason, Revision
from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.ground.vault.sealing import SealBroken
from plateward.ground.wire import entries as wire
from plateward.ground.wire.entries import EntryColumns
from plateward.ground.wire.hotlist import HotListDelta, WireHotList

CHUNK = 5000
# If lists that come or go have more entries than this, send the full list: it is no larger.
DELTA_LIMIT = 100_000


@dataclass(frozen=True)
class DeltaBase:
    """What a reader has: a version, and the lists it covers."""

    version: str
    lists: frozenset[int]


def build_full(lists: ListSet) -> WireHotList:
    """All entries in force of these lists. Raises LinesAltered, BeingMade."""
    require_unaltered(lists)
    sums = dict[int, Sum]()
    columns = EntryColumns.of(wire_entries(_in_force_at(lists.version, lists.ids), sums))
    require_lines(lists, sums)
    return WireHotList(str(lists.version), clock.now(), lists.heads, columns)


@enforces("6.b.i.9/records")
def build_delta(base: DeltaBase, lists: ListSet) -> HotListDelta | None:
    """The delta from the reader's version to that of these lists; None if it is unknown or as large as the
    full list.

    Entries in force are never altered, so the revisions give any past version: later ones began what was
    added and ended what was removed. If a revision was committed late, with a time before the version's, or was hidden
    past the hub, the version is not that of the sums that its lists' revisions say: then nobody knows what the reader
    has. What is added and removed must bring those sums to the present ones; else there is no delta.
    """
    since = ListVersion.parse(base.version)
    if since is None:
        return None
    try:
        before = stated_at(base.lists, since.at)
    except SealBroken:
        return None
    if sums_digest(before) != since.lines:
        return None
    common, came, went = base.lists & lists.ids, lists.ids - base.lists, base.lists - lists.ids
    new = Revision.objects.filter(hotlist__in=common, at__isnull=False)
    if since.at:
        new = new.filter(at__gt=since.at)
    if lists.version.at:
        new = new.filter(at__lte=lists.version.at)
    revisions = list(new.values_list("pk", flat=True))
    began, ended = Q(began__in=revisions), Q(ended__in=revisions)
    coming, going = _in_force_at(lists.version, came), _in_force_at(since, went)
    if (came and coming[: DELTA_LIMIT + 1].count() > DELTA_LIMIT) or (
        went and going[: DELTA_LIMIT + 1].count() > DELTA_LIMIT
    ):
        return None
    added = Entry.objects.filter(began).exclude(ended)
    removed = Entry.objects.filter(ended).exclude(began)
    plus, minus = dict[int, Sum](), dict[int, Sum]()
    columns = EntryColumns.of(entry for rows in (added, coming) for entry in wire_entries(rows, plus))
    ids = {pk.bytes for rows in (removed, going) for pk, *_ in _genuine(rows, minus)}
    total = _total(lists.sums)
    as_logged = _total(before).with_all(_total(plus)) == total.with_all(_total(minus))
    if not as_logged or not ids.isdisjoint(map(columns.id_of, range(len(columns)))):
        return None
    return HotListDelta(
        base.version, str(lists.version), clock.now(), lists.heads, columns, b"".join(ids), total.count
    )


def _total(sums: Mapping[int, Sum]) -> Sum:
    return reduce(Sum.with_all, sums.values(), Sum())


def _in_force_at(version: ListVersion, lists: Collection[int]) -> Entries:
    """The entries of these lists in force at that version, including those of retired lists."""
    if version.at is None:
        return Entry.objects.none()
    going = Q(ended=None) | Q(ended__at=None) | Q(ended__at__gt=version.at)
    return Entry.objects.filter(going, began__at__lte=version.at, hotlist__in=lists)


@enforces("6.b.i.9/records", "6.c.ii/lists")
def wire_entries(rows: Entries, sums: dict[int, Sum]) -> Iterator[wire.WireEntry]:
    """Entries as they go over the wire and into the matching engine, summed up by list. One that was altered or added
    past the hub goes nowhere: the integrity checks name it (line_sums.py)."""
    texts = Reason.texts()
    for pk, hotlist, _, plate, _, state, _, _, reason, priority, expires_at, vehicle, *_ in _genuine(
        rows, sums
    ):
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


def _genuine(rows: Entries, sums: dict[int, Sum]) -> Iterator[tuple[Any, ...]]:
    """Key and what decides of each line that is as the hub made it."""
    for pk, digest, *values in rows.order_by().values_list("pk", "digest", *DECIDING).iterator(CHUNK):
        if line_digest(pk, values) == bytes(digest):
            sums[values[0]] = sums.get(values[0], Sum()).plus(bytes(digest))
            yield pk, *values
