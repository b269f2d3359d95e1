"""What recognition returns. Cheap to import: loads no model and no image library."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Image = NDArray[np.uint8]  # BGR, height × width × 3


@dataclass(frozen=True)
class Character:
    """A character as read. Scores are probabilities, 0 to 1."""

    char: str
    score: float
    alternatives: tuple[tuple[str, float], ...]  # best first, without `char` itself


@dataclass(frozen=True)
class Plate:
    """A plate in an image."""

    text: str
    state: str | None  # two-letter code; None is unknown, and no engine may guess
    confidence: float  # 0 to 1
    box: tuple[int, int, int, int]  # x, y, width, height in pixels of the image that was read
    characters: tuple[Character, ...]


@dataclass(frozen=True)
class Thresholds:
    """Confidence thresholds from an engine's own calibration; 0 keeps everything."""

    store: float  # a read below this is dropped
    alarm: float  # a read below this is stored but rings no alarm


class Engine(Protocol):
    """Reads plates. Use one instance in one thread at a time."""

    version: str  # names model and revision; stored with each read
    thresholds: Thresholds

    def read(self, image: NDArray[np.uint8]) -> list[Plate]:
        """The plates in a BGR image of height × width × 3, most confident first."""
        ...
