"""What a reader's own report adds to the hub's count, and to which areas it goes. Pure."""

from datetime import UTC, datetime, timedelta

import pytest

from plateward.field.fleet.where import may_move, new_drops
from plateward.ground.policy.decision import Allow, Refusal
from plateward.ground.wire.placement import DropCounts
from plateward.ground.wire.where import DropReason

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


@pytest.mark.clause("6.a.ii.1/zones")
@pytest.mark.parametrize(
    ("before", "since", "added"),
    [
        (None, NOON, (2, 5, 1)),
        (DropCounts(NOON, 2, 1), NOON, (0, 4, 1)),
        (DropCounts(NOON, 2, 5, 1), NOON, (0, 0, 0)),  # it comes twice
        (DropCounts(NOON, 3, 9, 2), NOON, (0, 0, 0)),  # it comes late
        (DropCounts(NOON, 3, 9), NOON + timedelta(days=1), (2, 5, 1)),  # its count was lost
        (DropCounts(NOON, 3, 9), NOON - timedelta(days=1), (2, 5, 1)),  # by a clock that was wrong
    ],
)
def test_a_report_adds_what_is_new_in_it_and_nothing_twice(
    before: DropCounts | None, since: datetime, added: tuple[int, int, int]
) -> None:
    counts = new_drops(before, DropCounts(since, outside=2, in_zones=5, unknown=1))
    expected = dict(zip(DropReason, added, strict=True))
    assert counts == {reason: count for reason, count in expected.items() if count}


@pytest.mark.clause("6.e.v/transfer")
@pytest.mark.parametrize(
    ("area", "to", "may"),
    [
        ("District 5", "District 5", True),
        ("District 5", "", True),
        ("District 5", "District 9", False),
        ("", "District 5", False),
    ],
)
def test_a_reader_leaves_its_area_only_with_approval(area: str, to: str, may: bool) -> None:
    decision = may_move(area, to, same_area=area == to)
    assert isinstance(decision, Allow if may else Refusal)
    assert may or (isinstance(decision, Refusal) and decision.clause == "6.e.v")
