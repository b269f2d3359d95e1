"""The engine `text`: detect lines of text, read each from a few crops, keep what can be a plate."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from plateward.policy.trace import enforces
from plateward.recognition import models, selection
from plateward.recognition.candidates import bounds, crop, joined
from plateward.recognition.detector import Detector
from plateward.recognition.recognizer import Recognizer
from plateward.recognition.selection import Reading
from plateward.recognition.types import Plate, Thresholds

REVISION = "1"  # of the rules around the models: raise it whenever a change alters what is read

# How a box is cut out: from the even-lit picture or the plain one, wider and taller by shares of its height.
# The first is the best alone; the others fail on other plates, which is what makes a vote worth having.
FIRST = (False, 0.1, -0.15)
OTHERS = ((False, 0.0, 0.0), (False, 0.5, 0.0), (True, 0.1, -0.15))


@enforces("5.a")
class TextEngine:
    """PP-OCRv4 detection and PP-OCRv6 recognition on the CPU. The state is never told: it is not read."""

    thresholds = Thresholds(0.0, 0.0)  # its confidence is no probability that a line could be drawn at

    def __init__(self, threads: int = 1) -> None:
        self.version = (
            f"text-{REVISION}+{models.revision(models.DETECTOR)}+{models.revision(models.RECOGNIZER)}"
        )
        self._detector = Detector(threads)
        self._recognizer = Recognizer(threads)

    def read(self, image: NDArray[np.uint8]) -> list[Plate]:
        """The plates in a BGR image of height × width × 3, most trusted first."""
        lit = even_light(image)
        boxes = joined(self._detector.find(lit))
        firsts = self._recognizer.read([crop(lit if FIRST[0] else image, box, *FIRST[1:]) for box in boxes])
        readings = [Reading(box, (line,)) for box, line in zip(boxes, firsts, strict=True)]
        worth = [index for index, reading in enumerate(readings) if selection.promising(reading)]
        more = self._recognizer.read(
            [crop(lit if even else image, boxes[index], *grow) for index in worth for even, *grow in OTHERS]
        )
        for place, index in enumerate(worth):
            extra = more[place * len(OTHERS) : (place + 1) * len(OTHERS)]
            readings[index] = Reading(boxes[index], (firsts[index], *extra))
        return [
            Plate(
                found.verdict.text,
                None,
                round(min(1.0, found.verdict.confidence), 4),
                bounds(found.box, image.shape[1], image.shape[0]),
                found.verdict.characters,
            )
            for found in selection.plates(readings)
        ]


def even_light(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The image with local contrast evened out, which shows the detector plates that lie in the dark."""
    lab = cv2.cvtColor(image, cv2.COLOR_BGR2LAB)
    lab[..., 0] = cv2.createCLAHE(clipLimit=2.0, tileGridSize=(8, 8)).apply(np.ascontiguousarray(lab[..., 0]))
    return cv2.cvtColor(lab, cv2.COLOR_LAB2BGR).astype(np.uint8, copy=False)
