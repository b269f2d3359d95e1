"""With which units a reader was, and from when until when: whose its reads are, by the moment of their capture."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from plateward.field.fleet.models import Reader, UnitLeft
from plateward.ground.policy.trace import enforces


@dataclass(frozen=True)
class Stay:
    """A reader was there from `since` (None: from the first) to before `until` (None: it still is)."""

    reader: str
    since: datetime | None = None
    until: datetime | None = None


@enforces("6.b.i.8/scope")
def stays_with(units: Collection[int]) -> frozenset[Stay]:
    """When each reader was with one of these units, by their keys; moved among them, it stayed."""
    readers = Reader.objects.filter(Q(unit__in=units) | Q(left__unit__in=units)).distinct()
    return frozenset(stay for reader in readers.prefetch_related("left") for stay in _stays(reader, units))


def _stays(reader: Reader, units: Collection[int]) -> Iterator[Stay]:
    times = [*((left.unit_id, left.at) for left in reader.left.all()), (reader.unit_id, None)]
    came, there = None, False
    for n, (unit, until) in enumerate(times):
        if unit not in units:
            there = False
            continue
        if not there:
            came, there = times[n - 1][1] if n else None, True
        if until is None or times[n + 1][0] not in units:
            yield Stay(reader.name, came, until)


@enforces("6.b.i.8/scope", "6.e.ii/own")
def was_with(unit: int | None, reader: str, at: datetime) -> bool:
    """Whether the reader was with this unit at this time."""
    if unit is None:
        return False
    left = UnitLeft.objects.filter(reader__name=reader, at__gt=at).first()
    return left.unit_id == unit if left else Reader.objects.filter(name=reader, unit=unit).exists()
