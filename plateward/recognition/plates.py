"""The project's own engine: corners, characters, state, and confidence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from plateward.ground.policy.trace import enforces
from plateward.recognition import confidence, corners, models, words
from plateward.recognition.characters import WEIGHTS, CharacterReader, certainty
from plateward.recognition.corners import CornerDetector, quad_overlap
from plateward.recognition.rectify import enlarge_quad, plate_width
from plateward.recognition.serial import Serial, decide_serial
from plateward.recognition.state import StateReader
from plateward.recognition.tightening import is_overfull, tighten
from plateward.recognition.types import Plate
from plateward.recognition.words import Opinion, WordNetwork

REVISION = "5"  # of the rules around the models: raise it whenever a change alters what is read

SURE = (
    0.9  # certainty of the first look that makes a second needless: it would cost as long and change nothing
)
WIDER = (0.03, 0.04)  # shares of width and height that the second look adds on each side
WIDEST_PATCH = 640  # pixels of a picture that may be one plate and nothing else
TWINS = 0.5  # intersection over union above which two outlines are the same plate, not a thing on a plate
UNREADABLE = 0.02  # confidence below which a candidate gets no further work
CUT = 0.5  # times a shorter serial's confidence: enough for the longer one around it to win


@dataclass(frozen=True)
class PlateCandidate:
    """A possible plate."""

    corners: NDArray[np.float32]  # 4 × 2 pixels, from the upper left clockwise
    looks: NDArray[np.float32]  # looks × steps × classes: the recognizer's output
    state: str | None
    serial: Serial
    confidence: float  # 0 to 1


@enforces("5.a/characters", "5.c/data")
class PlateEngine:
    """Reads US plates on the CPU with the project's own weights."""

    def __init__(self, threads: int = 1) -> None:
        self.version = f"plates-{REVISION}@{models.weights_digest(corners.WEIGHTS, WEIGHTS, words.WEIGHTS)}"
        self._calibration = confidence.load_calibration()
        self.thresholds = self._calibration.thresholds
        self._detector = CornerDetector(threads)
        self._characters = CharacterReader(threads)
        network = WordNetwork(threads)
        self._opinion = Opinion(network)
        self._state = StateReader(network)

    def read(self, image: NDArray[np.uint8]) -> list[Plate]:
        """The plates in a BGR image of height × width × 3, most trusted first."""
        return [
            Plate(
                candidate.serial.text,
                candidate.state,
                round(candidate.confidence, 4),
                quad_bounds(candidate.corners, image.shape[1], image.shape[0]),
                candidate.serial.characters,
            )
            for candidate in self.candidates(image)
            if candidate.confidence >= self.thresholds.store
        ]

    def candidates(self, image: NDArray[np.uint8]) -> list[PlateCandidate]:
        """Everything in the picture that may be a plate, however unsure, most trusted first: calibration is fitted to
        these. Once the state is known, its forms judge the serial again."""
        judged = (self._with_state(image, candidate) for candidate in without_twins(self._quads(image)))
        return sorted(
            (candidate for candidate in judged if candidate), key=lambda candidate: -candidate.confidence
        )

    def _quads(self, image: NDArray[np.uint8]) -> list[PlateCandidate]:
        candidates = (self._candidate(quad, np.stack(own), None) for quad, own in self._read_twice(image))
        readable = [candidate for candidate in candidates if candidate and candidate.confidence >= UNREADABLE]
        sure = [candidate for candidate in readable if candidate.confidence >= self.thresholds.alarm]
        return [
            *sure,
            *self._with_opinion(
                image, [candidate for candidate in readable if candidate.confidence < self.thresholds.alarm]
            ),
        ]

    def _read_twice(
        self, image: NDArray[np.uint8]
    ) -> Iterable[tuple[NDArray[np.float32], list[NDArray[np.float32]]]]:
        """Outlines, each with the recognizer's output from one or more looks."""
        quads = [*(quad.corners for quad in self._detector.find(image)), *whole_picture_quad(image)]
        if not quads:
            return []
        looks = [[steps] for steps in self._characters.read(image, quads)]
        for index, (first,) in enumerate(looks):
            if is_overfull(first) and (inner := tighten(self._characters, image, quads[index])):
                # Keep the first look: extra characters in it count against the evidence.
                quads[index], looks[index] = inner[0], [*inner[1], first]
        unsure = [index for index, own in enumerate(looks) if len(own) == 1 and certainty(own[0]) < SURE]
        if unsure:
            again = self._characters.read(image, [enlarge_quad(quads[index], *WIDER) for index in unsure])
            for index, second in zip(unsure, again, strict=True):
                looks[index].append(second)
        return zip(quads, looks, strict=True)

    def _with_opinion(self, image: NDArray[np.uint8], unsure: list[PlateCandidate]) -> list[PlateCandidate]:
        """The candidates below the alarm threshold, each with the look of another network added."""
        if not unsure:
            return []
        opinions = self._opinion.read(image, [candidate.corners for candidate in unsure])
        candidates = (
            self._candidate(candidate.corners, np.concatenate([candidate.looks, look[None]]), None)
            for candidate, look in zip(unsure, opinions, strict=True)
        )
        return [candidate for candidate in candidates if candidate and candidate.confidence >= UNREADABLE]

    def _with_state(self, image: NDArray[np.uint8], candidate: PlateCandidate) -> PlateCandidate | None:
        state = self._state.read(image, candidate.corners)
        return self._candidate(candidate.corners, candidate.looks, state) if state else candidate

    def _candidate(
        self, quad: NDArray[np.float32], looks: NDArray[np.float32], state: str | None
    ) -> PlateCandidate | None:
        reading = decide_serial(looks, state)
        if reading is None:
            return None
        return PlateCandidate(
            quad, looks, state, reading, self._calibration.confidence(reading, plate_width(quad))
        )


