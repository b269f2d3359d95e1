"""What a plate says: the project's own recognizer, run on rectified plates."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from plateward.recognition import models
from plateward.recognition.rectify import rectify_plate

WEIGHTS: Final = Path(__file__).with_name("weights") / "characters.onnx"
WIDTH, HEIGHT = 192, 48  # pixels, as it was trained
BAND: Final = (0.1, 0.92)  # shares of a plate's height between which the serial stands; the rest is words
CLASSES: Final = (
    "0123456789ABCDEFGHIJKLMNPQRSTUVWXYZ"  # O and 0 share a class: see plateward_training/recognizer.py
)
BLANK: Final = 0
LEAST_CONTRAST: Final = 110  # of 255, between the darkest and the lightest parts of a face
MOST_RAISED: Final = 12  # times; beyond this only noise is raised


class CharacterReader:
    """Reads the characters of plates whose corners are known. One instance may be used by one thread at a time."""

    def __init__(self, threads: int, weights: Path = WEIGHTS) -> None:
        self._session = models.open_session(weights, threads)

    def read(self, image: NDArray[np.uint8], plates: list[NDArray[np.float32]]) -> NDArray[np.float32]:
        """Probabilities for each outline (4 × 2 pixels of the BGR image): plates × steps × (1 + CLASSES)."""
        answer: NDArray[np.float32] = self._session.run(None, {"x": face_blob(image, plates, BAND)})[0]
        return answer


def face_blob(
    image: NDArray[np.uint8], plates: list[NDArray[np.float32]], band: tuple[float, float]
) -> NDArray[np.float32]:
    """Faces as network input: plates × 3 × HEIGHT × WIDTH, from -1 to 1."""
    faces = np.stack([plate_face(image, corners, band) for corners in plates])
    return faces.transpose(0, 3, 1, 2).astype(np.float32) / np.float32(127.5) - 1


def plate_face(
    image: NDArray[np.uint8], corners: NDArray[np.float32], band: tuple[float, float] = BAND
) -> NDArray[np.uint8]:
    """The plate as the network sees it, HEIGHT × WIDTH × 3: the band of the serial, upright, with enough contrast."""
    left, right = corners[3] - corners[0], corners[2] - corners[1]
    top, bottom = band
    strip = (
        corners[0] + top * left,
        corners[1] + top * right,
        corners[1] + bottom * right,
        corners[0] + bottom * left,
    )
    return raise_contrast(rectify_plate(image, np.stack(strip), WIDTH, HEIGHT))


def raise_contrast(face: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The face (height × width × 3), its contrast raised to LEAST_CONTRAST if lower: at night and in haze a plate's ink
    and paper may be a few gray levels apart."""
    height, width = face.shape[:2]
    inner = face[height // 6 : height - height // 6, width // 12 : width - width // 12]
    low, high = np.percentile(cv2.cvtColor(inner, cv2.COLOR_BGR2GRAY), (2, 98))
    if high - low >= LEAST_CONTRAST:
        return face
    times = min(LEAST_CONTRAST / max(high - low, 1.0), MOST_RAISED)
    raised = (face.astype(np.float32) - np.float32((low + high) / 2)) * np.float32(times) + 128
    return np.asarray(np.clip(raised, 0, 255), np.uint8)


def spell(steps: NDArray[np.float32]) -> list[NDArray[np.float32]]:
    """The characters of one network output (steps × classes): for each, its probabilities over CLASSES where it is
    surest, which sum to at most 1; the remainder is the probability that there is no character.

    Connectionist temporal classification: equal neighbors are one character, and blanks separate them."""
    best = steps.argmax(axis=1)
    runs = np.split(np.arange(len(best)), np.flatnonzero(np.diff(best)) + 1)
    surest = [run[steps[run, best[run[0]]].argmax()] for run in runs if best[run[0]] != BLANK]
    return [steps[step, 1:] for step in surest]


def certainty(steps: NDArray[np.float32]) -> float:
    """The probability of the best path: the best class of every step, multiplied."""
    return float(np.exp(np.log(np.maximum(steps.max(axis=1), 1e-6)).sum()))
