"""The vehicles of a video or photograph, each as the reader sees it once it has gone."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from plateward.reader.frames import Frame, Image
from plateward.reader.track import Pass, PlateSighting, Tracker
from plateward.recognition.types import Plate

START = datetime(2000, 1, 1, tzinfo=UTC)  # when the file was recorded does not matter
LEAST = 1e-6  # seconds between two frames, even if a time jumps back


@dataclass(frozen=True)
class Vehicle:
    """A vehicle: the plate that its frames voted for, with its box in the best of them; frames count from 0."""

    plate: Plate
    first: int
    last: int
    frames: int
    best: int


@dataclass(frozen=True)
class NumberedFrame(Frame):
    """A frame with its number."""

    number: int = 0


class PassTracker(Tracker):
    """The reader's tracker, which keeps the passes that have left until somebody takes them."""

    def __init__(self, store: float) -> None:
        super().__init__(lambda *_: frozenset(), store)
        self._left: list[Pass] = []

    def due(self, seconds: float) -> list[PlateSighting]:
        before = self._passes
        sightings = super().due(seconds)
        self._left += [passing for passing in before if passing not in self._passes]
        return sightings

    def left(self) -> list[Pass]:
        """Passes that left since the last call and count as a read."""
        left, self._left = self._left, []
        return [passing for passing in left if passing.verdict.confidence >= self._store]

    def rest(self) -> list[Pass]:
        """The passes still there at the end."""
        self._left += self._passes
        self._passes = []
        return self.left()


def follow_vehicles(
    frames: Iterable[tuple[int, float, Image, list[Plate], float]], store: float, *, still: bool
) -> Iterator[tuple[list[Vehicle], int, float]]:
    """After each frame (its number, seconds, picture and plates, and the share of the file read) yields the vehicles
    that have left, with number and share; at the end, the rest. Plates less sure than `store` are dropped.
    """
    passes, number, seconds, share = PassTracker(store), 0, -LEAST, 1.0
    numbers: dict[float, int] = {}
    for number, stamp, image, plates, share in frames:
        seconds = max(stamp, seconds + LEAST)
        numbers[seconds] = number
        passes.see(NumberedFrame(image, START + timedelta(seconds=seconds), still, number), plates, seconds)
        yield [_vehicle_of(passing, numbers) for passing in passes.left()], number, share
    yield [_vehicle_of(passing, numbers) for passing in passes.rest()], number, share


def _vehicle_of(passing: Pass, numbers: dict[float, int]) -> Vehicle:
    best = passing.best.frame
    assert isinstance(best, NumberedFrame)  # noqa: S101, it was made above
    return Vehicle(
        passing.voted.plate, numbers[passing.first], numbers[passing.last], passing.frames, best.number
    )
