"""One vehicle in front of a camera gives one read: its readings vote, and its best frame is kept.

A pass is handed on when the vehicle has gone, when it lingers, or, if its plate is listed, as soon as a second frame or
half a second has passed: no alarm waits for a vehicle to leave. Voting goes on. If the vote then makes it a hit for the
first time, or ends with a different plate, the pass is handed on again, with the earlier result. Times are seconds of
any steady clock.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import cv2

from plateward.ground.matching.align import align
from plateward.ground.matching.normalize import fold, zeroed
from plateward.reader.frames import Frame, crop
from plateward.reader.vote import PlateVerdict, reading_weight, vote
from plateward.recognition.types import Character, Plate

HIT_WAIT = 0.5  # an alarm waits no longer than this for a second frame
LINGERS = 5.0  # a vehicle that stays longer is handed on, whatever its plate
GONE_AFTER = 1.0  # a vehicle unseen for this long has gone, unless frames are further apart …
GONE_FRAMES = 2.5  # … then after this many frames' time
FORGET_AFTER = 5.0  # seen again within this with the same plate, it is the same pass
SAME_PLACE = 0.35  # seconds: too short for a second vehicle to take the first one's place
SLOWEST = 3.0  # seconds: frames further apart say nothing about the next
MOST_READINGS = 30  # the weightiest of a pass vote
SURE = 0.9  # a character this sure is not misread: two that differ are two vehicles
DOUBTED = 0.1  # a second choice with this score may be right
ROOM = 1.0  # plate widths: the least distance between two vehicles' plates
NEAR, DRIVEN = 1.5, 8.0  # plate widths a plate may move, and more per second
MISREAD = 1.5  # a difference of one character, and another that was doubted
CUT = 6.0  # a difference of three sure characters

MEASURED = (128, 48)  # pixels: the size at which a plate's detail is measured

Box = tuple[float, float, float, float]  # x, y, width, height in pixels
Listed = Callable[[Plate, datetime], frozenset[UUID]]  # the entries that this plate would ring for now


@dataclass(frozen=True)
class PlateSighting:
    """A plate in a frame; for a pass, the voted plate in its best frame. `before` is what was handed on earlier for the
    same pass, `rung` the entries that it rang for."""

    frame: Frame
    plate: Plate
    before: "PlateSighting | None" = None
    rung: frozenset[UUID] = frozenset()

    @property
    def at(self) -> datetime:
        return self.frame.at


@dataclass(eq=False)
class Pass:
    """One vehicle in front of a camera."""

    best: PlateSighting  # as read in that frame; `voted` is the vote
    first: float
    last: float
    frames: int = 1
    motion: tuple[float, float] = (0.0, 0.0)  # pixels a second
    handed_on: PlateSighting | None = None
    rung: frozenset[UUID] = frozenset()
    changed: bool = True  # since the last check for a hit
    hits: frozenset[UUID] = frozenset()

    def __post_init__(self) -> None:
        self.box = self.best.plate.box
        self.last_at = self.best.at
        self.readings = [self.best.plate]
        self.verdict: PlateVerdict = vote(self.readings)
        self._quality = _quality(self.best)

    def add(self, sighting: PlateSighting, seconds: float) -> None:
        elapsed = seconds - self.last
        if elapsed > 0:
            (x, y), (was_x, was_y) = _center(sighting.plate.box), _center(self.box)
            self.motion = ((x - was_x) / elapsed, (y - was_y) / elapsed)
        self.box, self.last, self.last_at = sighting.plate.box, seconds, sighting.at
        self.frames += 1
        self.readings.append(sighting.plate)
        if len(self.readings) > MOST_READINGS:
            self.readings.remove(min(self.readings, key=reading_weight))
        self.verdict = vote(self.readings)
        self.changed = True
        quality = _quality(sighting)
        agrees, agreed = (candidate.plate.text == self.verdict.text for candidate in (sighting, self.best))
        # A photograph that shows the voted plate comes before a better one that does not.
        if (agrees, quality) > (agreed, self._quality):
            self.best, self._quality = sighting, quality

    @property
    def voted(self) -> PlateSighting:
        verdict = self.verdict
        plate = Plate(
            verdict.text, verdict.state, verdict.confidence, self.best.plate.box, verdict.characters
        )
        return PlateSighting(self.best.frame, plate, self.handed_on, self.rung)

    def is_hit(self, listed: Listed, seconds: float) -> bool:
        """Whether it must ring now, for an entry that it has not rung for."""
        if self.changed:
            self.hits, self.changed = listed(self.voted.plate, self.best.at), False
        return bool(self.hits - self.rung) and (self.frames > 1 or seconds - self.first >= HIT_WAIT)

    def said_otherwise(self) -> bool:
        return self.handed_on is not None and zeroed(self.handed_on.plate.text) != zeroed(self.verdict.text)

    def is_same(self, sighting: PlateSighting, seconds: float, next_frame: bool) -> float:
        """How surely the plate is this vehicle's; 0 means not at all.

        1. No second vehicle can be where this vehicle was a moment ago, or was moving to, whatever was read. Three sure
           characters that differ show that the scene was cut.
        2. The same text is the same vehicle for a few seconds, wherever it is.
        3. In the next frame it may be misread: by characters that were doubted, as far as it can have driven, or by one
           more, less or different, close by. Not if both are sure: that is a convoy of one fleet. Photographs have no
           next frame. When in doubt, two reads of one vehicle are better than one of two: a swallowed vehicle is an
           alarm that never rings.
        """
        gap = max(seconds - self.last, abs((sighting.at - self.last_at).total_seconds()))
        if gap >= FORGET_AFTER:
            return 0.0
        soon = not sighting.frame.still and (next_frame or gap <= HIT_WAIT)
        equal = zeroed(sighting.plate.text) == zeroed(self.verdict.text)
        if not soon:
            return 2.0 if equal else 0.0
        apart = 0.0 if equal else difference(self.verdict.characters, sighting.plate.characters)
        away = min(_away(sighting.plate.box, place) for place in (self.box, self._expected(seconds)))
        if gap <= SAME_PLACE and away < ROOM and apart < CUT:
            return 3 - away
        if equal:
            return 2.0
        if apart > MISREAD:
            return 0.0
        return 1.6 - apart if away < NEAR + (DRIVEN * gap if apart < 1 else 0) else 0.0

    def _expected(self, seconds: float) -> Box:
        x, y, width, height = self.box
        elapsed = min(seconds - self.last, SLOWEST)
        return x + self.motion[0] * elapsed, y + self.motion[1] * elapsed, width, height


class Tracker:
    """Turns sightings into passes. For one thread. `listed` returns the entries that a plate would ring for; a plate
    less sure than `store` is not a read."""

    def __init__(self, listed: Listed, store: float = 0.0) -> None:
        self._listed, self._store = listed, store
        self.passes: list[Pass] = []  # in front of the camera, or lately
        self._frame = float("-inf")  # time of the last frame
        self._interval = 0.0  # between two frames

    def see(self, frame: Frame, plates: Sequence[Plate], seconds: float) -> list[PlateSighting]:
        """Take in a frame's plates; returns the passes that became reads."""
        before, self._frame = self._frame, seconds
        if seconds - before <= SLOWEST:
            self._interval = seconds - before
        pairs = [
            (sureness, passing, plate)
            for passing in self.passes
            for plate in plates
            if (sureness := passing.is_same(PlateSighting(frame, plate), seconds, passing.last >= before))
        ]
        pairs.sort(key=lambda pair: -pair[0])
        placed: list[Plate] = []
        matched: list[Pass] = []
        for _, passing, plate in pairs:  # two plates in a frame are two vehicles: the surest pair first
            if passing not in matched and not any(plate is earlier for earlier in placed):
                passing.add(PlateSighting(frame, plate), seconds)
                matched.append(passing)
                placed.append(plate)
        for plate in sorted(plates, key=lambda plate: -plate.confidence):
            twice = any(
                fold(plate.text) == fold(earlier.text) for earlier in placed
            )  # one plate, detected twice
            if not twice and not any(plate is earlier for earlier in placed):
                self.passes.append(Pass(PlateSighting(frame, plate), seconds, seconds))
                placed.append(plate)
        return self.due(seconds)

    def due(self, seconds: float) -> list[PlateSighting]:
        """The passes that are due, even if no frame came."""
        gone_after = max(GONE_AFTER, GONE_FRAMES * self._interval)
        due_passes = []
        for passing in self.passes:
            if not self.counts(passing):
                continue
            gone = seconds - passing.last >= gone_after
            late = passing.handed_on is None and (gone or seconds - passing.first >= LINGERS)
            if late or passing.is_hit(self._listed, seconds) or (gone and passing.said_otherwise()):
                due_passes.append(passing)
        self.passes = [
            passing for passing in self.passes if seconds - passing.last < max(FORGET_AFTER, gone_after)
        ]
        return self._give(due_passes)

    def counts(self, passing: Pass) -> bool:
        """Whether it is sure enough to be a read."""
        return passing.verdict.confidence >= self._store

    def flush(self) -> list[PlateSighting]:
        """The source has ended: every pass not handed on yet, or handed on with a different plate."""
        return self._give(
            [
                passing
                for passing in self.passes
                if self.counts(passing) and (passing.handed_on is None or passing.said_otherwise())
            ]
        )

    def _give(self, passes: list[Pass]) -> list[PlateSighting]:
        sightings = []
        for passing in passes:
            voted = passing.voted
            sightings.append(voted)
            passing.handed_on = PlateSighting(voted.frame, voted.plate)
            passing.rung |= self._listed(voted.plate, voted.at)
        return sightings


