"""What a receiver's reports say of where the reader is, and what they do not."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from plateward.ground import clock
from plateward.ground.wire.read import Position, PositionLack
from plateward.reader.last_place import LastPlace
from plateward.reader.position import Fix
from plateward.reader.whereabouts import GpsReport, Whereabouts

pytestmark = pytest.mark.clause("5.c/position", "5.i/position")
NOON = datetime(2026, 12, 1, 19, 0, tzinfo=UTC)
LAS_CRUCES, FARMINGTON = Position(32.3199, -106.7637, 5.0), Position(36.7281, -108.2187, 5.0)  # 500 km


def heard(where: Whereabouts, seconds: float, position: Position | None, ahead: float = 0.0) -> None:
    """A report at that second, by a clock that is so many seconds ahead."""
    time = NOON + timedelta(seconds=seconds)
    where.receive(GpsReport(position, 90.0, time), seconds, time + timedelta(seconds=ahead))


def test_a_read_has_position_accuracy_heading_and_the_age_at_its_frame() -> None:
    where = Whereabouts(0.0)
    assert where.at(0.0) == Fix(None, lack=PositionLack.NO_FIX)
    heard(where, 1, LAS_CRUCES)
    heard(where, 3, Position(32.3201, -106.7637, 8.0))
    fix = where.at(2.5)  # the frame is older than the last report
    assert (fix.position, fix.heading) == (Position(32.3199, -106.7637, 5.0, 1.5), 90.0)
    assert where.at(4.0).position == Position(32.3201, -106.7637, 8.0, 1.0)


@pytest.mark.parametrize(
    "lack", [PositionLack.NO_FIX, PositionLack.GONE, PositionLack.OLD, PositionLack.UNSURE]
)
def test_an_old_position_is_none_and_the_read_says_why_and_the_last_good_one(lack: PositionLack) -> None:
    where = Whereabouts(0.0)
    heard(where, 1, LAS_CRUCES)
    match lack:
        case PositionLack.NO_FIX:
            heard(where, 2, None)
        case PositionLack.GONE:
            where.lose()
        case PositionLack.UNSURE:
            heard(where, 2, Position(32.0, -106.0, 3000.0))
    assert where.at(31.0).position == Position(32.3199, -106.7637, 5.0, 30.0)
    fix = where.at(32.0)
    assert (fix.position, fix.lack, fix.last) == (None, lack, Position(32.3199, -106.7637, 5.0, 31.0))


def test_a_receiver_that_repeats_one_report_says_nothing_new() -> None:
    where = Whereabouts(0.0)
    for second in range(40):
        where.receive(GpsReport(LAS_CRUCES, None, NOON), float(second), NOON)
    assert where.at(39.0).lack is PositionLack.OLD


@pytest.mark.clause("6.a.ii.1/unsure")
def test_a_jump_of_500_km_is_not_believed_and_until_it_is_settled_nobody_knows_where_the_reader_is() -> None:
    where = Whereabouts(0.0)
    heard(where, 1, LAS_CRUCES)
    heard(where, 2, FARMINGTON)
    assert where.at(2.5) == Fix(None, None, PositionLack.JUMPED, None, timedelta(0))
    assert where.at(1.5).position  # a frame from before it
    heard(where, 3, LAS_CRUCES)  # it was a slip
    assert where.at(3.0).position == Position(32.3199, -106.7637, 5.0, 0.0)
    for second in range(4, 34):
        heard(where, second, FARMINGTON)
        assert where.at(second).lack is PositionLack.JUMPED
    heard(where, 34, FARMINGTON)  # it stays there
    assert where.at(34.0).position == Position(36.7281, -108.2187, 5.0, 0.0)


@pytest.mark.clause("6.a.ii.1/unsure")
def test_a_receiver_that_jumps_about_is_never_believed() -> None:
    where = Whereabouts(0.0)
    heard(where, 1, LAS_CRUCES)
    for second in range(2, 100):
        heard(where, second, FARMINGTON if second % 2 else Position(35.0, -104.0, 5.0))
        assert where.at(second).lack is PositionLack.JUMPED


def test_a_vehicle_at_highway_speed_does_not_jump() -> None:
    where = Whereabouts(0.0)
    for second in range(60):
        heard(where, second, Position(32.0 + second * 60 / 111_195, -106.7637, 5.0))
        assert where.at(second).position


def test_the_clock_is_compared_with_gps_time_unless_the_receivers_count_of_weeks_ran_over() -> None:
    where = Whereabouts(0.0)
    for second, ahead in ((1, 90.9), (2, 90.2), (3, 90.5)):
        heard(where, second, LAS_CRUCES, ahead)  # the lines waited
    assert where.at(3.0).clock_ahead == timedelta(seconds=90.2)
    where = Whereabouts(0.0)
    where.receive(GpsReport(LAS_CRUCES, None, NOON - timedelta(weeks=1024)), 1.0, NOON)
    assert (where.at(1.0).clock_ahead, where.at(1.0).position is not None) == (None, True)


def test_a_clock_that_is_years_off_makes_no_position_old() -> None:
    where = Whereabouts(0.0)
    heard(where, 1, LAS_CRUCES, ahead=-20 * 365 * 86_400.0)
    fix = where.at(1.5)
    assert (fix.position, fix.clock_ahead) == (Position(32.3199, -106.7637, 5.0, 0.5), timedelta(days=-7300))


@pytest.mark.clause("6.a.ii.1/unsure", "6.i.i/aes")
def test_the_last_good_position_outlasts_the_process_sealed_and_ages_meanwhile(
    tmp_path: Path, output: list[str]
) -> None:
    file = tmp_path / "position.sealed"
    before = LastPlace(file, bytes(32), output.append)
    assert before.position is None
    where = Whereabouts(0.0, before.position, before.keep)
    with clock.set_to(NOON):
        heard(where, 1, LAS_CRUCES)
    with clock.set_to(NOON + timedelta(seconds=600)):
        last = LastPlace(file, bytes(32), output.append).position
        assert last == Position(32.3199, -106.7637, 5.0, 600.0)
    fix = Whereabouts(5000.0, last).at(5001.0)
    assert (fix.lack, fix.last) == (PositionLack.NO_FIX, Position(32.3199, -106.7637, 5.0, 601.0))
    with clock.set_to(NOON - timedelta(hours=1)):  # set back: nobody knows its age
        assert LastPlace(file, bytes(32), output.append).position is None
    assert output == []
    file.write_bytes(file.read_bytes()[:-1])
    assert LastPlace(file, bytes(32), output.append).position is None
    assert "The last position cannot be read" in output[0]
