from datetime import UTC, datetime

import pytest

from plateward.ground.wire.read import Position
from plateward.reader.errors import NotReady
from plateward.reader.position import Fix, parse_position

START = datetime(2026, 3, 2, 19, 0, tzinfo=UTC)


def test_a_fixed_place_with_its_accuracy_and_its_traffics_heading() -> None:
    fix = parse_position("35.0844,-106.6504,8").at(START)
    assert fix == Fix(Position(35.0844, -106.6504, 8.0))
    assert parse_position("35.0844,-106.6504,8,180").at(START).heading == 180


@pytest.mark.parametrize(
    "text", ["", "35", "35,", "a,b", "91,0", "0,181", "nan,0", "1,2,-3", "1,2,nan", "1,2,3,360", "1,2,3,4,5"]
)
def test_it_refuses_what_is_no_place(text: str) -> None:
    with pytest.raises(NotReady, match="is not a place"):
        parse_position(text)
