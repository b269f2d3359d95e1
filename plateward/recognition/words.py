"""The packaged recognizer of printed text, its head cut to letters, digits and a few signs (plateward_training)."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from plateward.recognition import models

WEIGHTS: Final = Path(__file__).with_name("weights") / "words.onnx"
HEIGHT: Final = 48  # pixels of a line in the network


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
