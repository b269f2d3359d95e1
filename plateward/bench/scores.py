"""How right an engine was. Pure rules on its readings and the labels.

Of the plates read in a photograph one is matched to the label: the plate whose box overlaps the label's best, or in a
cropped plate the most confident. All others are false."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

from plateward.bench.photographs import Box, Photograph
from plateward.ground.matching.normalize import normalize, zeroed
from plateward.recognition.types import Plate

LOCATED = 0.5  # intersection over union above which a box is at the labeled place
BINS = 10
Comparable = Callable[[str], str]  # the part of a text that is compared


@dataclass(frozen=True)
class ReadOutcome:
    """An engine's result on a photograph."""

    photograph: Photograph
    plate: Plate | None  # matched to the label
    false: tuple[Plate, ...]
    seconds: float  # wall clock time
    core_seconds: float  # core time, which other processes do not lengthen
    megapixels: float

    @property
    def label(self) -> str:
        return self.photograph.plate

    def right(self, same: Comparable = zeroed) -> bool:
        return self.plate is not None and same(self.plate.text) == same(self.label)

    @property
    def located(self) -> bool:
        box = self.photograph.box
        return box is not None and self.plate is not None and overlap(self.plate.box, box) > LOCATED


@dataclass(frozen=True)
class HitShare:
    """A share: a count out of a total."""

    hits: int
    of: int

    @property
    def value(self) -> float:
        return self.hits / self.of if self.of else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % Wilson score interval; without measurements, 0 to 1."""
        if not self.of:
            return 0.0, 1.0
        z = 1.96
        center = self.value + z * z / (2 * self.of)
        margin = z * math.sqrt(self.value * (1 - self.value) / self.of + z * z / (4 * self.of * self.of))
        scale = 1 + z * z / self.of
        return max(0.0, (center - margin) / scale), min(1.0, (center + margin) / scale)


def split(plates: Sequence[Plate], box: Box | None) -> tuple[Plate | None, tuple[Plate, ...]]:
    """The plate matched to the label, if any, and the false ones."""
    if box is None:
        best = max(plates, key=lambda plate: plate.confidence, default=None)
    else:
        best = max(plates, key=lambda plate: overlap(plate.box, box), default=None)
        if best and overlap(best.box, box) == 0:
            best = None
    return best, tuple(plate for plate in plates if plate is not best)


def overlap(first: Box, second: Box) -> float:
    """Intersection over union, 0 to 1."""
    width = min(first[0] + first[2], second[0] + second[2]) - max(first[0], second[0])
    height = min(first[1] + first[3], second[1] + second[3]) - max(first[1], second[1])
    common = max(0, width) * max(0, height)
    return common / (first[2] * first[3] + second[2] * second[3] - common)


def count(outcomes: Sequence[ReadOutcome], is_so: Callable[[ReadOutcome], bool]) -> HitShare:
    return HitShare(sum(map(is_so, outcomes)), len(outcomes))


def character_errors(outcomes: Sequence[ReadOutcome]) -> float:
    """Characters to change, add or drop, per character on the labels, O and 0 counted as the same. A miss costs them
    all."""
    wrong = sum(
        Levenshtein.distance(zeroed(outcome.plate.text) if outcome.plate else "", zeroed(outcome.label))
        for outcome in outcomes
    )
    return wrong / sum(len(normalize(outcome.label)) for outcome in outcomes)


def state_given(outcomes: Sequence[ReadOutcome]) -> HitShare:
    """Of the photographs with a known state, those where the engine gave a state."""
    with_state = [outcome for outcome in outcomes if outcome.photograph.state]
    return count(with_state, lambda outcome: outcome.plate is not None and outcome.plate.state is not None)


def state_right(outcomes: Sequence[ReadOutcome]) -> HitShare:
    """Of those where it gave a state, those where the state is right."""
    with_answer = [
        outcome for outcome in outcomes if outcome.photograph.state and outcome.plate and outcome.plate.state
    ]
    return count(
        with_answer,
        lambda outcome: outcome.plate is not None and outcome.plate.state == outcome.photograph.state,
    )


@dataclass(frozen=True)
class ThresholdResult:
    """The result when only plates at or above `threshold` count."""

    threshold: float
    emitted: HitShare  # of all labeled plates
    wrong: HitShare  # of the emitted, O and 0 counted as the same
    false: int  # false plates beside them


def result_at(outcomes: Sequence[ReadOutcome], threshold: float) -> ThresholdResult:
    emitted = [outcome for outcome in outcomes if outcome.plate and outcome.plate.confidence >= threshold]
    return ThresholdResult(
        threshold,
        HitShare(len(emitted), len(outcomes)),
        count(emitted, lambda outcome: not outcome.right()),
        sum(plate.confidence >= threshold for outcome in outcomes for plate in outcome.false),
    )


def calibration_error(outcomes: Sequence[ReadOutcome]) -> float:
    """The mean distance of confidence from the share that is right, in ten bins weighted by their reads: 0 is
    honest."""
    bins: list[list[tuple[float, bool]]] = [[] for _ in range(BINS)]
    for outcome in outcomes:
        if outcome.plate:
            confidence = outcome.plate.confidence
            bins[min(BINS - 1, int(confidence * BINS))].append((confidence, outcome.right()))
    off = sum(abs(sum(sure for sure, _ in reads) - sum(right for _, right in reads)) for reads in bins)
    return off / max(1, sum(map(len, bins)))
