"""What networks would answer, without running them."""

import numpy as np

from plateward.recognition.characters import BLANK, CLASSES
from plateward.recognition.detector import TextBox
from plateward.recognition.recognizer import ALPHABET, Glyph, Line


def glyph(char: str, score: float = 0.98, other: str = "", share: float = 0.0) -> Glyph:
    known = {char: score, other: share}
    return Glyph(char, score, tuple(known.get(each, 0.0) for each in ALPHABET))


def line(text: str, score: float = 0.98) -> Line:
    return Line(tuple(glyph(char, score) for char in text))


def box(x: float, y: float, width: float = 100, height: float = 30, angle: float = 0) -> TextBox:
    return TextBox(x, y, width, height, angle, 0.9)


def steps(text: str, sure: float = 0.98, doubts: dict[int, str] | None = None) -> np.ndarray:
    """A network's answer for a text; `doubts`: at these characters, what has nearly as much."""
    answer = np.full((24, 1 + len(CLASSES)), 1e-5, np.float32)
    answer[:, BLANK] = 1
    for place, char in enumerate(text):
        row = answer[1 + 2 * place]
        row[BLANK] = 1e-5
        row[1 + CLASSES.index(char)] = sure
        if doubts and place in doubts:
            row[1 + CLASSES.index(char)] = 0.52
            row[1 + CLASSES.index(doubts[place])] = 0.44
    return answer
