"""The entries of some lists: all that are in force, or what changed since another version."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Q

from plateward import clock
from plateward.hotlists.delivery.lists import Lists
from plateward.hotlists.delivery.versions import Version
from plateward.hotlists.models import Entries, Entry, Reason, Revision
from plateward.wire import entries as wire
from plateward.wire.entries import Columns
from plateward.wire.hotlist import Delta, HotList

CHUNK = 5000
# A change with more than this many entries of lists that come or go is not told: the whole list is no larger.
MANY = 100_000
# Counting a million entries takes a second; the next version has so many more or fewer.
COUNTS_KEPT = 200
_counts: dict[tuple[frozenset[int], str], int] = {}
COLUMNS = ("pk", "hotlist", "plate", "state", "reason", "priority", "expires_at", "vehicle")


@dataclass(frozen=True)
class Held:
    """What somebody has: a version, and the lists it is of."""

    version: str
    lists: frozenset[int]


def whole(lists: Lists) -> HotList:
    """All entries in force of these lists."""
    columns = Columns.of(wire_entries(_at(lists.version).filter(hotlist__in=lists.ids)))
    _note(lists, len(columns))
    return HotList(str(lists.version), clock.now(), lists.heads, columns)


def delta(held: Held, lists: Lists) -> Delta | None:
    """What turns the version that is held into the one of these lists; None where that cannot be said, or would be
    as much as the whole.

    Nothing that was in force is altered, so any past version can be told from the revisions: those after it began
    what was added, and ended what was removed. A revision that was committed late, with an earlier time than the
    version has, is missing in the version's count: then nobody knows whether it is held.
    """
    since = Version.parse(held.version)
    if since is None:
        return None
    past = Revision.objects.filter(hotlist__in=held.lists)
    if (past.filter(at__lte=since.at).count() if since.at else 0) != since.changes:
        return None
    common, came, went = held.lists & lists.ids, lists.ids - held.lists, held.lists - lists.ids
    new = Revision.objects.filter(hotlist__in=common, at__isnull=False)
    if since.at:
        new = new.filter(at__gt=since.at)
    revisions = list(new.values_list("pk", flat=True))
    began, ended = Q(began__in=revisions), Q(ended__in=revisions)
    coming = _at(lists.version).filter(hotlist__in=came)
    going = _at(since).filter(hotlist__in=went)
    if (came and coming[: MANY + 1].count() > MANY) or (went and going[: MANY + 1].count() > MANY):
        return None
    added = Entry.objects.filter(began).exclude(ended)
    removed = [
        pk.bytes
        for rows in (Entry.objects.filter(ended).exclude(began), going)
        for pk in rows.order_by().values_list("pk", flat=True).iterator(CHUNK)
    ]
    columns = Columns.of(one for rows in (added, coming) for one in wire_entries(rows))
    known = _counts.get((held.lists, held.version))
    number = _count(lists) if known is None else known + len(columns) - len(removed)
    _note(lists, number)
    return Delta(
        held.version,
        str(lists.version),
        clock.now(),
        lists.heads,
        columns,
        b"".join(removed),
        number,
    )


def _count(lists: Lists) -> int:
    return _at(lists.version).filter(hotlist__in=lists.ids).order_by().count()


def _note(lists: Lists, number: int) -> None:
    _counts[lists.ids, str(lists.version)] = number
    while len(_counts) > COUNTS_KEPT:
        _counts.pop(next(iter(_counts)), None)


def _at(version: Version) -> Entries:
    """The entries that were in force at that version, of lists that are retired too."""
    if version.at is None:
        return Entry.objects.none()
    going = Q(ended=None) | Q(ended__at=None) | Q(ended__at__gt=version.at)
    return Entry.objects.filter(going, began__at__lte=version.at)


def wire_entries(rows: Entries) -> Iterator[wire.Entry]:
    """As they travel, and as the matching engine takes them."""
    texts = Reason.texts()
    found = rows.order_by().values_list(*COLUMNS).iterator(CHUNK)
    for pk, hotlist, plate, state, reason, priority, expires_at, vehicle in found:
        yield wire.Entry(
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
