"""A plate's outline leaves out what stands beside the plate."""

from typing import Any, cast

import numpy as np
import pytest

from plateward.recognition import images
from plateward.recognition.characters import CLASSES, CharacterReader, spell
from plateward.recognition.plates import PlateEngine
from plateward.recognition.tests.stand_ins import steps
from plateward.recognition.tightening import DRAWN_IN, is_overfull, tighten
from plateward.testing import reference_path

pytestmark = pytest.mark.clause("5.a/characters")
QUAD = np.array([(0, 0), (200, 0), (200, 50), (0, 50)], np.float32)
IMAGE = np.zeros((50, 200, 3), np.uint8)


class Answers:
    """A recognizer that reads these texts, the wider outline first."""

    def __init__(self, *texts: tuple[str, float]) -> None:
        self.texts = texts

    def read(self, image: Any, quads: list[Any]) -> np.ndarray:
        assert len(quads) == len(DRAWN_IN) == len(self.texts)
        return np.stack([steps(text, sure) for text, sure in self.texts])


def within(*texts: tuple[str, float]) -> tuple[np.ndarray, list[str]] | None:
    """The outline and the text of its looks, from a recognizer that reads these."""
    inner = tighten(cast(CharacterReader, Answers(*texts)), IMAGE, QUAD)
    if inner is None:
        return None
    read = ["".join(CLASSES[int(row.argmax())] for row in spell(look)) for look in inner[1]]
    return inner[0], read


@pytest.mark.parametrize(
    ("text", "over"),
    [("MABC12377", True), ("ABC12377", False), ("ABCDEFGHJK", False), ("5055550199", True)],
)
def test_more_characters_than_a_plate_has_are_too_many_except_vanity_words(text: str, over: bool) -> None:
    assert is_overfull(steps(text)) == over


def test_it_is_drawn_in_to_the_serial_that_two_looks_agree_on() -> None:
    tightened = within(
        ("MABC1237", 0.99), ("ABC1237", 0.99), ("ABC123", 0.9), ("ABC123", 0.95), ("BC123", 0.99)
    )
    assert tightened
    assert tightened[1] == ["ABC123", "ABC123"]
    assert np.allclose(tightened[0][:, 0], (32, 168, 168, 32))  # as in the surer look
    assert np.allclose(tightened[0][:, 1], QUAD[:, 1])


@pytest.mark.parametrize("text", ["055550", "5555019", "M1A2B3C4", "AB", "MABC12377"])
def test_it_stays_as_it_was_where_nothing_inside_is_a_serial(text: str) -> None:
    assert within(*[(text, 0.99)] * 5) is None


def test_one_look_alone_is_not_believed() -> None:
    assert (
        within(("ABC123", 0.99), ("DEF456", 0.99), ("GHJ789", 0.99), ("KLM012", 0.99), ("NPR345", 0.9))
        is None
    )


def test_a_plate_over_another_one_is_read() -> None:
    """As on imported cars: the wider plate of another country shows on both sides."""
    engine = PlateEngine()
    (plate,) = engine.read(images.load_image(reference_path("plates-us", "scenes", "us7.jpg")))
    assert plate.text == "5VCF203"
    assert plate.confidence < engine.thresholds.alarm  # extra characters of the first look count against it
