"""What a source yields."""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]  # BGR, height × width × 3
TICK = 0.2  # seconds a source may be silent
# Seconds that a frame may wait to be read: a frame with plates takes longer than it plays, others make up for it.
LATE = 0.2
Say = Callable[[str], None]  # writes a line to the log, without a plate


@dataclass(frozen=True)
class Frame:
    """An image taken at `at` (aware, UTC). A `still` photograph has no next frame of the same scene."""

    image: Image
    at: datetime
    still: bool = False


def crop(image: Image, box: tuple[int, int, int, int], margin: float = 0.0) -> Image:
    """The contents of the box plus a margin in shares of its size, cut to the image, never empty."""
    height, width = image.shape[:2]
    x, y, w, h = box
    left, top = int(max(0, min(x - margin * w, width - 1))), int(max(0, min(y - margin * h, height - 1)))
    right, bottom = int(min(width, x + w * (1 + margin))), int(min(height, y + h * (1 + margin)))
    return image[top : max(bottom, top + 1), left : max(right, left + 1)]


class Source(Protocol):
    """Yields frames, or None when nothing new came for a moment, so that the caller can look at the clock.

    The caller closes `frames()`. That may wait for a camera that hangs, so do anything urgent first.
    """

    live: bool  # a live source loses frames that are not taken in time; a file waits
    missed: int  # frames not taken so far
    problem: str  # why it gives no images now; empty if it does

    def frames(self) -> Generator[Frame | None]: ...

    def pause(self, seconds: float) -> None:
        """No frame could be taken for this long: a file goes on where it stopped."""
        ...
