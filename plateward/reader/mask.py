"""Areas of a camera's picture that are not read: a burned-in time, a fixed sign, private ground."""

from dataclasses import dataclass
from itertools import combinations

import cv2
import numpy as np

from plateward.reader.errors import NotReady
from plateward.reader.frames import Image
from plateward.recognition.types import Engine, Plate

GRAY = (114, 114, 114)
Point = tuple[float, float]  # shares of the picture's width and height, from its upper left corner


@dataclass(frozen=True)
class Mask:
    """A polygon. Raises `NotReady` if the points form none."""

    corners: tuple[Point, ...]

    def __post_init__(self) -> None:
        if len(self.corners) < 3:
            raise NotReady("a mask needs at least three corners")
        if not all(0 <= share <= 1 for corner in self.corners for share in corner):
            raise NotReady(
                "a corner lies outside the picture: give shares of its width and height, 0 to 1, not pixels"
            )
        sides = list(zip(self.corners, (*self.corners[1:], self.corners[0]), strict=True))
        if any(_cross(*side, *other) for side, other in combinations(sides, 2)):
            raise NotReady("its sides cross: give the corners in order around it")
        area = abs(sum(x * other_y - other_x * y for (x, y), (other_x, other_y) in sides)) / 2
        if area < 1e-6:
            raise NotReady("its corners are on one line, so it covers nothing")
        if area > 1 - 1e-6:
            raise NotReady("it covers the whole picture, so nothing would be read")


def parse_mask(text: str) -> Mask:
    """`X,Y X,Y X,Y …`, for example `0,0 1,0 1,0.06 0,0.06`: the upper edge. Raises `NotReady`."""
    try:
        corners = [tuple(float(share) for share in corner.split(",")) for corner in text.split()]
        return Mask(tuple((x, y) for x, y in corners))
    except ValueError:
        problem = "a corner is not two numbers with a comma between them"
    except NotReady as error:
        problem = str(error)
    raise NotReady(
        f"--mask '{text}' cannot be used: {problem}. Give its corners as shares of the picture's width and height, "
        "for example --mask '0,0 1,0 1,0.06 0,0.06' for the upper edge."
    )


class Masks:
    """Reads a picture without what its masks cover. A plate that touches a mask is not read either: half a plate is a
    different plate."""

    def __init__(self, masks: tuple[Mask, ...] = ()) -> None:
        self._masks = masks
        self._covered: Image = np.zeros(
            (0, 0), np.uint8
        )  # at the size of the last picture, 1 where a mask lies

    def read(self, engine: Engine, image: Image) -> list[Plate]:
        """The plates of a BGR picture that lie outside every mask."""
        if not self._masks:
            return engine.read(image)
        height, width = image.shape[:2]
        polygons = [
            np.round(np.array(mask.corners) * (width, height)).astype(np.int32) for mask in self._masks
        ]
        if self._covered.shape != (height, width):
            self._covered = np.asarray(
                cv2.fillPoly(np.zeros((height, width), np.uint8), polygons, (1,)), np.uint8
            )
        hidden = np.asarray(cv2.fillPoly(image.copy(), polygons, GRAY), np.uint8)
        return [plate for plate in engine.read(hidden) if not self._touch(plate)]

    def _touch(self, plate: Plate) -> bool:
        x, y, width, height = plate.box
        left, top = max(0, x), max(0, y)
        return bool(self._covered[top : max(y + height, top), left : max(x + width, left)].any())


def _cross(a: Point, b: Point, c: Point, d: Point) -> bool:
    """Whether the lines a–b and c–d cross inside both; touching ends do not count."""
    return _side(a, b, c) * _side(a, b, d) < 0 and _side(c, d, a) * _side(c, d, b) < 0


def _side(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
