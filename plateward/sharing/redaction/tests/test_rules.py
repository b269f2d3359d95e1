"""When a review of a picture is one."""

import pytest

from plateward.ground.policy.decision import Refusal
from plateward.recognition.covering.types import Cover, CoverKind
from plateward.sharing.redaction.rules import Review, judge, judge_result

pytestmark = pytest.mark.clause("6.h.iii/redaction")
SIZE = (1280, 720)
FOUND = Cover((100, 100, 80, 40), CoverKind.PLATE, "covers-1", 0.9)
ADDED = Cover((500, 300, 60, 120), CoverKind.PERSON, "reviewer")


def refused(review: Review, found: tuple[Cover, ...] = (FOUND,)) -> str:
    decision = judge(found, SIZE, review)
    return decision.reason if isinstance(decision, Refusal) else ""


def test_it_stands_with_everything_covered_and_stated() -> None:
    assert refused(Review((FOUND, ADDED), {}, True)) == ""
    assert refused(Review((), {}, True), ()) == ""


def test_without_the_statement_it_does_not_stand() -> None:
    assert "nothing else" in refused(Review((FOUND,), {}, False))


@pytest.mark.parametrize("reason", ["", "no", "............", "12345678"])
def test_a_find_that_is_taken_away_needs_a_reason(reason: str) -> None:
    assert "Box 1" in refused(Review((ADDED,), {0: reason}, True))


def test_with_a_reason_it_may_be_taken_away_and_is_told() -> None:
    review = Review((ADDED,), {0: "Road sign, not a plate."}, True)
    assert refused(review) == ""
    [left] = review.left((FOUND,))
    assert (left.cover, left.reason) == (FOUND, "Road sign, not a plate.")


def test_a_box_that_is_moved_away_counts_as_taken_away_and_a_little_further_does_not() -> None:
    assert "Box 1" in refused(Review((Cover((300, 100, 80, 40), CoverKind.PLATE, "reviewer"),), {}, True))
    assert refused(Review((Cover((110, 105, 80, 40), CoverKind.PLATE, "reviewer"),), {}, True)) == ""


def test_a_box_outside_the_picture_is_refused() -> None:
    assert "outside" in refused(
        Review((FOUND, Cover((1270, 10, 20, 20), CoverKind.OTHER, "reviewer")), {}, True)
    )


def test_a_result_with_a_flaw_is_refused_in_its_words() -> None:
    decision = judge_result(["A plate can be read at 3 from the left."])
    assert isinstance(decision, Refusal)
    assert "A plate can be read" in decision.reason
    assert not isinstance(judge_result([]), Refusal)
