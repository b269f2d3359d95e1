"""Which lists a reader gets, their current version, and how far each reader is behind."""

import threading
import time
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from hashlib import sha256
from typing import Any

import msgspec
from django.db.models import Count, Max

from plateward.core.audit.records.gate import MadeOfRecords
from plateward.core.audit.records.integrity import Wrong
from plateward.core.audit.records.sums import Sum
from plateward.field.fleet.lists import Behind, ListVersion, ReaderLists
from plateward.field.fleet.models import Reader
from plateward.field.hotlists.audience import as_logged
from plateward.field.hotlists.line_sums import stated, sums_digest
from plateward.field.hotlists.models import HotList, Revision
from plateward.ground.matching.kinds import silenced
from plateward.ground.policy.trace import enforces
from plateward.ground.vault.sealing import SealBroken
from plateward.ground.wire.hotlist import ListHead
from plateward.people.permissions import Role

# The roles that sit in the vehicle: a reader's alarm notifies them.
IN_THE_VEHICLE = frozenset({Role.INSPECTOR, Role.OFFICER, Role.SUPERVISOR})
RECENT_S = 0.2  # seconds


@dataclass(frozen=True)
class ActiveList:
    """An active list with its audience. `changed_at` and `changes` cover its revisions in force; `lines` is the sum of
    its entries in force, as the log has it."""

    head: ListHead
    covert: bool
    units: frozenset[int]
    roles: frozenset[str]
    changed_at: datetime | None
    changes: int
    lines: Sum

    @enforces("6.c.ii/lists")
    def is_for(self, unit: int | None) -> bool:
        """Whether a reader of this unit gets it. Only the hub matches a covert list: anybody in the vehicle
        sees its screen, and a reader can be stolen."""
        if self.covert or (self.units and unit not in self.units):
            return False
        return not self.roles or not self.roles.isdisjoint(IN_THE_VEHICLE)

    def silent(self) -> "ActiveList":
        """The same list with its alarms silenced."""
        return replace(self, head=msgspec.structs.replace(self.head, alarms=silenced(self.head.alarms)))


@dataclass(frozen=True)
class ListSet:
    """Lists that go together: those of one audience, or all."""

    listed: tuple[ActiveList, ...]

    @cached_property
    def ids(self) -> frozenset[int]:
        return frozenset(hotlist.head.id for hotlist in self.listed)

    @cached_property
    def sums(self) -> dict[int, Sum]:
        """The sum of each list's entries."""
        return {hotlist.head.id: hotlist.lines for hotlist in self.listed}

    def without(self, some: Collection[int]) -> "ListSet":
        """The other lists."""
        if self.ids.isdisjoint(some):
            return self
        return ListSet(tuple(hotlist for hotlist in self.listed if hotlist.head.id not in some))

    @cached_property
    def heads(self) -> list[ListHead]:
        return [hotlist.head for hotlist in self.listed]

    @cached_property
    def version(self) -> ListVersion:
        """It changes with every entry and setting of these lists, and with no other list."""
        digest = sha256(msgspec.msgpack.encode(self.heads, order="deterministic")).hexdigest()[:6]
        at = max((hotlist.changed_at for hotlist in self.listed if hotlist.changed_at), default=None)
        return ListVersion(
            at, sum(hotlist.changes for hotlist in self.listed), digest, sums_digest(self.sums)
        )

    @cached_property
    def _by_audience(self) -> dict[tuple[int | None, bool], "ListSet"]:
        return {}

    def of(self, reader: Reader) -> "ListSet":
        """The lists for this reader: one shared set per unit, so that the version is computed once. For a
        muted reader, no kind of match rings."""
        unit, silent = reader.unit_id, reader.muted_at is not None
        if (unit, silent) not in self._by_audience:
            for_unit = (hotlist for hotlist in self.listed if hotlist.is_for(unit))
            self._by_audience[unit, silent] = ListSet(
                tuple(hotlist.silent() if silent else hotlist for hotlist in for_unit)
            )
        return self._by_audience[unit, silent]


