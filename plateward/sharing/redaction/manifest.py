"""What was covered in a picture and why, and what was not: kept with the picture, and told in words."""

from collections.abc import Iterator

import msgspec

from plateward.recognition.covering.types import Box, Cover, CoverKind

# Why it is covered, by its kind.
WHY = {
    CoverKind.FACE: "identifies a person",
    CoverKind.OTHER: "the reviewer’s decision",
    CoverKind.PERSON: "identifies a person",
    CoverKind.PLATE: "identifies a vehicle (clause 6.h.iii)",
}


class Left(msgspec.Struct, frozen=True):
    """What was found, and was not covered because a person says why not."""

    cover: Cover
    reason: str


class Manifest(msgspec.Struct, frozen=True):
    """`original` and `result`: SHA-256 of the JPEG before and after. `checked_by`: the networks that found nothing."""

    original: str
    result: str
    size: tuple[int, int]
    covered: tuple[Cover, ...]
    left: tuple[Left, ...]
    reviewed_by: str
    stated: str
    checked_by: str

    def lines(self) -> Iterator[str]:
        """Each cover, and each find that was left, in a sentence."""
        for cover in self.covered:
            yield f"{cover.kind.label} covered: {WHY[cover.kind]}. Found by {finder_words(cover)}. {_place(cover.box)}"
        for left in self.left:
            yield f"Not covered: {left.reason} {_place(left.cover.box)}"


def finder_words(cover: Cover) -> str:
    """Who found it: the reviewer, or the system and how sure it was."""
    return "the reviewer" if cover.by_hand else f"the system ({cover.score:.0%})"


def _place(box: Box) -> str:
    x, y, width, height = box
    return f"{width} × {height} pixels, {x} from the left and {y} from the top."
