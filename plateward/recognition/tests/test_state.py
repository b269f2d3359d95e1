"""A state comes from a plate's words, or not at all."""

import cv2
import numpy as np
import pytest

from plateward.recognition.state import StateReader, capital_letters, named_state
from plateward.recognition.words import WordNetwork


@pytest.mark.parametrize(
    ("lines", "state"),
    [
        (["NEWMEXICO", "LANDOFENCHANTMENT"], "NM"),
        (["WESTVIRGINIA", ""], "WV"),  # not Virginia
        (["WASHINGTONDC", ""], "DC"),
        (["WASHINGTON", "EVERGREENSTATE"], "WA"),
        (["RKANSAS", ""], "AR"),  # not Kansas: the longer name is one letter off
        (["KANSAS", ""], "KS"),
        (["LONISIANA", ""], "LA"),  # a letter misread
        (["OHIU", ""], None),  # a name of four letters must be exact
        (["MARYLAND", "ALABAMA"], None),  # a plate that names two states names none
        (["GRANDCANYON", ""], None),
        (["", "GREATLAKES"], "MI"),
        (["", capital_letters("10,000 lakes")], "MN"),
        (["", ""], None),
    ],
)
def test_the_words_name_the_state(lines: list[str], state: str | None) -> None:
    assert named_state(lines) == state


def test_digits_that_look_like_letters_are_read_as_such() -> None:
    assert capital_letters("MAR 0REG0N 97") == "MAROREGON"


def test_a_plate_too_small_for_words_has_no_state() -> None:
    image = np.full((60, 120, 3), 255, np.uint8)
    cv2.putText(image, "TEXAS", (20, 14), cv2.FONT_HERSHEY_SIMPLEX, 0.4, (0, 0, 0), 1, cv2.LINE_AA)
    corners = np.array([(20, 5), (80, 5), (80, 35), (20, 35)], np.float32)
    assert StateReader(WordNetwork(1)).read(image, corners) is None


def test_words_are_read_from_the_picture() -> None:
    image = np.full((200, 400, 3), 255, np.uint8)
    cv2.putText(image, "OREGON", (120, 42), cv2.FONT_HERSHEY_SIMPLEX, 1.3, (60, 20, 20), 3, cv2.LINE_AA)
    corners = np.array([(0, 0), (400, 0), (400, 200), (0, 200)], np.float32)
    assert StateReader(WordNetwork(1)).read(image, corners) == "OR"
    assert StateReader(WordNetwork(1)).read(np.full_like(image, 255), corners) is None
