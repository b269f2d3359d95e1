"""Which of the texts in an image are plates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from plateward.recognition import patterns, voting
from plateward.recognition.detector import TextBox
from plateward.recognition.recognizer import TextLine
from plateward.recognition.voting import BoxVerdict

LEAST_SUPPORT = 0.005  # below this a read is noise
NARROWEST, WIDEST = 1.3, 7.0  # width ÷ height of the line of characters on a plate


@dataclass(frozen=True)
class BoxReading:
    """A text box and what its crops say."""

    box: TextBox
    lines: tuple[TextLine, ...]


@dataclass(frozen=True)
class TextPlate:
    """A plate among the text of an image."""

    verdict: BoxVerdict
    box: TextBox


def promising(reading: BoxReading) -> bool:
    """Whether more crops of the box are worth the time."""
    box = reading.box
    return NARROWEST < box.width / box.height < WIDEST and any(
        patterns.SHORTEST - 2 <= len(line.glyphs) <= patterns.LONGEST + 3 for line in reading.lines
    )


def select_plates(readings: list[BoxReading]) -> list[TextPlate]:
    """The plates, best supported first.

    1. Drop dates and times that the camera burned in, and digits beside them, which are broken-off parts.
    2. Drop telephone numbers, addresses, road signs and common words.
    3. Of overlapping boxes, keep the best supported.
    4. Accept a serial of letters alone only if nothing better was read."""
    overlays = [reading.box for reading in readings if _any_line(reading, patterns.is_overlay)]
    candidates = []
    for reading in readings:
        if (
            _any_line(reading, patterns.is_overlay)
            or _any_line(reading, patterns.is_sign)
            or not promising(reading)
        ):
            continue
        verdict = voting.decide_plate(list(reading.lines))
        if verdict is None or verdict.support < LEAST_SUPPORT:
            continue
        if verdict.text.isdigit() and any(_beside(overlay, reading.box) for overlay in overlays):
            continue
        if verdict.text.isalpha() and _any_line(reading, patterns.is_word):
            continue
        candidates.append(TextPlate(verdict, reading.box))
    kept: list[TextPlate] = []
    for candidate in sorted(candidates, key=lambda candidate: -candidate.verdict.support):
        if any(_overlap(better.box, candidate.box) for better in kept):
            continue
        if candidate.verdict.text.isalpha() and kept:
            continue
        kept.append(candidate)
    return kept


def _any_line(reading: BoxReading, rule: Callable[[str], bool]) -> bool:
    return any(rule(line.text) for line in reading.lines)


def _beside(overlay: TextBox, box: TextBox) -> bool:
    """Within two lines above or below it, and less than a line's width to the side."""
    height = max(overlay.height, box.height)
    return (
        abs(overlay.y - box.y) < 2.5 * height
        and abs(overlay.x - box.x) < (overlay.width + box.width) / 2 + 2 * box.height
    )


def _overlap(box: TextBox, other: TextBox) -> bool:
    return (
        abs(box.x - other.x) < 0.7 * (box.width + other.width) / 2
        and abs(box.y - other.y) < 0.5 * (box.height + other.height) / 2
    )
