"""What else a read may say: what its reader doubted, and what differs by one character. All folded."""

from collections.abc import Iterator, Sequence
from heapq import nlargest
from typing import Protocol

from plateward.matching.normalize import fold

# Chosen by measurement: docs/decisions/0025.
LEAST_RATIO = 0.1  # of a second choice's score to the first's; where several are taken, of all together
MOST_CHOICES = 4  # plates made of second choices

FOLDED = {char: fold(char) for char in "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"}
ALPHABET = sorted(set(FOLDED.values()))


class Character(Protocol):
    """A character as a reader read it, with its second choices; scores from 0 to 1."""

    @property
    def char(self) -> str:
        """One of A–Z and 0–9."""

    @property
    def score(self) -> float:
        """How probable it is."""

    @property
    def alternatives(self) -> Sequence[tuple[str, float]]:
        """Other characters, each with its score."""


def second_choices(characters: Sequence[Character]) -> list[str]:
    """The plates that the reader thought nearly as likely as the one that it read, likeliest first."""
    doubts: dict[int, dict[str, float]] = {}
    for at, one in enumerate(characters):
        own, least = FOLDED.get(one.char, ""), LEAST_RATIO * one.score
        for char, score in one.alternatives:
            other = FOLDED.get(char, own)
            if score >= least and other != own:
                others = doubts.setdefault(at, {})
                others[other] = max(others.get(other, 0.0), min(1.0, score / max(one.score, 1e-6)))
    if not doubts:
        return []
    made = [(1.0, "")]
    for at, one in enumerate(characters):
        own = FOLDED.get(one.char, "")
        longer = [(ratio, text + own) for ratio, text in made]
        for other, share in doubts.get(at, {}).items():
            longer += [(ratio * share, text + other) for ratio, text in made if ratio * share >= LEAST_RATIO]
        made = nlargest(1 + MOST_CHOICES, longer)
    read = "".join(FOLDED.get(one.char, "") for one in characters)
    return [text for _, text in made if text != read][:MOST_CHOICES]


def one_off(key: str) -> Iterator[str]:
    """Every plate with another character in one place, or with one more: readers lose characters, at the edges of
    a plate above all, and hardly ever add one.
    """
    for at in range(len(key) + 1):
        before, here, after = key[:at], key[at : at + 1], key[at + 1 :]
        for char in ALPHABET:
            if here and char != here:
                yield f"{before}{char}{after}"
            yield f"{before}{char}{here}{after}"
