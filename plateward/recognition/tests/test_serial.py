"""From probabilities to a serial."""

import numpy as np
import pytest

from plateward.recognition.characters import CLASSES, spell
from plateward.recognition.serial import decide_serial, likeliest_serial
from plateward.recognition.tests.stand_ins import steps


def test_a_run_is_one_character_and_a_blank_parts_two() -> None:
    answer = steps("AAB1")
    answer[8] = answer[7]  # the 1 lasts two steps
    assert [CLASSES[row.argmax()] for row in spell(answer)] == list("AAB1")


@pytest.mark.parametrize(
    ("read", "doubts", "text"),
    [
        ("ZA9043J", {0: "2"}, "2A9043J"),  # an issued form separates 2 from Z
        ("ABC1Z34", {4: "2"}, "ABC1234"),
        ("26358I9", {5: "1"}, "2635819"),  # digits alone are issued, and I is rare
        ("ABC12Z4", None, "ABC12Z4"),  # where the network is sure, it wins
        ("K0C1234", None, "KOC1234"),  # O and 0 look alike, and only LLLNNNN is issued
        ("100ABC", None, "100ABC"),
        ("X0X0X0", None, "X0X0X0"),  # neither LNLNLN nor LLLLLL is issued
    ],
)
def test_the_form_of_the_serial_decides_only_what_is_open(
    read: str, doubts: dict[int, str] | None, text: str
) -> None:
    serial = decide_serial(steps(read, doubts=doubts)[None])
    assert serial is not None
    assert serial.text == text


def test_what_was_open_stays_among_the_alternatives() -> None:
    serial = decide_serial(steps("ZA9043J", doubts={0: "2"})[None])
    assert serial is not None
    char, share = serial.characters[0].alternatives[0]
    assert char == "Z"
    assert share == pytest.approx(0.52, abs=0.01)
    zero = decide_serial(steps("X0X0X0")[None])
    assert zero is not None
    assert zero.characters[1].alternatives[0][0] == "O"


def test_looks_that_disagree_make_a_read_less_sure() -> None:
    agreed = decide_serial(np.stack([steps("ABC1234"), steps("ABC1234")]))
    cut = decide_serial(np.stack([steps("ABC1234"), steps("ABC123", sure=0.9)]))
    other = decide_serial(np.stack([steps("ABC1234"), steps("ABC1284", sure=0.9)]))
    assert agreed is not None
    assert cut is not None
    assert other is not None
    assert cut.text == other.text == "ABC1234"
    assert agreed.evidence > cut.evidence
    assert agreed.evidence > other.evidence


def test_the_state_knows_which_form_is_likely() -> None:
    open_ = steps("ZC23587", doubts={0: "2"})[None]
    here, there = decide_serial(open_, "ID"), decide_serial(steps("2BC123", doubts={0: "Z"})[None], "NM")
    assert here is not None
    assert there is not None
    assert (here.text, there.text) == ("2C23587", "ZBC123")


@pytest.mark.parametrize("text", ["", "A", "A1", "ABCDEFGH1", "00000"])
def test_text_too_short_too_long_or_never_issued_is_no_serial(text: str) -> None:
    assert decide_serial(steps(text)[None]) is None


def test_all_zeros_and_ohs_are_weighed_without_end() -> None:
    assert set(likeliest_serial(np.array(spell(steps("00000000"))))) <= {"0", "O"}
