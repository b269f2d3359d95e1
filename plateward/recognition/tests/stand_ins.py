"""Lines as the recogniser would give them, without running it."""

from plateward.recognition.detector import TextBox
from plateward.recognition.recogniser import ALPHABET, Glyph, Line


def glyph(char: str, score: float = 0.98, other: str = "", share: float = 0.0) -> Glyph:
    known = {char: score, other: share}
    return Glyph(char, score, tuple(known.get(each, 0.0) for each in ALPHABET))


def line(text: str, score: float = 0.98) -> Line:
    return Line(tuple(glyph(char, score) for char in text))


def box(x: float, y: float, width: float = 100, height: float = 30, angle: float = 0) -> TextBox:
    return TextBox(x, y, width, height, angle, 0.9)
