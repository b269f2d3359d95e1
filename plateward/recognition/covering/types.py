"""What is covered in a picture. Cheap to import: loads no network and no image library."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor

from plateward.ground.labeled import Labeled

Box = tuple[int, int, int, int]  # x, y, width, height in pixels of the picture
BY_HAND = "reviewer"


class CoverKind(Labeled):
    """What a cover hides."""

    FACE = "face", "Face"
    OTHER = "other", "Something else"
    PERSON = "person", "Person"
    PLATE = "plate", "Plate"


@dataclass(frozen=True)
class Cover:
    """One solid rectangle."""

    box: Box
    kind: CoverKind
    found_by: str  # the networks with their version, or BY_HAND
    score: float = 1.0  # 0 to 1; by hand it is 1

    def __post_init__(self) -> None:
        if min(self.box[2:]) < 1:
            raise ValueError("A cover has a size.")

    @property
    def by_hand(self) -> bool:
        """Whether a person drew it."""
        return self.found_by == BY_HAND


def share_under(box: Box, cover: Box) -> float:
    """The share of the box that lies under the cover."""
    (x, y, width, height), (left, top, wide, high) = box, cover
    across = min(x + width, left + wide) - max(x, left)
    down = min(y + height, top + high) - max(y, top)
    return max(0, across) * max(0, down) / (width * height)


def box_within(left: float, top: float, right: float, bottom: float, size: tuple[int, int]) -> Box | None:
    """The box of whole pixels around these sides, as far as it is in a picture of this width and height."""
    x, y = max(0, floor(left)), max(0, floor(top))
    width, height = min(size[0], ceil(right)) - x, min(size[1], ceil(bottom)) - y
    return (x, y, width, height) if width > 0 and height > 0 else None
