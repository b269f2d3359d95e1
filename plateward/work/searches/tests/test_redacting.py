import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plateward.work.searches.redacting import without_plates

pytestmark = pytest.mark.clause("6.b.i.9/entries", "6.i.i/aes")


@pytest.mark.parametrize(
    ("text", "plates", "left"),
    [
        ("Clerk saw bkt-419 leave", ["BKT419"], "Clerk saw [plate] leave"),
        ("b k t 4 1 9, BKT 419", ["BKT419"], "[plate], [plate]"),
        ("Saw BKT41 something", ["BKT41?"], "Saw [plate] something"),
        ("Saw BKT 419 and XKT49", ["?KT4*9"], "Saw B[plate] and X[plate]"),
        ("Straße, BKT419", ["BKT419"], "Straße, [plate]"),
        ("Nothing of it", ["BKT419"], "Nothing of it"),
        ("", ["BKT419"], ""),
    ],
)
def test_no_plate_of_the_search_is_left(text: str, plates: list[str], left: str) -> None:
    assert without_plates(text, plates) == left


@given(st.text(max_size=60), st.lists(st.text("ABC14?*", max_size=8), max_size=3))
def test_any_text_and_any_plates_are_taken(text: str, plates: list[str]) -> None:
    assert isinstance(without_plates(text, plates), str)


@pytest.mark.parametrize("text", ["_" * 2000, "A" * 2000, "A_" * 1000, "ABC" * 660])
def test_no_text_takes_long(text: str) -> None:
    begun = time.thread_time()
    without_plates(text, ["*?*ABC", "A?A?A?A?A?A?A?A", "A*A*A*B", "A*?*A", "AB?C*A"])
    assert time.thread_time() - begun < 2
