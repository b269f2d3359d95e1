"""The packaged recognizer of printed text, its head cut to letters, digits and a few signs (plateward_training); and
its opinion on a serial, if the project's own network is unsure.

The two err on different plates. The project's own takes a slanted 7 for a Z because no rendered die has one; this one
has seen print of all kinds, and misses what only plates have, such as stacked letters."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from plateward.recognition import models
from plateward.recognition.characters import BLANK, CLASSES, face_blob

WEIGHTS: Final = Path(__file__).with_name("weights") / "words.onnx"
HEIGHT: Final = 48  # pixels of a line in the network
LINE: Final = (0.23, 0.8)  # shares of a plate's height that hold the serial alone: it reads a single line


class WordNetwork:
    """Reads a line of any text. Use one instance in one thread at a time."""

    def __init__(self, threads: int, weights: Path = WEIGHTS) -> None:
        self._session = models.open_session(weights, threads)
        characters = self._session.get_modelmeta().custom_metadata_map["character"].split("\n")
        self.characters = ("", *characters)  # its classes, the blank first

    def steps(self, blob: NDArray[np.float32]) -> NDArray[np.float32]:
        """Probabilities, lines × steps × classes, of n × 3 × HEIGHT × width in -1 to 1."""
        answer: NDArray[np.float32] = self._session.run(None, {"x": blob})[0]
        return answer


class Opinion:
    """Reads the serials of plates as print. Use one instance in one thread at a time."""

    def __init__(self, network: WordNetwork) -> None:
        self._network = network
        self._folded = np.zeros((len(network.characters), 1 + len(CLASSES)), np.float32)
        for index, char in enumerate(network.characters):
            self._folded[index, _class(char)] = 1

    def read(self, image: NDArray[np.uint8], plates: list[NDArray[np.float32]]) -> NDArray[np.float32]:
        """Probabilities, plates × steps × (1 + CLASSES), as from `CharacterReader`."""
        return np.asarray(self._network.steps(face_blob(image, plates, LINE)) @ self._folded, np.float32)


def _class(char: str) -> int:
    """The recognizer's class for a printed character; signs have none."""
    own = char.upper().replace("O", "0")
    return 1 + CLASSES.index(own) if len(own) == 1 and own in CLASSES else BLANK
