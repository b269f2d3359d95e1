"""One pass of a vehicle gives one read, from its best frame.

A pass is handed on when its plate was read well twice, when the vehicle has gone, or when waiting longer
would make an alarm late. What is seen of it later is a repeat. Times are seconds of any steady clock.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter

from plateward.matching.normalise import fold
from plateward.reader.frames import Frame
from plateward.recognition.types import Plate

GONE_AFTER = 1.0  # a vehicle not seen for so long has gone, unless one frame missed it …
FORGET_AFTER = 5.0  # … so its pass still swallows what is seen of it until then
MAX_DELAY = 2.0  # an alarm waits for a better frame no longer than this
SURE = 0.9  # a confidence that needs no better frame, once a second frame agrees


@dataclass(frozen=True)
class Sighting:
    """One plate in one frame."""

    frame: Frame
    plate: Plate

    @property
    def at(self) -> datetime:
        return self.frame.at


class Pass:
    """One vehicle before one camera."""

    def __init__(self, sighting: Sighting, seconds: float) -> None:
        self.best = sighting
        self.box = sighting.plate.box
        self.first = self.last = seconds
        self.sightings = 1
        self.agreeing = 1  # frames that read the best text
        self.given = False

    def add(self, sighting: Sighting, seconds: float) -> None:
        if sighting.plate.text == self.best.plate.text:
            self.agreeing += 1
        elif sighting.plate.confidence > self.best.plate.confidence:
            self.agreeing = 1
        # Once given, the frame is not needed any more; but what the plate says stays, to know repeats by.
        if not self.given and sighting.plate.confidence > self.best.plate.confidence:
            self.best = sighting
        self.box = sighting.plate.box
        self.last = seconds
        self.sightings += 1

    def is_due(self, seconds: float) -> bool:
        sure = self.best.plate.confidence >= SURE and self.agreeing >= 2
        return sure or seconds - self.last >= GONE_AFTER or seconds - self.first >= MAX_DELAY

    def closeness(self, plate: Plate) -> int:
        """How surely this is the same vehicle: 2 the same text but for look-alikes, 1 nearly the same text in
        nearly the same place, 0 another vehicle."""
        known = self.best.plate
        if fold(plate.text) == fold(known.text):
            return 2
        if min(plate.confidence, known.confidence) >= SURE:
            return 0  # two readings that are both sure and differ are two vehicles: a convoy of one fleet
        return int(_near(plate.box, self.box) and one_apart(fold(plate.text), fold(known.text)))


class Tracker:
    """Turns sightings into passes. Used by one thread."""

    def __init__(self) -> None:
        self._passes: list[Pass] = []

    def see(self, frame: Frame, plates: Sequence[Plate], seconds: float) -> list[Sighting]:
        """Take in what one frame shows; returns the sightings that became reads."""
        taken: set[int] = set()
        for plate in sorted(plates, key=lambda plate: -plate.confidence):
            sighting = Sighting(frame, plate)
            # Two plates in one frame are two vehicles, unless their text is the same (found twice).
            fitting = [
                (closeness, known)
                for known in self._passes
                if (closeness := known.closeness(plate)) == 2 or (closeness == 1 and id(known) not in taken)
            ]
            if fitting:
                _, known = max(fitting, key=itemgetter(0))
                known.add(sighting, seconds)
            else:
                known = Pass(sighting, seconds)
                self._passes.append(known)
            taken.add(id(known))
        return self.due(seconds)

    def due(self, seconds: float) -> list[Sighting]:
        """The passes whose time has come though no frame did."""
        found = [known for known in self._passes if not known.given and known.is_due(seconds)]
        self._passes = [known for known in self._passes if seconds - known.last < FORGET_AFTER]
        return self._give(found)

    def flush(self) -> list[Sighting]:
        """The source has ended: every pass not yet given."""
        return self._give([known for known in self._passes if not known.given])

    def _give(self, passes: list[Pass]) -> list[Sighting]:
        for known in passes:
            known.given = True
        return [known.best for known in passes]


def one_apart(a: str, b: str) -> bool:
    """Whether one character put in, left out or replaced makes one of the other."""
    if len(a) > len(b):
        a, b = b, a
    if len(b) - len(a) > 1:
        return False
    same = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), len(a))
    return a[same + (len(a) == len(b)) :] == b[same + 1 :]


def _near(a: tuple[int, int, int, int], b: tuple[int, int, int, int]) -> bool:
    """Whether the centres are within one and a half plate widths, and the plates of like size."""
    reach = 1.5 * max(a[2], b[2])
    across = abs(a[0] + a[2] / 2 - b[0] - b[2] / 2)
    down = abs(a[1] + a[3] / 2 - b[1] - b[3] / 2)
    return across <= reach and down <= reach and max(a[2], b[2]) <= 2 * min(a[2], b[2])
