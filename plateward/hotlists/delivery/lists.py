"""Which lists a reader gets, and the version of them that is in force."""

import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from hashlib import sha256

import msgspec
from django.db.models import Count, Max

from plateward.fleet.models import Reader
from plateward.hotlists.delivery.versions import Version
from plateward.hotlists.models import HotList, Revision
from plateward.matching.kinds import silenced
from plateward.people.permissions import Role
from plateward.policy.trace import enforces
from plateward.wire.hotlist import ListHead

# Whom a reader's alarm tells: those who sit in the vehicle.
IN_THE_VEHICLE = frozenset({Role.INSPECTOR, Role.OFFICER, Role.SUPERVISOR})
GLANCE = 0.2  # seconds


@dataclass(frozen=True)
class Listed:
    """A list that is not retired, and whose it is. `changed_at` and `changes` are of its revisions in force."""

    head: ListHead
    covert: bool
    units: frozenset[int]
    roles: frozenset[str]
    changed_at: datetime | None
    changes: int

    @enforces("6.c.ii")
    def is_for(self, unit: int | None) -> bool:
        """Whether a reader of this unit gets it. A covert list is matched at the hub alone: a vehicle's screen is
        seen by whoever sits there, and a reader can be stolen."""
        if self.covert or (self.units and unit not in self.units):
            return False
        return not self.roles or not self.roles.isdisjoint(IN_THE_VEHICLE)

    def silent(self) -> "Listed":
        """The same list, on which nothing rings."""
        return replace(self, head=msgspec.structs.replace(self.head, alarms=silenced(self.head.alarms)))


@dataclass(frozen=True)
class Lists:
    """Lists that go together: those of one audience, or all."""

    listed: tuple[Listed, ...]

    @cached_property
    def ids(self) -> frozenset[int]:
        return frozenset(one.head.id for one in self.listed)

    @cached_property
    def heads(self) -> list[ListHead]:
        return [one.head for one in self.listed]

    @cached_property
    def version(self) -> Version:
        """It changes with each entry and each setting of these lists, and with no other list's."""
        digest = sha256(msgspec.msgpack.encode(self.heads, order="deterministic")).hexdigest()[:6]
        at = max((one.changed_at for one in self.listed if one.changed_at), default=None)
        return Version(at, sum(one.changes for one in self.listed), digest)

    @cached_property
    def _by_audience(self) -> dict[tuple[int | None, bool], "Lists"]:
        return {}

    @enforces("6.f.i.2")
    def of(self, reader: Reader) -> "Lists":
        """Those that this reader gets: the same for all of its unit, with the version told once. One whose alarm is
        withheld gets them without a kind of match that rings."""
        unit, silent = reader.unit_id, reader.alarm_withheld_at is not None
        if (unit, silent) not in self._by_audience:
            theirs = (one for one in self.listed if one.is_for(unit))
            self._by_audience[unit, silent] = Lists(tuple(one.silent() if silent else one for one in theirs))
        return self._by_audience[unit, silent]


_glanced = (-GLANCE, Lists(()))
_glancing = threading.Lock()


def look() -> Lists:
    """All lists that are not retired, as they are now: three queries, whatever their size."""
    revised = {
        pk: (last, changes)
        for pk, last, changes in Revision.objects.filter(at__isnull=False)
        .values_list("hotlist")
        .annotate(Max("at"), Count("at"))
        .order_by()
    }
    units: dict[int, set[int]] = {}
    for hotlist, unit in HotList.units.through.objects.values_list("hotlist", "unit"):
        units.setdefault(hotlist, set()).add(unit)
    found = HotList.objects.filter(retired_at=None).order_by("pk")
    return Lists(tuple(_listed(one, units.get(one.pk, ()), *revised.get(one.pk, (None, 0))) for one in found))


def glance() -> Lists:
    """The same, as it was at most GLANCE ago: hundreds of readers ask every few seconds."""
    global _glanced  # noqa: PLW0603  # the one cache of this process
    with _glancing:
        at, lists = _glanced
        if time.monotonic() - at > GLANCE:
            _glanced = time.monotonic(), (lists := look())
        return lists


def _listed(one: HotList, units: Iterable[int], changed_at: datetime | None, changes: int) -> Listed:
    hours = one.stale_after_hours
    head = ListHead(
        id=one.pk,
        name=one.name,
        source=one.source,
        alarms=silenced(one.alarms) if one.alarm_withheld_at else one.alarms,
        sound=one.sound,
        # What the agency writes itself, entry by entry, is as old as its last change.
        refreshed_at=one.refreshed_at or changed_at,
        stale_at=one.refreshed_at + timedelta(hours=hours) if one.refreshed_at and hours else None,
    )
    return Listed(head, one.covert, frozenset(units), frozenset(one.roles), changed_at, changes)
