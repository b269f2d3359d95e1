"""Which state issued a plate: read only from the words above and below the serial.

Colors and designs would name a state more often, and be wrong more often: states share them, and change them every few
years. A plate whose words are too small, covered or ambiguous has no state."""

from __future__ import annotations

import math
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from plateward.recognition.rectify import plate_width, rectify_plate
from plateward.recognition.words import HEIGHT, WordNetwork

LONGEST = 320  # pixels of a strip in the network
SMALLEST: Final = 100  # pixels that a plate must be wide: of ten narrower plates, one has readable words
WIDEST: Final = 256  # pixels of the face that is cut out: words get no clearer beyond this
TOP, BOTTOM = (0.0, 0.27), (0.74, 1.0)  # shares of the height where words stand
SPARED: Final = 6  # letters of a word per allowed wrong letter, so OHIO and IOWA must be exact
_LIKE: Final = str.maketrans("01|5", "OIIS")


@lru_cache
def state_words() -> tuple[tuple[str, str], ...]:
    """Every word of states.toml with its state, longest first: WEST VIRGINIA is not VIRGINIA."""
    table = tomllib.loads(Path(__file__).with_name("states.toml").read_text(encoding="utf-8"))
    pairs = [(word, state) for state, own in table.items() for word in own]
    return tuple(sorted(pairs, key=lambda pair: (-len(pair[0]), pair)))


class StateReader:
    """Reads the words of plates. Use one instance in one thread at a time."""

    def __init__(self, network: WordNetwork) -> None:
        self._network = network

    def read(self, image: NDArray[np.uint8], corners: NDArray[np.float32]) -> str | None:
        """The state of the plate with these corners (4 × 2 pixels of the BGR image), or None if not sure."""
        lines = []
        for strip in strips(image, corners):
            lines.append(capital_letters(self._text(strip)))
            if any(word in lines[-1] for word, _ in state_words() if len(word) > SPARED):
                break  # an exact name: the other strip costs as long and adds nothing
        return named_state(lines)

    def _text(self, strip: NDArray[np.uint8]) -> str:
        best = self._network.steps(strip_blob(strip))[0].argmax(axis=1)
        changed = np.flatnonzero(np.diff(best, prepend=-1))
        return "".join(self._network.characters[best[index]] for index in changed)


def strips(image: NDArray[np.uint8], corners: NDArray[np.float32]) -> list[NDArray[np.uint8]]:
    """The bands above and below the serial, upright; none if the plate is too small for words."""
    wide = plate_width(corners)
    if wide < SMALLEST:
        return []
    width = min(WIDEST, round(wide))
    face = rectify_plate(image, corners, width, width // 2)
    return [face[round(top * len(face)) : round(bottom * len(face))] for top, bottom in (TOP, BOTTOM)]


def strip_blob(strip: NDArray[np.uint8]) -> NDArray[np.float32]:
    """A strip as network input: 1 × 3 × HEIGHT × width, at most LONGEST wide."""
    height, width = strip.shape[:2]
    new_width = min(LONGEST, math.ceil(width * HEIGHT / height))
    scaled = cv2.resize(strip, (new_width, HEIGHT), interpolation=cv2.INTER_CUBIC)
    return np.asarray(scaled.transpose(2, 0, 1)[None], np.float32) / np.float32(127.5) - 1


def capital_letters(text: str) -> str:
    """The capitals of a line, with digits turned into the letters they resemble."""
    return "".join(char for char in text.upper().translate(_LIKE) if "A" <= char <= "Z")


def named_state(lines: list[str]) -> str | None:
    """The state that the lines name, or None if they name none or several."""
    for finder in (_whole, _nearly):
        states: set[str] = set()
        for line in lines:
            states |= finder(line)
        if states:
            return states.pop() if len(states) == 1 else None
    return None


def _whole(line: str) -> set[str]:
    """The states whose words stand in the line letter by letter. A word inside a longer word does not count, nor if one
    letter of the longer word is wrong: _RKANSAS is not KANSAS."""
    states, rest = set(), line
    for word, state in state_words():
        if word in rest:
            longer_states = (
                longer_state
                for longer, longer_state in state_words()
                if word in longer and word != longer and letters_apart(longer, line) <= 1
            )
            states.add(next(longer_states, state))
            rest = rest.replace(word, " ")
    return states


def _nearly(line: str) -> set[str]:
    """The states whose words come nearest to a part of the line, with few enough wrong letters."""
    best: dict[str, float] = {}
    for word, state in state_words():
        wrong = letters_apart(word, line)
        if wrong * SPARED <= len(word):
            best[state] = max(best.get(state, 0.0), len(word) - 3 * wrong)
    return {state for state, score in best.items() if score == max(best.values())}


def letters_apart(word: str, line: str) -> int:
    """The fewest letters to change, add or drop so that the word stands somewhere in the line."""
    row = [0] * (len(line) + 1)
    for index, char in enumerate(word, 1):
        before, row[0] = row[0], index
        for place, letter in enumerate(line, 1):
            before, row[place] = (
                row[place],
                min(row[place] + 1, row[place - 1] + 1, before + (char != letter)),
            )
    return min(row)
