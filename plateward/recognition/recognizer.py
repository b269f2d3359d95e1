"""The text of a line: the PP-OCR recognizer, decoded so that every character keeps its alternatives."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from plateward.recognition import models
from plateward.recognition.characters import peaks

ALPHABET: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
_INDEX: Final = {char: index for index, char in enumerate(ALPHABET)}
HEIGHT: Final = 48  # pixels, fixed by the network
WIDEST: Final = 480  # pixels; a line longer than ten times its height is not a plate, and costs time


@dataclass(frozen=True)
class Glyph:
    """One character of a line."""

    char: str  # as the network names it
    score: float
    shares: tuple[float, ...]  # probability of each character of ALPHABET, lower case counted with upper


@dataclass(frozen=True)
class TextLine:
    """The text of a crop with everything the network saw: punctuation, spaces, other scripts."""

    glyphs: tuple[Glyph, ...]

    @property
    def text(self) -> str:
        return "".join(glyph.char for glyph in self.glyphs)


class Recognizer:
    """Reads crops of single lines of text."""

    def __init__(self, threads: int) -> None:
        self._session = models.open_session(models.RECOGNIZER, threads)
        self._input = self._session.get_inputs()[0].name
        characters = self._session.get_modelmeta().custom_metadata_map["character"].split("\n")
        self._characters = ["", *characters, " "]
        folded = [(index, char.upper()) for index, char in enumerate(self._characters)]
        plate = [(index, _INDEX[char]) for index, char in folded if char in _INDEX]
        self._classes = np.array([index for index, _ in plate])
        self._fold = np.zeros((len(plate), len(ALPHABET)), np.float32)
        self._fold[range(len(plate)), [column for _, column in plate]] = 1

    def read(self, crops: list[NDArray[np.uint8]]) -> list[TextLine]:
        """A line for each BGR crop, in order. Crops of similar width share a run."""
        lines = [TextLine(())] * len(crops)
        scaled = [_scale(crop) for crop in crops]
        order = sorted(range(len(crops)), key=lambda index: scaled[index].shape[1])
        while order:
            # A batch is as wide as its widest crop: crops more than a quarter narrower wait for the next.
            widest = scaled[order[-1]].shape[1]
            batch = [index for index in order if scaled[index].shape[1] * 4 >= widest * 3]
            order = order[: -len(batch)]
            blob = np.zeros((len(batch), 3, HEIGHT, widest), np.float32)
            for row, index in enumerate(batch):
                crop = scaled[index]
                blob[row, :, :, : crop.shape[1]] = crop.transpose(2, 0, 1) / np.float32(127.5) - 1
            output = self._session.run(None, {self._input: blob})[0]
            for index, probabilities in zip(batch, output, strict=True):
                lines[index] = self._decode(probabilities)
        return lines

    def _decode(self, probabilities: NDArray[np.float32]) -> TextLine:
        glyphs = []
        for step in peaks(probabilities):
            best, shares = int(probabilities[step].argmax()), probabilities[step, self._classes] @ self._fold
            glyphs.append(
                Glyph(self._characters[best], float(probabilities[step, best]), tuple(shares.tolist()))
            )
        return TextLine(tuple(glyphs))


def _scale(crop: NDArray[np.uint8]) -> NDArray[np.uint8]:
    height, width = crop.shape[:2]
    new_width = min(WIDEST, max(HEIGHT // 2, math.ceil(width * HEIGHT / height)))
    return cv2.resize(crop, (new_width, HEIGHT), interpolation=cv2.INTER_CUBIC).astype(np.uint8, copy=False)