def whole_picture_quad(image: NDArray[np.uint8]) -> list[NDArray[np.float32]]:
    """The outline of the whole picture as a plate, if the shape and size fit: some cameras send such patches. The
    detector cannot find a plate that fills the picture, since it has no edges there."""
    height, width = image.shape[:2]
    if width > WIDEST_PATCH or not 1.4 < width / height < 3.2:
        return []
    return [np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)]


def without_twins(candidates: list[PlateCandidate]) -> list[PlateCandidate]:
    """A single outline per plate, and none for a thing on a plate, such as a sticker. Most trusted first.

    Of two outlines of one plate the surer stays. But a serial with its end cut off reads as surely as a whole one, so
    the longer stays if it contains the shorter."""
    kept: list[PlateCandidate] = []
    for candidate in sorted(candidates, key=lambda candidate: -cv2.contourArea(candidate.corners)):
        around = [other for other in kept if _inside(candidate, other)]
        twins = [other for other in around if quad_overlap(candidate.corners, other.corners) >= TWINS]
        if len(twins) < len(around) or any(_prevails(other, candidate) for other in twins):
            continue
        kept = [other for other in kept if all(other is not twin for twin in twins)]
        kept.append(candidate)
    return sorted(kept, key=lambda candidate: -candidate.confidence)


def _prevails(candidate: PlateCandidate, other: PlateCandidate) -> bool:
    if candidate.serial.text != other.serial.text:
        if other.serial.text in candidate.serial.text:
            return candidate.confidence >= CUT * other.confidence
        if candidate.serial.text in other.serial.text:
            return other.confidence < CUT * candidate.confidence
    return candidate.confidence >= other.confidence


def _inside(candidate: PlateCandidate, other: PlateCandidate) -> bool:
    common, _ = cv2.intersectConvexConvex(candidate.corners, other.corners)
    return bool(common > 0.6 * cv2.contourArea(candidate.corners))


def quad_bounds(quad: NDArray[np.float32], width: int, height: int) -> tuple[int, int, int, int]:
    """x, y, width, height of the upright rectangle around the corners, within an image of that size."""
    left, top = np.maximum(np.floor(quad.min(axis=0)), 0).astype(int).tolist()
    right, bottom = np.minimum(np.ceil(quad.max(axis=0)), (width, height)).astype(int).tolist()
    return left, top, max(1, right - left), max(1, bottom - top)
