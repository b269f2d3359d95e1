"""Where and when a reader may record. Pure: the same rule at the hub and at the reader."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from plateward.ground.wire.placement import Circle
from plateward.ground.wire.read import Position
from plateward.ground.wire.where import DropReason, why_dropped

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
CLINIC = (35.0844, -106.6504)


@dataclass
class Recorded:
    """A deployment, from noon on."""

    begins_at: datetime = NOON
    ends_at: datetime | None = None
    ended_at: datetime | None = None
    scope: Circle | None = None


@dataclass
class Zone:
    """200 meters around the clinic."""

    lat: float = CLINIC[0]
    lon: float = CLINIC[1]
    radius_m: int = 200
    ended_at: datetime | None = None


def north(meters: float, accuracy_m: float | None = 5.0, age_s: float | None = None) -> Position:
    """A position so far north of the clinic."""
    return Position(CLINIC[0] + meters / 111_195, CLINIC[1], accuracy_m, age_s)


@pytest.mark.clause("6.a.ii.1/outside")
@pytest.mark.parametrize(
    ("deployments", "after", "kept"),
    [
        ([], HOUR, False),
        ([Recorded()], HOUR, True),
        ([Recorded()], -HOUR, False),
        ([Recorded(ends_at=NOON + HOUR)], HOUR - timedelta(seconds=1), True),
        ([Recorded(ends_at=NOON + HOUR)], HOUR, False),
        ([Recorded(ended_at=NOON + HOUR)], HOUR, False),
        ([Recorded(ended_at=NOON + HOUR), Recorded()], HOUR, True),
    ],
)
def test_a_read_is_kept_only_while_a_deployment_of_its_reader_is_in_force(
    deployments: list[Recorded], after: timedelta, kept: bool
) -> None:
    assert why_dropped(NOON + after, None, deployments, []) is (None if kept else DropReason.DEPLOYMENT)


@pytest.mark.clause("6.a.ii.1/zones", "6.a.ii.1/unsure")
@pytest.mark.parametrize(
    ("position", "scope_m", "zone", "why"),
    [
        (north(0), 0, Zone(), DropReason.ZONE),
        (north(194), 0, Zone(), DropReason.ZONE),
        (north(204), 0, Zone(), DropReason.ZONE),  # it may be within, as exact as its position is
        (north(206), 0, Zone(), None),
        (north(229, accuracy_m=None), 0, Zone(), DropReason.ZONE),
        (north(231, accuracy_m=None), 0, Zone(), None),
        (north(271, age_s=1.0), 0, Zone(), DropReason.ZONE),  # it may have come so far since
        (north(273, age_s=1.0), 0, Zone(), None),
        (north(0), 205, Zone(), None),
        (north(194), 200, Zone(), None),
        (north(196), 200, Zone(), DropReason.ZONE),  # it may be outside of the order's place
        (north(204), 100, Zone(), DropReason.ZONE),
        (north(0), 0, Zone(ended_at=NOON), None),
        (north(0), 0, Zone(ended_at=NOON + 2 * HOUR), DropReason.ZONE),
    ],
)
def test_no_read_from_an_exclusion_zone_is_kept_but_under_a_court_order_for_the_place(
    position: Position, scope_m: int, zone: Zone, why: DropReason | None
) -> None:
    scope = Circle(*CLINIC, scope_m) if scope_m else None
    deployment = Recorded(ends_at=NOON + 9 * HOUR, scope=scope)
    assert why_dropped(NOON + HOUR, position, [deployment], [zone]) is why


@pytest.mark.clause("6.a.ii.1/unsure")
@pytest.mark.parametrize(
    ("position", "last", "kept"),
    [
        (None, None, False),  # it may be anywhere
        (None, north(6904, age_s=100.0), False),  # 67 meters a second: it may have come back
        (None, north(6906, age_s=100.0), True),
        (north(1199, accuracy_m=1000.0), None, False),  # unsure
        (north(1201, accuracy_m=1000.0), None, True),
        (north(2200, age_s=31.0), None, False),  # old
        (north(2300, age_s=31.0), None, True),
    ],
)
def test_without_a_good_position_what_may_be_in_a_zone_is_not_kept(
    position: Position | None, last: Position | None, kept: bool
) -> None:
    def why(*zones: Zone, scope: Circle | None = None) -> DropReason | None:
        deployment = Recorded(ends_at=NOON + 9 * HOUR, scope=scope)
        return why_dropped(NOON + HOUR, position, [deployment], zones, last)

    assert why(Zone()) is (None if kept else DropReason.UNKNOWN)
    assert why(Zone(ended_at=NOON)) is why() is None
    known = position or last  # an order goes before zones only where its reader surely is
    assert why(Zone(), scope=Circle(*CLINIC, 20_000)) is (None if known else DropReason.UNKNOWN)
