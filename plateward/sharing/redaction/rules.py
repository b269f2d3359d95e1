"""When a review of a picture is one. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from plateward.core.decisions.rules import says_enough
from plateward.ground.policy.decision import Allow, Decision, Refusal
from plateward.ground.policy.trace import enforces
from plateward.recognition.covering.types import Box, Cover, share_under
from plateward.sharing.redaction.manifest import Left

CLAUSE = "6.h.iii"
MOST_BOXES = 200
MOVED = 0.5  # the share of a find that must stay covered, below which its cover counts as removed
STATEMENT = "Nothing else needs to be covered"
_refusal = partial(Refusal, CLAUSE)


@dataclass(frozen=True)
class Review:
    """What a person says is to be covered; `removed`: of what was found, by its place there, why it is not;
    `complete`: that they state STATEMENT."""

    covers: tuple[Cover, ...]
    removed: dict[int, str]
    complete: bool

    def left(self, found: Sequence[Cover]) -> tuple[Left, ...]:
        """What was found and is not covered."""
        return tuple(Left(found[index], self.removed[index]) for index in uncovered(found, self))


def uncovered(found: Sequence[Cover], review: Review) -> Iterator[int]:
    """The finds that no cover of the review hides, by their places."""
    for index, one in enumerate(found):
        if not any(share_under(one.box, cover.box) >= MOVED for cover in review.covers):
            yield index


@enforces("6.h.iii/redaction")
def judge(found: Sequence[Cover], size: tuple[int, int], review: Review) -> Decision:
    """Whether the review may stand: each cover is in the picture, each find is covered or has a reason, and the
    reviewer states that nothing else is to be covered."""
    for cover in review.covers:
        if not is_within(cover.box, size):
            return _refusal(
                f"A box lies outside the picture, which is {size[0]} × {size[1]} pixels.",
                "Move it into the picture or remove it.",
            )
    for index in uncovered(found, review):
        if not says_enough(review.removed.get(index, "")):
            return _refusal(
                f"Box {index + 1}, found by the system, is removed or moved away without a reason.",
                "Put it back, or check “Do not cover this” and say why in a few words.",
            )
    if not review.complete:
        return _refusal(
            "You have not confirmed that nothing else needs to be covered.",
            "Look at the whole picture for plates, faces and people, then check the box.",
            field="complete",
        )
    return Allow()


@enforces("6.h.iii/redaction")
def judge_result(flaws: Sequence[str]) -> Decision:
    """Whether the covered picture may be kept for release."""
    if not flaws:
        return Allow()
    return _refusal(
        f"The covered picture failed its check: {' '.join(flaws)}",
        "Cover what is named here. Your boxes are kept.",
    )


def is_within(box: Box, size: tuple[int, int]) -> bool:
    """Whether the whole box lies in a picture of this size."""
    x, y, width, height = box
    return x >= 0 and y >= 0 and width > 0 and height > 0 and x + width <= size[0] and y + height <= size[1]
