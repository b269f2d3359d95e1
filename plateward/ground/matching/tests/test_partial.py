import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plateward.ground.matching.normalize import fold
from plateward.ground.matching.partial import (
    Patterns,
    can_match,
    folded_pattern,
    is_partial,
    pattern_fits,
    plates_agree,
)


@pytest.mark.parametrize(
    ("plate", "may"),
    [
        ("A", True),
        ("TST123", True),
        ("TST*", True),
        ("?T-S?T?", True),
        ("TS*", False),
        ("T?S????", False),
        ("*", False),
        ("🚓 -", False),
        ("", False),
    ],
)
def test_enough_must_be_known_of_a_plate(plate: str, may: bool) -> None:
    assert can_match(plate) is may


def test_a_pattern_has_look_alikes_as_one_and_no_two_stars_in_a_row() -> None:
    assert folded_pattern("ob-**z? *") == "08*2?*"
    assert [is_partial(plate) for plate in ("AB?", "AB*", "AB")] == [True, True, False]


@pytest.mark.parametrize(
    ("typed", "listed", "same"),
    [
        ("tst-123", "TST 123", True),
        ("TOT123", "T0T123", True),
        ("T5T123", "TST123", False),
        ("TST123", "TST1?3", True),
        ("TST123", "*TST*", True),
        ("T5T123", "TST*", False),
        ("TOT123", "T0T*", True),
        ("", "TST*", False),
    ],
)
def test_a_plate_that_a_person_typed_is_the_listed_one_or_fits_it(
    typed: str, listed: str, same: bool
) -> None:
    assert plates_agree(typed, listed) is same


wild = st.text("AX?*", max_size=8)
whole = st.text("AX", max_size=8)


@given(wild, whole)
def test_a_plate_fits_as_a_regular_expression_would_have_it(listed: str, read: str) -> None:
    expression = "".join({"?": ".", "*": ".*"}.get(char, char) for char in listed)
    assert pattern_fits(folded_pattern(listed), read) == bool(re.fullmatch(expression, read))


def test_many_stars_cost_no_more_than_a_few() -> None:
    assert not pattern_fits("*A" * 10 + "B", "A" * 16)


@given(st.lists(st.text("A0B8X?*", max_size=7), max_size=8), st.text("AO8BX", max_size=7))
def test_patterns_are_found_as_if_each_were_compared(listed: list[str], read: str) -> None:
    patterns = Patterns()
    for row, plate in enumerate(listed):
        patterns.add(plate, row)
    key = fold(read)
    slow = [
        row
        for row, plate in enumerate(listed)
        if can_match(plate) and pattern_fits(folded_pattern(plate), key)
    ]
    assert sorted(patterns.rows(key)) == slow
    assert bool(patterns) == any(map(can_match, listed))
