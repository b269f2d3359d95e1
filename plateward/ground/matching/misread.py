"""What else a read may be: the reader's second choices, and plates one character off. All folded."""

from collections.abc import Iterator, Sequence
from heapq import nlargest
from typing import Protocol

from plateward.ground.matching.normalize import fold

# Chosen by measurement: docs/decisions/0025.
LEAST_RATIO = 0.1  # of a second choice's score to the first's; for several, of all together
MOST_CHOICES = 4  # plates made from second choices

FOLDED = {char: fold(char) for char in "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"}
ALPHABET = sorted(set(FOLDED.values()))


class Character(Protocol):
    """A character as a reader read it, with its second choices; scores from 0 to 1."""

    @property
    def char(self) -> str:
        """A character of A–Z and 0–9."""

    @property
    def score(self) -> float:
        """Its probability."""

    @property
    def alternatives(self) -> Sequence[tuple[str, float]]:
        """Other characters, each with its score."""


def second_choices(characters: Sequence[Character]) -> list[str]:
    """The plates that the reader found nearly as likely as the one it read, likeliest first."""
    doubts: dict[int, dict[str, float]] = {}
    for at, character in enumerate(characters):
        own, least = FOLDED.get(character.char, ""), LEAST_RATIO * character.score
        for char, score in character.alternatives:
            folded = FOLDED.get(char, own)
            if score >= least and folded != own:
                choices = doubts.setdefault(at, {})
                choices[folded] = max(choices.get(folded, 0.0), min(1.0, score / max(character.score, 1e-6)))
    if not doubts:
        return []
    plates = [(1.0, "")]
    for at, character in enumerate(characters):
        own = FOLDED.get(character.char, "")
        longer = [(ratio, text + own) for ratio, text in plates]
        for folded, share in doubts.get(at, {}).items():
            longer += [
                (ratio * share, text + folded) for ratio, text in plates if ratio * share >= LEAST_RATIO
            ]
        plates = nlargest(1 + MOST_CHOICES, longer)
    read = "".join(FOLDED.get(character.char, "") for character in characters)
    return [text for _, text in plates if text != read][:MOST_CHOICES]


def one_character_off(key: str) -> Iterator[str]:
    """Every plate with a different character in one place, or with an extra character: readers lose characters, above
    all at the edges of a plate, and hardly ever add one.
    """
    for at in range(len(key) + 1):
        before, current, after = key[:at], key[at : at + 1], key[at + 1 :]
        for char in ALPHABET:
            if current and char != current:
                yield f"{before}{char}{after}"
            yield f"{before}{char}{current}{after}"
