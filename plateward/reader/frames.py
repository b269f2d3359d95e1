"""What a source hands on."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]  # BGR, height × width × 3
TICK = 0.2  # seconds a source may be silent
Say = Callable[[str], None]  # one line for the person at the terminal


@dataclass(frozen=True)
class Frame:
    """One image, taken at `at` (aware, UTC)."""

    image: Image
    at: datetime


class Source(Protocol):
    """Yields frames, and None when nothing new came for a moment so that its user can look at the clock."""

    live: bool  # a live source loses what is not taken in time; a file waits
    missed: int  # frames that passed untaken so far

    def frames(self) -> Iterator[Frame | None]: ...

    def held(self, seconds: float) -> None:
        """No frame could be taken for so long: a file goes on where it stopped."""
        ...