def difference(left: Sequence[Character], right: Sequence[Character]) -> float:
    """How many characters differ, O and 0 counting as the same: a look-alike or a second choice counts 0.4, any other
    1, or 2 if both readings are sure."""
    total = 0.0
    left_characters, right_characters = iter(left), iter(right)
    for pair in align(_zeroed(left), _zeroed(right)):
        left_character = next(left_characters) if pair.read else None
        right_character = next(right_characters) if pair.listed else None
        if pair.same == "same":
            continue
        if left_character is None or right_character is None:
            total += 1
        elif min(left_character.score, right_character.score) >= SURE:
            total += 2
        else:
            doubted = _may_be(left_character, right_character.char) or _may_be(
                right_character, left_character.char
            )
            total += 0.4 if doubted or pair.same == "folded" else 1
    return total


def _may_be(character: Character, char: str) -> bool:
    return dict(character.alternatives).get(char, 0.0) >= DOUBTED


def _zeroed(characters: Sequence[Character]) -> str:
    return zeroed("".join(character.char for character in characters))


def _quality(sighting: PlateSighting) -> float:
    """How well a photograph shows its plate: confidence × detail. Plates are measured at a common size, so that a small
    one, which has no detail, loses against a large one, and a blurred one against a sharp one."""
    plate = cv2.cvtColor(crop(sighting.frame.image, sighting.plate.box), cv2.COLOR_BGR2GRAY)
    detail = float(cv2.Laplacian(cv2.resize(plate, MEASURED, interpolation=cv2.INTER_AREA), cv2.CV_32F).std())
    return (sighting.plate.confidence + 0.01) * (detail + 0.01)


def _center(box: Box) -> tuple[float, float]:
    return box[0] + box[2] / 2, box[1] + box[3] / 2


def _away(box: Box, other: Box) -> float:
    """How many plate widths lie between the centers, across or down; plates of different size count as far apart."""
    (x, y), (other_x, other_y) = _center(box), _center(other)
    large, small = max(box[2], other[2], 1), min(box[2], other[2])
    return max(abs(x - other_x), abs(y - other_y)) / large if large <= 2 * small else math.inf
