"""How right an engine was. Pure rules on what it read and what is known.

Of the plates read in a photograph one is taken for the labeled one: that whose box overlaps the label's best, or
in a plate cut out, the most confident. All others are false."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from plateward.bench.photographs import Box, Photograph
from plateward.matching.normalize import normalize, zeroed
from plateward.recognition.types import Plate

LOCATED = 0.5  # intersection over union, above which a box is at the labeled place
BINS = 10
Same = Callable[[str], str]  # what is compared of a text


@dataclass(frozen=True)
class Outcome:
    """What one engine made of one photograph."""

    photograph: Photograph
    plate: Plate | None  # taken for the labeled one
    false: tuple[Plate, ...]
    seconds: float  # by the wall's clock
    core_seconds: float  # for which a core worked: other processes do not lengthen it
    megapixels: float

    @property
    def label(self) -> str:
        return self.photograph.plate

    def right(self, same: Same = zeroed) -> bool:
        return self.plate is not None and same(self.plate.text) == same(self.label)

    @property
    def located(self) -> bool:
        box = self.photograph.box
        return box is not None and self.plate is not None and overlap(self.plate.box, box) > LOCATED


@dataclass(frozen=True)
class Share:
    """So many of so many."""

    hits: int
    of: int

    @property
    def value(self) -> float:
        return self.hits / self.of if self.of else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % Wilson score interval; nothing measured can be anything."""
        if not self.of:
            return 0.0, 1.0
        z = 1.96
        center = self.value + z * z / (2 * self.of)
        margin = z * math.sqrt(self.value * (1 - self.value) / self.of + z * z / (4 * self.of * self.of))
        scale = 1 + z * z / self.of
        return max(0.0, (center - margin) / scale), min(1.0, (center + margin) / scale)


def split(plates: Sequence[Plate], box: Box | None) -> tuple[Plate | None, tuple[Plate, ...]]:
    """The plate taken for the labeled one, if any, and the false ones."""
    if box is None:
        best = max(plates, key=lambda plate: plate.confidence, default=None)
    else:
        best = max(plates, key=lambda plate: overlap(plate.box, box), default=None)
        if best and overlap(best.box, box) == 0:
            best = None
    return best, tuple(plate for plate in plates if plate is not best)


def overlap(one: Box, other: Box) -> float:
    """Intersection over union, 0 to 1."""
    width = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    height = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    common = max(0, width) * max(0, height)
    return common / (one[2] * one[3] + other[2] * other[3] - common)


def count(outcomes: Sequence[Outcome], is_so: Callable[[Outcome], bool]) -> Share:
    return Share(sum(map(is_so, outcomes)), len(outcomes))


def character_errors(outcomes: Sequence[Outcome]) -> float:
    """Characters to change, add or drop, by characters on the labels, O and 0 as one. A miss costs them all."""
    wrong = sum(distance(zeroed(one.plate.text) if one.plate else "", zeroed(one.label)) for one in outcomes)
    return wrong / sum(len(normalize(one.label)) for one in outcomes)


def distance(one: str, other: str) -> int:
    """Levenshtein's."""
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        previous, row[0] = row[0], i
        for j, b in enumerate(other, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (a != b))
    return row[-1]


def stated(outcomes: Sequence[Outcome]) -> Share:
    """Of the photographs whose state is known, those for which the engine told one."""
    known = [one for one in outcomes if one.photograph.state]
    return count(known, lambda one: one.plate is not None and one.plate.state is not None)


def states_right(outcomes: Sequence[Outcome]) -> Share:
    """Of those for which it told one, those where it is the right one."""
    told = [one for one in outcomes if one.photograph.state and one.plate and one.plate.state]
    return count(told, lambda one: one.plate is not None and one.plate.state == one.photograph.state)


@dataclass(frozen=True)
class Cut:
    """What is left when only plates of `threshold` or more are believed."""

    threshold: float
    emitted: Share  # of all labeled plates
    wrong: Share  # of the emitted, O and 0 as one
    false: int  # false plates beside them


def cut(outcomes: Sequence[Outcome], threshold: float) -> Cut:
    emitted = [one for one in outcomes if one.plate and one.plate.confidence >= threshold]
    return Cut(
        threshold,
        Share(len(emitted), len(outcomes)),
        count(emitted, lambda one: not one.right()),
        sum(plate.confidence >= threshold for one in outcomes for plate in one.false),
    )


@dataclass(frozen=True)
class Bin:
    """The reads of like confidence. An honest confidence is the share that is right."""

    low: float
    confidence: float  # their mean
    right: Share


def reliability(outcomes: Sequence[Outcome]) -> list[Bin]:
    """Ten bins of confidence, those without a read left out."""
    bins: list[list[tuple[float, bool]]] = [[] for _ in range(BINS)]
    for one in outcomes:
        if one.plate:
            confidence = one.plate.confidence
            bins[min(BINS - 1, int(confidence * BINS))].append((confidence, one.right()))
    return [
        Bin(
            number / BINS,
            sum(confidence for confidence, _ in reads) / len(reads),
            Share(sum(right for _, right in reads), len(reads)),
        )
        for number, reads in enumerate(bins)
        if reads
    ]


def calibration_error(bins: Sequence[Bin]) -> float:
    """The mean distance of confidence from the share that is right, each read counted once."""
    reads = sum(one.right.of for one in bins)
    return sum(abs(one.confidence - one.right.value) * one.right.of for one in bins) / reads if reads else 0.0
