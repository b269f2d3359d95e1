"""How a plate query asks the dictionary of tails: a few ranges of an index, then a test of each plate. Pure.

A tail is what a folded plate has from one of its characters on: ABC123 has ABC123, BC123, C123, and so on. A known run
of characters, wherever it stands in a plate, begins one of its tails.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice, product

from plateward.matching.misread import ALPHABET
from plateward.matching.normalize import FOLDED, ZERO, fold
from plateward.matching.partial import folded_pattern, pattern_fits
from plateward.reads.queries import PlateMatch, PlateQuery

SHORT = 4  # a plate up to here is searched by its neighbors: half of it would fit too many
RUNS = re.compile(r"[^?*]+")
MOST_READINGS = 64


@dataclass(frozen=True)
class Probe:
    """A part of the tails: those that begin with the only one of `texts` or, if `whole`, are one of them. `starts` as
    in the tail; empty: any."""

    texts: tuple[str, ...]
    whole: bool
    starts: tuple[int, ...]


def readings(query: PlateQuery) -> list[str] | None:
    """Every plate as read that fits, sorted, if they are few enough to be looked up at once."""
    if query.match not in (PlateMatch.EXACT, PlateMatch.FOLDED):
        return None
    alike = ZERO if query.match is PlateMatch.EXACT else FOLDED
    plates = product(*(_alike(char, alike) for char in query.text))
    few = sorted(map("".join, islice(plates, MOST_READINGS + 1)))
    return few if len(few) <= MOST_READINGS else None


def _alike(char: str, alike: dict[int, int]) -> list[str]:
    """The characters that count as this one."""
    digit = char.translate(alike)
    return [digit, *(chr(letter) for letter, to in alike.items() if chr(to) == digit)]


def probes(query: PlateQuery) -> list[Probe]:
    """What to look up; every plate that fits has a tail in one of them."""
    folded = folded_pattern(query.text)
    if query.match is PlateMatch.NEAR:
        return _near_probes(folded)
    if query.match is not PlateMatch.PARTIAL:
        return [Probe((folded,), True, (0,))]
    run = max(RUNS.finditer(folded), key=lambda run: len(run.group()))
    starts = () if "*" in folded[: run.start()] else (run.start(),)
    return [Probe((run.group(),), run.end() == len(folded), starts)]


def _near_probes(folded: str) -> list[Probe]:
    """One half of a plate that differs in one character is unchanged."""
    if len(folded) <= SHORT:
        return [Probe(tuple(sorted(neighbors(folded))), True, (0,))]
    half = len(folded) // 2
    return [
        Probe((folded[:half],), False, (0,)),
        Probe((folded[half:],), True, (half - 1, half, half + 1)),
    ]


def neighbors(folded: str) -> set[str]:
    """Every text that differs in at most one character: another one, one more, one less."""
    places = range(len(folded))
    found = {folded} | {folded[:at] + folded[at + 1 :] for at in places}
    found |= {folded[:at] + char + folded[at + 1 :] for at in places for char in ALPHABET}
    found |= {folded[:at] + char + folded[at:] for at in range(len(folded) + 1) for char in ALPHABET}
    return found - {""}


def plate_test(query: PlateQuery) -> Callable[[str], bool]:
    """Whether a plate as read fits the query. Exact and partial take O and 0 as one, as matching does."""
    folded, zeroed = folded_pattern(query.text), query.text.translate(ZERO)
    if query.match is PlateMatch.EXACT:
        return lambda plate: plate.translate(ZERO) == zeroed
    if query.match is PlateMatch.FOLDED:
        return lambda plate: fold(plate) == folded
    if query.match is PlateMatch.NEAR:
        return lambda plate: differs_in_one(folded, fold(plate))
    return lambda plate: pattern_fits(zeroed, plate.translate(ZERO))


def differs_in_one(text: str, other: str) -> bool:
    """Whether one changed, added or lost character at most separates them."""
    if abs(len(text) - len(other)) > 1:
        return False
    shorter, longer = sorted((text, other), key=len)
    at = 0
    while at < len(shorter) and shorter[at] == longer[at]:
        at += 1
    rest = at + (len(shorter) == len(longer))
    return shorter[rest:] == longer[at + 1 :]
