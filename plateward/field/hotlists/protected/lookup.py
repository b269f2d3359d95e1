"""Looks up registered vehicles for listed or requested plates, and entries for registered vehicles."""

from collections.abc import Iterator, Sequence
from itertools import product

from django.db.models import Q

from plateward.field.hotlists.audience import lists_for
from plateward.field.hotlists.models import Entries, Entry, HotList
from plateward.field.hotlists.protected.models import Vehicle
from plateward.field.hotlists.protected.rules import register_of
from plateward.ground import clock
from plateward.ground.matching.normalize import ZERO
from plateward.ground.matching.partial import is_partial, normalize_partial
from plateward.ground.policy.trace import enforces
from plateward.people.models import Person

AT_ONCE = 500  # plates per query
VehicleMatches = tuple[Vehicle, ...]


@enforces("6.a.ii.3/brake")
def vehicles_for_plate(plate: str, state: str) -> VehicleMatches:
    """The registered vehicles that a listed plate, whole or partial, may be."""
    return vehicles_for_plates([(plate, state)])[0]


def vehicles_for_plates(listed: Sequence[tuple[str, str]]) -> list[VehicleMatches]:
    """The same for many plates, each with its state or "", in one query."""
    if not listed:
        return []
    plates = [(normalize_partial(plate), state) for plate, state in listed]
    vehicles = Vehicle.objects.in_force().select_related("person", "unit")
    if not any(is_partial(bare) for bare, _ in plates):
        vehicles = vehicles.filter(bare__in={bare.translate(ZERO) for bare, _ in plates})
    register = register_of(vehicles)
    return [register.of(*pair) for pair in plates]


@enforces("6.a.ii.3/found", "6.c.ii/lists")
def listed_vehicles(viewer: Person) -> list[tuple[Entry, VehicleMatches]]:
    """Entries in force, on lists that the viewer may see, with the registered vehicles that they may be."""
    vehicles = list(Vehicle.objects.in_force().select_related("person", "unit"))
    if not vehicles:
        return []
    register, now = register_of(vehicles), clock.now()
    lists = set(lists_for(viewer).values_list("pk", flat=True))
    live = Entry.objects.in_force().filter(Q(expires_at=None) | Q(expires_at__gt=now))
    entries = [*_whole_plates(live, {item.bare for item in vehicles}), *_partial_plates(live)]
    by_key = {item.pk: item for item in entries if item.hotlist_id in lists}
    matches = ((item, register.of(item.bare, item.state)) for item in by_key.values())
    return sorted(
        ((item, some) for item, some in matches if some), key=lambda row: (row[0].hotlist.name, row[0].bare)
    )


def _whole_plates(live: Entries, plates: set[str]) -> Iterator[Entry]:
    """Look up by plate alone, whose index is fast among a million entries, then filter."""
    written = sorted(way for plate in plates for way in _spellings(plate))
    for start in range(0, len(written), AT_ONCE):
        near = Entry.objects.filter(bare__in=written[start : start + AT_ONCE]).order_by()
        yield from live.filter(pk__in=list(near.values_list("pk", flat=True))).select_related("hotlist")


def _spellings(plate: str) -> Iterator[str]:
    """A registered plate with each zero as a zero and as the letter O, as lists may write it."""
    return (
        "".join(spelling)
        for spelling in product(*("0O" if character == "0" else character for character in plate))
    )


def _partial_plates(live: Entries) -> Entries:
    """Partial plates; no file has any, so they are on the agency's own lists."""
    own = live.filter(hotlist__kind=HotList.Kind.AGENCY).select_related("hotlist")
    return own.filter(Q(bare__contains="?") | Q(bare__contains="*"))
