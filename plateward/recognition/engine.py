"""The engine `text`: detect lines of text, read each from several crops, keep what can be a plate."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from plateward.policy.trace import enforces
from plateward.recognition import models, selection
from plateward.recognition.detector import Detector, box_bounds, crop_box, join_lines
from plateward.recognition.recognizer import Recognizer
from plateward.recognition.selection import BoxReading
from plateward.recognition.types import Plate, Thresholds

REVISION = "1"  # of the rules around the models: raise it whenever a change alters what is read

# How a box is cut out: from the even-lit picture or the plain one, wider and taller by shares of its height. The first
# is the best alone; the others fail on different plates, which makes a vote worthwhile.
FIRST_CROP = (False, 0.1, -0.15)
OTHER_CROPS = ((False, 0.0, 0.0), (False, 0.5, 0.0), (True, 0.1, -0.15))


@enforces("5.a")
class TextEngine:
    """PP-OCRv4 detection and PP-OCRv6 recognition on the CPU. It does not read the state."""

    thresholds = Thresholds(0.0, 0.0)  # its confidence is not a probability on which a threshold could be set

    def __init__(self, threads: int = 1) -> None:
        revisions = (models.model_revision(model) for model in (models.DETECTOR, models.RECOGNIZER))
        self.version = "+".join([f"text-{REVISION}", *revisions])
        self._detector = Detector(threads)
        self._recognizer = Recognizer(threads)

    def read(self, image: NDArray[np.uint8]) -> list[Plate]:
        """The plates in a BGR image of height × width × 3, most trusted first."""
        lit = even_light(image)
        boxes = join_lines(self._detector.find(lit))
        firsts = self._recognizer.read(
            [crop_box(lit if FIRST_CROP[0] else image, box, *FIRST_CROP[1:]) for box in boxes]
        )
        readings = [BoxReading(box, (line,)) for box, line in zip(boxes, firsts, strict=True)]
        worth = [index for index, reading in enumerate(readings) if selection.promising(reading)]
        more = self._recognizer.read(
            [
                crop_box(lit if even else image, boxes[index], *grow)
                for index in worth
                for even, *grow in OTHER_CROPS
            ]
        )
        for place, index in enumerate(worth):
            extra = more[place * len(OTHER_CROPS) : (place + 1) * len(OTHER_CROPS)]
            readings[index] = BoxReading(boxes[index], (firsts[index], *extra))
        return [
            Plate(
                plate.verdict.text,
                None,
                round(min(1.0, plate.verdict.confidence), 4),
                box_bounds(plate.box, image.shape[1], image.shape[0]),
                plate.verdict.characters,
            )
            for plate in selection.select_plates(readings)
        ]


def even_light(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The image with local contrast evened out, so that the detector sees plates in the dark."""
    lab = cv2.cvtColor(image, cv2.COLOR_BGR2LAB)
    lab[..., 0] = cv2.createCLAHE(clipLimit=2.0, tileGridSize=(8, 8)).apply(np.ascontiguousarray(lab[..., 0]))
    return cv2.cvtColor(lab, cv2.COLOR_LAB2BGR).astype(np.uint8, copy=False)
