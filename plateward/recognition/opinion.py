"""What a network that learned no rendered plate makes of a serial: asked where the project's own is not sure.

The two are wrong at different plates. The own one takes a slanted 7 for a Z where no rendered die has one; this one has
seen print of all kinds, and passes over what only plates have, such as stacked letters."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from plateward.recognition.characters import BLANK, CLASSES, face_blob
from plateward.recognition.words import WordNetwork

LINE: Final = (0.23, 0.8)  # shares of a plate's height around the serial alone: it reads one line


class Opinion:
    """Reads the serials of plates as print. One instance may be used by one thread at a time."""

    def __init__(self, network: WordNetwork) -> None:
        self._network = network
        self._folded = np.zeros((len(network.characters), 1 + len(CLASSES)), np.float32)
        for index, char in enumerate(network.characters):
            self._folded[index, _class(char)] = 1

    def read(self, image: NDArray[np.uint8], plates: list[NDArray[np.float32]]) -> NDArray[np.float32]:
        """Probabilities, plates × steps × (1 + CLASSES), as `CharacterReader` gives them."""
        return np.asarray(self._network.steps(face_blob(image, plates, LINE)) @ self._folded, np.float32)


def _class(char: str) -> int:
    """The class of the recognizer that a character of print counts for; signs are nothing."""
    own = char.upper().replace("O", "0")
    return 1 + CLASSES.index(own) if len(own) == 1 and own in CLASSES else BLANK
