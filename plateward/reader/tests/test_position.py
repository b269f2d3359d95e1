from datetime import UTC, datetime

import pytest

from plateward.ground.wire.read import Position, PositionLack
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


@pytest.mark.parametrize(
    ("fix", "words"),
    [
        (Fix(Position(35.0844, -106.6504)), "35.08440, -106.65040"),
        (Fix(Position(35.0844, -106.6504, 5.4, 1.2)), "35.08440, -106.65040 (±5 m, 1 s old)"),
        (Fix(None, lack=PositionLack.NO_FIX), "No position: no fix."),
        (
            Fix(None, lack=PositionLack.GONE, last=Position(35.0844, -106.6504, None, 90.0)),
            "No position: receiver gone. Last known: 35.08440, -106.65040 (90 s old)",
        ),
    ],
)
def test_the_screen_says_where_the_reader_is_or_why_that_is_not_known(fix: Fix, words: str) -> None:
    assert fix.words == words
