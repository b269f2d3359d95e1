"""The other network, which gives an opinion when the project's own is unsure."""

import cv2
import numpy as np
import pytest

from plateward.recognition.characters import CLASSES, spell
from plateward.recognition.plates import PlateEngine
from plateward.recognition.tests.stand_ins import steps
from plateward.recognition.words import Opinion, WordNetwork

PICTURE = np.zeros((200, 400, 3), np.uint8)  # shaped like a plate: the whole picture may be one


def test_it_reads_the_line_of_the_serial_o_as_zero_and_no_words() -> None:
    image = np.full((200, 400, 3), 255, np.uint8)
    for text, place, size in (("OREGON", (120, 36), 1.0), ("CO7 2XB", (40, 130), 2.4)):
        cv2.putText(image, text, place, cv2.FONT_HERSHEY_SIMPLEX, size, (60, 20, 20), 5, cv2.LINE_AA)
    corners = np.array([(0, 0), (400, 0), (400, 200), (0, 200)], np.float32)
    both = Opinion(WordNetwork(1)).read(image, [corners, corners])
    assert both.shape[0] == 2
    assert both.shape[2] == 1 + len(CLASSES)
    assert both.sum(axis=2) == pytest.approx(1, abs=0.02)
    assert ["".join(CLASSES[row.argmax()] for row in spell(answer)) for answer in both] == ["C072XB"] * 2


@pytest.mark.parametrize(
    ("own", "sure", "read", "second_opinion"),
    [
        ("AB0MZV", 0.6, "AB0M7V", True),  # an issued form, and another network that is sure
        ("AB0M7V", 0.999, "AB0M7V", False),
    ],
)
def test_another_network_is_consulted_when_the_projects_own_is_unsure(
    monkeypatch: pytest.MonkeyPatch, own: str, sure: float, read: str, second_opinion: bool
) -> None:
    engine, batches = PlateEngine(), []

    def other(_: np.ndarray, plates: list[np.ndarray]) -> np.ndarray:
        batches.append(len(plates))
        return np.stack([steps("AB0M7V", 0.99)] * len(plates))

    monkeypatch.setattr(
        engine._characters, "read", lambda _, plates: np.stack([steps(own, sure)] * len(plates))
    )
    monkeypatch.setattr(engine._opinion, "read", other)
    [plate] = engine.read(PICTURE)
    assert plate.text == read
    assert bool(batches) == second_opinion
