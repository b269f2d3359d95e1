"""What must be covered in a picture: every plate, every face, and the head and shoulders around each face.

No network here knows people as a whole: whoever shows no face is for the person who reviews the picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from plateward.recognition import corners, models
from plateward.recognition.corners import CornerDetector
from plateward.recognition.covering import faces
from plateward.recognition.covering.faces import FaceFinder
from plateward.recognition.covering.types import Box, Cover, CoverKind, box_within
from plateward.recognition.plates import quad_bounds

# Of the networks' scores. Low: a cover too many is taken away by a person, a plate too many is not brought back.
PLATE_SURE, FACE_SURE = 0.25, 0.2
MARGIN, LEAST = 0.15, 8  # around a plate: share of its sides, and pixels, which is a block of a JPEG
# A face's box grows to head and shoulders: shares of its sides to the left and right, above, and below.
BESIDE, ABOVE, BELOW = 1.0, 0.6, 1.4
HIDDEN = 0.5  # share of what is found that lies under covers, above which it is covered
COVERED_AS = {CoverKind.PLATE: CoverKind.PLATE, CoverKind.FACE: CoverKind.PERSON}


@dataclass(frozen=True)
class Sight:
    """A plate or a face, as tight as its network draws it."""

    box: Box
    kind: CoverKind
    score: float  # 0 to 1
    corners: NDArray[np.float32] | None = None  # of a plate: 4 × 2 pixels

    @property
    def is_sure(self) -> bool:
        """Whether the reader would take it for what it says."""
        return self.kind is CoverKind.FACE or self.score >= corners.THRESHOLD


class CoverFinder:
    """Finds plates and faces in a BGR picture. One instance may be used by one thread at a time."""

    def __init__(self, threads: int = 1) -> None:
        self.version = f"covers-2@{models.weights_digest(corners.WEIGHTS, faces.WEIGHTS)}"
        self._plates = CornerDetector(threads)
        self._faces = FaceFinder(threads)

    def sights(self, image: NDArray[np.uint8], *, faces: bool = True) -> list[Sight]:
        """What one sharp look sees, or plates alone."""
        height, width = image.shape[:2]
        found = self._faces.find(image, FACE_SURE) if faces else []
        return [
            *(
                Sight(quad_bounds(quad.corners, width, height), CoverKind.PLATE, quad.score, quad.corners)
                for quad in self._plates.find(image, PLATE_SURE)
            ),
            *(Sight(box, CoverKind.FACE, score) for box, score in found),
        ]


def is_hidden(box: Box, covers: Sequence[Box]) -> bool:
    """Whether most of the box lies under the covers, taken together."""
    x, y, width, height = box
    under = np.zeros((height, width), np.uint8)
    for left, top, wide, high in covers:
        under[max(0, top - y) : max(0, top + high - y), max(0, left - x) : max(0, left + wide - x)] = 1
    return float(under.mean()) >= HIDDEN


def cover_of(seen: Sight, size: tuple[int, int], found_by: str) -> Cover:
    """Its cover in a picture of this width and height, with a margin."""
    x, y, width, height = seen.box
    if seen.kind is CoverKind.FACE:
        beside, above, below = BESIDE * width, ABOVE * height, BELOW * height
    else:
        beside, above, below = (MARGIN * side + LEAST for side in (width, height, height))
    box = box_within(x - beside, y - above, x + width + beside, y + height + below, size)
    return Cover(box or seen.box, COVERED_AS[seen.kind], found_by, round(seen.score, 3))
