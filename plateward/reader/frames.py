"""What a source hands on."""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]  # BGR, height × width × 3
TICK = 0.2  # seconds a source may be silent
# Seconds that a frame may wait to be read: one with plates takes longer than it plays, those without make up for it.
LATE = 0.2
Say = Callable[[str], None]  # one line for the person at the terminal


@dataclass(frozen=True)
class Frame:
    """One image, taken at `at` (aware, UTC). A `still` photograph has no next frame that shows the same scene."""

    image: Image
    at: datetime
    still: bool = False


def crop(image: Image, box: tuple[int, int, int, int], margin: float = 0.0) -> Image:
    """What the box holds, and a margin of so many of its sizes; cut to the image, never empty."""
    height, width = image.shape[:2]
    x, y, w, h = box
    left, top = int(max(0, min(x - margin * w, width - 1))), int(max(0, min(y - margin * h, height - 1)))
    right, bottom = int(min(width, x + w * (1 + margin))), int(min(height, y + h * (1 + margin)))
    return image[top : max(bottom, top + 1), left : max(right, left + 1)]


class Source(Protocol):
    """Yields frames, and None when nothing new came for a moment so that its user can look at the clock.

    Its user closes `frames()`; that may wait for a camera that hangs, so whatever must be done comes before.
    """

    live: bool  # a live source loses what is not taken in time; a file waits
    missed: int  # frames that passed untaken so far

    def frames(self) -> Generator[Frame | None]: ...

    def held(self, seconds: float) -> None:
        """No frame could be taken for so long: a file goes on where it stopped."""
        ...
