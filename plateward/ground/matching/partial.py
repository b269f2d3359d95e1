"""Partially known plates: ? stands for a single character, * for any run of characters, including none."""

import re
from collections import defaultdict
from collections.abc import Iterator

from plateward.ground.matching.normalize import FOLDED, ZERO, normalize, zeroed

NOT_PATTERN, STARS = re.compile(r"[^A-Za-z0-9?*]+"), re.compile(r"\*+")
# Known characters of a partial plate. Three hit at most 2 reads in a thousand, two up to 31: docs/decisions/0025.
LEAST_KNOWN = 3
RUN_LENGTH = 3  # characters of a run in the pattern index


def is_partial(plate: str) -> bool:
    """Whether the plate as listed leaves characters open."""
    return "?" in plate or "*" in plate


def can_match(plate: str) -> bool:
    """Whether a plate may be listed: some of it must be known, and LEAST_KNOWN characters of a partial plate, or it
    would ring for vehicles that nobody wants. Lists may hold others; they match nothing."""
    return len(normalize(plate)) >= (LEAST_KNOWN if is_partial(plate) else 1)


def normalize_partial(plate: str) -> str:
    """The A-Z, 0-9, ? and * of a plate, in capitals; several * in a row become one."""
    return STARS.sub("*", NOT_PATTERN.sub("", plate)).upper()


def folded_pattern(plate: str) -> str:
    """A partial plate in the form used to compare it: look-alikes folded, as in `fold`."""
    return normalize_partial(plate).translate(FOLDED)


def plates_agree(plate: str, listed: str) -> bool:
    """Whether a plate that a person read is the listed plate, or fits a partial one; O and 0 count as the same."""
    if is_partial(listed):
        return pattern_fits(normalize_partial(listed).translate(ZERO), zeroed(plate))
    return zeroed(plate) == zeroed(listed)


def pattern_fits(pattern: str, key: str) -> bool:
    """Whether a plate fits the pattern; both are folded, or both zeroed."""
    at = place = 0
    star, resume = -1, 0  # the last *, and where the text after it was last tried
    while place < len(key):
        if at < len(pattern) and pattern[at] in ("?", key[place]):
            at, place = at + 1, place + 1
        elif at < len(pattern) and pattern[at] == "*":
            star, resume, at = at, place, at + 1
        elif star >= 0:
            resume += 1
            at, place = star + 1, resume
        else:
            return False
    return not pattern[at:].strip("*")


class Patterns:
    """Partial plates by their longest run of known characters: few are compared with each read."""

    def __init__(self) -> None:
        self._by_run: dict[str, list[tuple[str, int]]] = defaultdict(list)
        self._lengths: list[int] = []

    def add(self, plate: str, row: int) -> None:
        """Add a plate as listed; skips a plate with too few known characters."""
        if not can_match(plate):
            return
        folded = folded_pattern(plate)
        run = max(re.split(r"[?*]+", folded), key=len)[:RUN_LENGTH]
        self._by_run[run].append((folded, row))
        if len(run) not in self._lengths:
            self._lengths.append(len(run))

    def __bool__(self) -> bool:
        return bool(self._lengths)

    def rows(self, key: str) -> Iterator[int]:
        """The rows whose pattern fits a folded plate, each once."""
        runs = {key[at : at + length] for length in self._lengths for at in range(len(key) - length + 1)}
        for run in runs:
            for pattern, row in self._by_run.get(run, ()):
                if pattern_fits(pattern, key):
                    yield row
