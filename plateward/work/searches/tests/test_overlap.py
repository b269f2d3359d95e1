from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plateward.field.reads.queries import PlateMatch, PlateQuery
from plateward.field.reads.store.plate_search import plate_test
from plateward.ground.matching.partial import folded_pattern, pattern_fits
from plateward.work.searches.overlap import Sought, may_be_same

pytestmark = pytest.mark.clause("6.a.ii.2/brake", "6.a.ii.3/brake")
EVERY_TEXT = ["".join(text) for size in range(5) for text in product("AC", repeat=size)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("BKT418",), ("8KT4I8",)),
        (("BKT418",), ("BKT418*",)),
        (("*BKT418",), ("BKT418*",)),
        (("BKT41?",), ("BKT418",)),
        (("BKT419", "near"), ("BKT418",)),
        (("BKT419", "near"), ("BKT4187", "near")),
        (("BKT41", "near"), ("B?T4*",)),
    ],
)
def test_the_same_plate_is_known_however_it_is_written(one: tuple[str, ...], other: tuple[str, ...]) -> None:
    assert may_be_same(Sought.of(*one), Sought.of(*other))
    assert may_be_same(Sought.of(*other), Sought.of(*one))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("BKT418",), ("BKT419",)),
        (("BKT4*",), ("CKT4*",)),
        (("BKT4188", "near"), ("BKT411",)),
        (("?",), ("??",)),
    ],
)
def test_another_plate_is_another(one: tuple[str, ...], other: tuple[str, ...]) -> None:
    assert not may_be_same(Sought.of(*one), Sought.of(*other))


@given(st.text("AC?*", min_size=1, max_size=4), st.text("AC?*", min_size=1, max_size=4))
def test_two_patterns_meet_exactly_where_a_text_fits_both(one: str, other: str) -> None:
    fits = any(pattern_fits(one, text) and pattern_fits(other, text) for text in EVERY_TEXT)
    longer = "*" in one and "*" in other  # a text that fits both may be longer than those tried
    meets = may_be_same(Sought(one), Sought(other))
    assert meets >= fits
    assert longer or meets == fits


@given(st.text("ABC148IO", min_size=3, max_size=7), st.text("ABC148IO", min_size=3, max_size=7))
def test_whatever_a_search_finds_is_known_to_be_sought(searched: str, plate: str) -> None:
    for match in (PlateMatch.EXACT, PlateMatch.FOLDED, PlateMatch.NEAR):
        if plate_test(PlateQuery(searched, match))(plate):
            assert may_be_same(Sought.of(searched, match), Sought(folded_pattern(plate)))
