import pytest

from plateward.bench.recognition import best_overlap, fold, overlap, scenes, wilson
from plateward.errors import PlatewardError
from plateward.recognition.types import Plate


def plate(text: str, box: tuple[int, int, int, int]) -> Plate:
    return Plate(text, None, 0.9, box, ())


def test_the_read_that_overlaps_the_label_best_counts() -> None:
    reads = [plate("HVT4821", (100, 100, 50, 20)), plate("7QXZ203", (10, 10, 50, 20))]
    assert best_overlap(reads, (98, 95, 55, 30)) == "HVT4821"
    assert best_overlap(reads, (300, 300, 50, 20)) == ""
    assert best_overlap([], (98, 95, 55, 30)) == ""


def test_overlap_is_intersection_over_union() -> None:
    assert overlap((0, 0, 10, 10), (5, 0, 10, 10)) == pytest.approx(1 / 3)
    assert overlap((0, 0, 10, 10), (10, 0, 10, 10)) == 0


def test_the_letter_o_is_taken_for_zero() -> None:
    assert fold("O0Q") == "00Q"


def test_the_wilson_interval_is_that_of_the_textbook() -> None:
    low, high = wilson(8, 10)
    assert (round(low, 3), round(high, 3)) == (0.490, 0.943)


def test_it_says_when_the_photographs_are_absent(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLATEWARD_SHARED", str(tmp_path))
    with pytest.raises(PlatewardError, match="not on this machine"):
        scenes()
