"""How right an engine was, on outcomes made by hand."""

from pathlib import Path

import pytest

from plateward.bench import scores
from plateward.bench.photographs import Photograph
from plateward.bench.scores import HitShare, ReadOutcome
from plateward.ground.matching.normalize import fold, normalize
from plateward.recognition.types import Plate


def plate(
    text: str,
    box: tuple[int, int, int, int] = (0, 0, 9, 9),
    confidence: float = 0.9,
    state: str | None = None,
) -> Plate:
    return Plate(text, state, confidence, box, ())


def outcome(
    label: str, read: Plate | None, state: str | None = None, false: tuple[Plate, ...] = ()
) -> ReadOutcome:
    return ReadOutcome(Photograph(Path("gate.jpg"), label, None, state), read, false, 0.1, 0.1, 1.0)


def test_the_read_that_overlaps_the_label_best_is_taken_and_the_others_are_false() -> None:
    near, far = plate("HVT4821", (100, 100, 50, 20)), plate("7QXZ203", (10, 10, 50, 20), 0.99)
    assert scores.split([far, near], (98, 95, 55, 30)) == (near, (far,))
    assert scores.split([far, near], (300, 300, 50, 20)) == (None, (far, near))
    assert scores.split([], (98, 95, 55, 30)) == (None, ())


def test_in_a_plate_cut_out_the_most_confident_read_is_taken() -> None:
    sure, unsure = plate("HVT4821"), plate("HVT482I", confidence=0.4)
    assert scores.split([unsure, sure], None) == (sure, (unsure,))


def test_overlap_is_intersection_over_union_and_located_is_more_than_half() -> None:
    assert scores.overlap((0, 0, 10, 10), (5, 0, 10, 10)) == pytest.approx(1 / 3)
    assert scores.overlap((0, 0, 10, 10), (10, 0, 10, 10)) == 0
    photograph = Photograph(Path("gate.jpg"), "HVT4821", (0, 0, 10, 10), None)
    located = [
        ReadOutcome(photograph, plate("X", (0, 0, 10, high)), (), 1, 1, 1).located for high in (5, 6, 10, 20)
    ]
    assert located == [False, True, True, False]


def test_what_is_right_depends_on_what_is_compared() -> None:
    result = outcome("0B1234", plate("OB1234"))
    assert (result.right(normalize), result.right(), result.right(fold)) == (False, True, True)
    assert not outcome("081234", plate("OB1234")).right()
    assert outcome("081234", plate("OB1234")).right(fold)
    assert not outcome("081234", None).right(fold)


def test_the_wilson_interval_is_that_of_the_textbook() -> None:
    low, high = HitShare(8, 10).interval
    assert (round(low, 3), round(high, 3)) == (0.490, 0.943)
    assert HitShare(0, 0).interval == (0.0, 1.0)


def test_a_plate_that_is_missed_costs_all_its_characters() -> None:
    assert scores.character_errors([outcome("ABC12", plate("ABD12")), outcome("XYZ34", None)]) == 0.6


def test_a_state_that_is_not_told_is_no_error() -> None:
    outcomes = [
        outcome("A1", plate("A1", state="NM"), "NM"),
        outcome("A2", plate("A2", state="TX"), "NM"),
        outcome("A3", plate("A3"), "NM"),
        outcome("A4", plate("A4", state="NM")),
    ]
    assert scores.state_given(outcomes) == HitShare(2, 3)
    assert scores.state_right(outcomes) == HitShare(1, 2)


def test_a_threshold_tells_what_is_emitted_and_what_of_it_is_wrong() -> None:
    outcomes = [
        outcome("A1", plate("A1", confidence=0.9), false=(plate("Z9", confidence=0.8),)),
        outcome("A2", plate("B2", confidence=0.8)),
        outcome("A3", plate("A3", confidence=0.7)),
        outcome("A4", None),
    ]
    result = scores.result_at(outcomes, 0.8)
    assert (result.emitted, result.wrong, result.false) == (HitShare(2, 4), HitShare(1, 2), 1)


def test_an_honest_confidence_is_the_share_that_is_right() -> None:
    reads = [("A", 0.31), ("B", 0.39), ("A", 1.0)]
    outcomes = [outcome("A", plate(text, confidence=sure)) for text, sure in reads]
    assert scores.calibration_error(outcomes) == pytest.approx(0.1)
    assert scores.calibration_error([outcome("A", None)]) == 0
