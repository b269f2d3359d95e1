"""Whether a covered picture may leave: two readers and both finders look at it as a stranger would."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from plateward.ground.policy.trace import enforces
from plateward.recognition.characters import certainty
from plateward.recognition.covering.finding import CoverFinder, Sight, cover_of, is_hidden
from plateward.recognition.covering.pictures import cover, file_flaws, opened
from plateward.recognition.covering.types import Box, Cover, share_under
from plateward.recognition.images import ImageError
from plateward.recognition.plates import PlateEngine
from plateward.recognition.serial import decide_serial
from plateward.recognition.words import Opinion, WordNetwork

ROUNDS = 4  # looks at a covered picture, at most
SHORTEST, READABLE = (
    4,
    0.5,
)  # characters of print that may be a plate, and how sure the second reader is of them
PRINT = "Print that may be a plate can be read"
EVEN, SOLID = (
    24,
    0.9,
)  # levels of 255 around a cover's color, and the share of its pixels that are within them


class PictureChecker:
    """Finds what is to be covered, and looks at what was. One instance may be used by one thread at a time."""

    def __init__(self, threads: int = 1) -> None:
        self.finder = CoverFinder(threads)
        self._reader = PlateEngine(threads)
        self._print = Opinion(WordNetwork(threads))

    @property
    def version(self) -> str:
        """Names the networks that look."""
        return f"{self.finder.version} {self._reader.version}"

    def find(self, jpeg: bytes) -> list[Cover]:
        """All that is to be covered: what a sharp look at the picture finds, and the plates that are found once that is
        covered, since that changes what a network takes its surroundings for. Raises ImageError."""
        image = opened(jpeg)
        size = image.shape[1], image.shape[0]
        seen, covers = self.finder.sights(image), list[Cover]()
        for _ in range(ROUNDS):
            covers += [cover_of(one, size, self.finder.version) for one in seen]
            boxes = [cover.box for cover in covers]
            seen = [one for one, _ in self._uncovered(opened(cover(jpeg, boxes)), boxes, faces=False)]
            if not seen:
                break
        return covers

    @enforces("6.h.iii/redaction")
    def flaws(
        self, jpeg: bytes, covers: Sequence[Box] = (), left: Sequence[Box] = (), foot: Box | None = None
    ) -> list[str]:
        """Why the picture may not leave, in words for who reviews it; nothing if it may.

        `covers`: what was covered, each looked at for being one color. `left`: where a finder was wrong, as a person
        says; a plate that a reader reads there counts all the same. `foot`: where the words of its release are."""
        try:
            image = opened(jpeg)
        except ImageError as broken:
            return [str(broken)]
        return [*file_flaws(jpeg), *self._seen(image, covers, left, foot)]

    def _seen(
        self, image: NDArray[np.uint8], covers: Sequence[Box], left: Sequence[Box], foot: Box | None
    ) -> Iterator[str]:
        bottom = foot[1] if foot else image.shape[0]
        for box in covers:
            if box[1] < bottom and not is_solid(image[:bottom], box):
                yield f"The cover {_place(box)} is not solid."
        hidden = [*covers, foot] if foot else covers
        for plate in self._reader.read(image):
            if not is_hidden(plate.box, hidden):
                yield f"A plate can be read {_place(plate.box)}."
        for sight, flaw in self._uncovered(image, hidden):
            if flaw == PRINT or not is_hidden(sight.box, left):
                yield f"{flaw} {_place(sight.box)}."

    def _uncovered(
        self, image: NDArray[np.uint8], covers: Sequence[Box], *, faces: bool = True
    ) -> Iterator[tuple[Sight, str]]:
        """What is seen beside the covers, and what is wrong with it."""
        for sight in self.finder.sights(image, faces=faces):
            if is_hidden(sight.box, covers):
                continue
            if self._has_print(image, sight.corners):
                yield sight, PRINT
            elif sight.is_sure:
                yield sight, f"Something looks like a {sight.kind.label.lower()}"

    def is_readable(self, jpeg: bytes, box: Box) -> bool:
        """Whether either reader reads a plate in this place, of which the second need not find it."""
        image, (x, y, width, height) = opened(jpeg), box
        outline = np.array([(x, y), (x + width, y), (x + width, y + height), (x, y + height)], np.float32)
        return self._has_print(image, outline) or any(
            share_under(box, plate.box) > 0 for plate in self._reader.read(image)
        )

    def _has_print(self, image: NDArray[np.uint8], outline: NDArray[np.float32] | None) -> bool:
        """Whether the second reader reads what may be a plate's serial in the outline of a plate."""
        if outline is None:
            return False
        (steps,) = self._print.read(image, [outline])
        serial = decide_serial(steps[None])
        return (
            serial is not None
            and len(serial.text) >= SHORTEST
            and any(character.isdigit() for character in serial.text)
            and certainty(steps) >= READABLE
        )


def is_solid(image: NDArray[np.uint8], box: Box) -> bool:
    """Whether the box is one color, but for what a JPEG does to its edge."""
    x, y, width, height = box
    part = image[y : y + height, x : x + width].reshape(-1, 3).astype(np.int16)
    return bool(len(part) and (np.abs(part - np.median(part, axis=0)).max(axis=1) <= EVEN).mean() >= SOLID)


def _place(box: Box) -> str:
    x, y, width, height = box
    return f"at {x} from the left and {y} from the top ({width} × {height} pixels)"


# The hub's own: networks serve one thread.
_one_at_a_time = threading.Lock()


@lru_cache(maxsize=1)
def _checker() -> PictureChecker:
    return PictureChecker()


@enforces("6.h.iii/redaction")
def find_covers(jpeg: bytes) -> list[Cover]:
    """What the networks find to cover in a JPEG, in its upright picture. Raises ImageError."""
    with _one_at_a_time:
        return _checker().find(jpeg)


@enforces("6.h.iii/redaction")
def flaws(jpeg: bytes, covers: Sequence[Box], left: Sequence[Box], foot: Box) -> list[str]:
    """`PictureChecker.flaws`, with the hub's own networks."""
    with _one_at_a_time:
        return _checker().flaws(jpeg, covers, left, foot)


def version() -> str:
    """The networks that find and check."""
    return _checker().version
