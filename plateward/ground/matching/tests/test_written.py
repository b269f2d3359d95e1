"""However a plate is entered, it is letters and digits, with blanks, dashes and dots between them."""

import string

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from plateward.ground.matching.normalize import normalize
from plateward.ground.matching.written import MAX_PLATE, why_no_plate

SIGNS = string.ascii_letters + string.digits + " -.?*<>=+@'\"/\\;,\t\n\x00½★ſıß７Ａ"


@pytest.mark.parametrize("text", ["ABC123", "bkt 419", "AB-12.34", "A", "0" * MAX_PLATE])
def test_it_takes_what_plates_are_made_of(text: str) -> None:
    assert why_no_plate(text) == ""


@pytest.mark.parametrize(
    "text",
    [
        *(
            "ABC<1>",
            "=1+1",
            "+1",
            "@A1",
            "A\t1",
            "A\n1",
            "ABC'1",
            "A/1",
            "A;1",
            "A,1",
            "ABC½",
            "A★1",
            "A\x001",
        ),
        *("ſBC1", "ıBC1", "ABCß1", "ＡBC1", "ABC７", "A\u200bB", "ABC?23", "AB*", "", " ", "-.-", "A" * 11),
    ],
)
def test_it_takes_nothing_else(text: str) -> None:
    assert why_no_plate(text) != ""


@pytest.mark.parametrize("text", ["ABC?23", "ABC*", "*ABC", "?b-c1?"])
def test_a_part_of_a_plate_may_leave_characters_open(text: str) -> None:
    assert why_no_plate(text, whole=False) == ""
    assert why_no_plate(text) != ""


@given(st.text(alphabet=SIGNS, max_size=24) | st.text(max_size=24), st.booleans())
@example("ſBC1", True)
def test_what_is_taken_is_made_of_these_characters_alone(text: str, whole: bool) -> None:
    if why_no_plate(text, whole=whole):
        return
    allowed = string.ascii_letters + string.digits + " -." + ("" if whole else "?*")
    assert set(text) <= set(allowed)
    assert 1 <= len(normalize(text)) <= MAX_PLATE
    assert normalize(text.upper()) == normalize(text)
