"""What recognition hands on. Cheap to import: no model, no image library is loaded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Image = NDArray[np.uint8]  # BGR, height × width × 3


@dataclass(frozen=True)
class Character:
    """One character as read. Scores are probabilities, 0 to 1."""

    char: str
    score: float
    alternatives: tuple[tuple[str, float], ...]  # best first, without `char` itself


@dataclass(frozen=True)
class Plate:
    """One plate in one image."""

    text: str
    state: str | None  # two-letter code; None is unknown, and no engine may guess it
    confidence: float  # 0 to 1
    box: tuple[int, int, int, int]  # x, y, width, height in pixels of the image that was read
    characters: tuple[Character, ...]


@dataclass(frozen=True)
class Thresholds:
    """Confidences that an engine's own calibration asks for; 0 keeps everything."""

    store: float  # a read below this is dropped
    alarm: float  # a read below this is stored, and rings no alarm


class Engine(Protocol):
    """Reads plates. One instance may be used by one thread at a time."""

    version: str  # names model and revision; it is kept with each read
    thresholds: Thresholds

    def read(self, image: NDArray[np.uint8]) -> list[Plate]:
        """The plates in a BGR image of height × width × 3, most confident first."""
        ...