_recent = (-RECENT_S, ListSet(()))
_recent_lock = threading.Lock()


@enforces("6.b.i.9/records", "AU-9/found")
def current_lists() -> ListSet:
    """All lists that are not retired, as they are now: a query at any size. A list whose row, or one of whose units, is
    not as the log says is none, as is one whose sum does not open: nothing matches on it."""
    return _LISTS.of()


def _read_lists(_: tuple[Any, ...], altered: Mapping[str, Wrong]) -> ListSet:
    revised = {
        pk: (last, changes)
        for pk, last, changes in Revision.objects.filter(at__isnull=False)
        .values_list("hotlist")
        .annotate(Max("at"), Count("at"))
        .order_by()
    }
    audiences, closed = as_logged()
    listed = list[ActiveList]()
    for hotlist in HotList.objects.filter(retired_at=None).exclude(pk__in={*altered, *closed}).order_by("pk"):
        units, changed = audiences.units.get(hotlist.pk, ()), revised.get(hotlist.pk, (None, 0))
        with suppress(SealBroken):
            listed.append(_active_list(hotlist, units, *changed))
    return ListSet(tuple(listed))


_LISTS = MadeOfRecords(
    "FROM hotlists_hotlist h LEFT JOIN hotlists_hotlist_units u ON u.hotlist_id = h.id "
    "LEFT JOIN (SELECT hotlist_id, MAX(at) AS last, COUNT(at) AS changes FROM hotlists_revision WHERE at IS NOT NULL "
    "GROUP BY hotlist_id) r ON r.hotlist_id = h.id {joins} WHERE h.retired_at IS NULL ORDER BY h.id, u.id",
    {"h": "hotlists_hotlist", "u": "hotlists_hotlist_units"},
    _read_lists,
    ("h.refreshed_at", "r.last", "r.changes"),
)


def recent_lists() -> ListSet:
    """The same, at most RECENT_S old: hundreds of readers ask every few seconds."""
    global _recent  # noqa: PLW0603  # this process's only cache
    with _recent_lock:
        at, lists = _recent
        if time.monotonic() - at > RECENT_S:
            _recent = time.monotonic(), (lists := current_lists())
        return lists


def _active_list(
    hotlist: HotList, units: Iterable[int], changed_at: datetime | None, changes: int
) -> ActiveList:
    hours = hotlist.stale_after_hours
    head = ListHead(
        id=hotlist.pk,
        name=hotlist.name,
        source=hotlist.source,
        alarms=silenced(hotlist.alarms) if hotlist.muted_at else hotlist.alarms,
        sound=hotlist.sound,
        # A list that the agency edits entry by entry is as old as its last change.
        refreshed_at=hotlist.refreshed_at or changed_at,
        stale_at=hotlist.refreshed_at + timedelta(hours=hours) if hotlist.refreshed_at and hours else None,
    )
    units, roles = frozenset(units), frozenset(hotlist.roles)
    lines = stated(hotlist.pk, hotlist.lines)
    return ActiveList(head, hotlist.covert, units, roles, changed_at, changes, lines)


def lists_of(readers: Iterable[Reader]) -> dict[int, ReaderLists]:
    """What each reader has, by the reader's key."""
    every = current_lists()
    known: dict[tuple[frozenset[int], str], ReaderLists] = {}
    answer = {}
    for reader in readers:
        lists = every.of(reader)
        key = lists.ids, reader.hotlist_version
        if key not in known:
            version = ListVersion.parse(reader.hotlist_version)
            known[key] = ReaderLists(version, _lag(lists, version))
        answer[reader.pk] = known[key]
    return answer


def _lag(lists: ListSet, version: ListVersion | None) -> Behind | None:
    if version == lists.version:
        return None
    if version is None:
        return Behind(None, None)
    new = Revision.objects.filter(hotlist__in=lists.ids, at__isnull=False)
    if version.at:
        new = new.filter(at__gt=version.at)
    first = new.order_by("at").values_list("at", flat=True).first()
    return Behind(max(0, lists.version.changes - version.changes), first)
