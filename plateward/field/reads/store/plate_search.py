"""How a plate query asks the dictionary of tails: a few ranges of an index, of which a regular expression keeps the
plates that fit. Pure.

A tail is what a folded plate has from one of its characters on: ABC123 has ABC123, BC123, C123, and so on. A known run
of characters, wherever it stands in a plate, begins one of its tails.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from plateward.field.reads.queries import PlateMatch, PlateQuery
from plateward.ground.matching.misread import ALPHABET
from plateward.ground.matching.normalize import FOLDED, ZERO
from plateward.ground.matching.partial import STARS, folded_pattern

SHORT = 3  # a plate up to here is searched by its neighbors: its first half would fit too many
BEGINNING = 3  # that few enough plates have; where these are digits, a character more
END = 4  # likewise: many plates have the same three digits there
RUNS = re.compile(r"[^?*]+")
OPEN = {"?": ".", "*": ".*"}


@dataclass(frozen=True)
class Probe:
    """A part of the tails: those that begin with the only one of `texts` or, if `whole`, are one of them. `starts` as
    in the tail; empty: any. `first` character of the folded plate; empty: any."""

    texts: tuple[str, ...]
    whole: bool
    starts: tuple[int, ...]
    first: str = ""


def _alike(char: str, alike: dict[int, int]) -> list[str]:
    """The characters that count as this one."""
    digit = char.translate(alike)
    return [digit, *(chr(letter) for letter, to in alike.items() if chr(to) == digit)]


def probes(query: PlateQuery) -> list[Probe]:
    """What to look up for a partial plate, or one that may differ; every plate that fits has a tail in one of them."""
    folded = folded_pattern(query.text)
    if query.match is PlateMatch.NEAR:
        return _near_probes(folded)
    run = max(RUNS.finditer(folded), key=lambda run: len(run.group()))
    starts = () if "*" in folded[: run.start()] else (run.start(),)
    return [Probe((run.group(),), run.end() == len(folded), starts)]


def _near_probes(folded: str) -> list[Probe]:
    """A plate that differs in one character has its beginning or its end unchanged. Where what is behind the beginning
    would fit too many, the end has the last character of the beginning, too: a plate that differs there still has the
    same first character, and the same ones behind."""
    size = len(folded)
    if size <= SHORT:
        half = size // 2
        return [Probe((folded[half:],), True, _beside(half)), _neighbors(folded, half, size + 1)]
    known = BEGINNING + (size > BEGINNING + 2 and folded[:BEGINNING].isdigit())
    start = known if size - known >= END else known - 1
    probes = [Probe((folded[:known],), False, (0,)), Probe((folded[start:],), True, _beside(start))]
    if start < known:
        probes.append(Probe((folded[known:],), True, (start, known), folded[0]))
    return probes


def _beside(start: int) -> tuple[int, ...]:
    """Where what starts there may start if a character before it is lost or added."""
    return start - 1, start, start + 1


def _neighbors(folded: str, first: int, behind: int) -> Probe:
    """Every text that differs at one of the places from `first` to before `behind`: by another character or one less;
    or by one more between two of them."""
    texts = {folded}
    for at in range(first, behind):
        before, char, after = folded[:at], folded[at : at + 1], folded[at + 1 :]
        texts.add(before + after)
        texts.update(before + new + after for new in ALPHABET)
        if at > first:
            texts.update(before + new + char + after for new in ALPHABET)
    return Probe(tuple(sorted(texts - {""})), True, (0,))


def plate_pattern(query: PlateQuery) -> str:
    """The regular expression of every plate as read that fits, to Python and to PostgreSQL. Exact and partial take O
    and 0 as one, as matching does."""
    zero = query.match in (PlateMatch.EXACT, PlateMatch.PARTIAL)
    return _pattern(query.text, query.match, ZERO if zero else FOLDED)


def folded_plate_pattern(query: PlateQuery) -> str:
    """The same of folded plates: every plate that fits has one of these."""
    return _pattern(folded_pattern(query.text), query.match, {})


def _pattern(text: str, match: PlateMatch, alike: dict[int, int]) -> str:
    text = STARS.sub("*", text)  # each more would multiply the ways to fit
    parts = [OPEN.get(char) or f"[{''.join(_alike(char, alike))}]" for char in text]
    return f"^{_near(parts) if match is PlateMatch.NEAR else ''.join(parts)}$"


def _near(parts: Sequence[str]) -> str:
    """These characters with one changed, added or lost at most."""
    if not parts:
        return ".?"
    rest = "".join(parts[1:])
    return f"(?:{parts[0]}{_near(parts[1:])}|.?{rest}|.{parts[0]}{rest})"


def plate_test(query: PlateQuery) -> Callable[[str], bool]:
    """Whether a plate as read fits the query."""
    fits = re.compile(plate_pattern(query)).search
    return lambda plate: fits(plate) is not None
