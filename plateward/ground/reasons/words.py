"""The words that the judgment of a reason knows: read from vocabulary.toml. A long one may be misspelt a little."""

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from rapidfuzz.distance import OSA

# Letters of a word that may have one letter wrong; then an ending, too; then two.
SHORT, LONG, LONGER = 6, 7, 10
ENDING = 5  # letters
# No misspellings of words that are near them.
HONEST: Final = frozenset(
    [
        "protect",
        "protected",
        "protecting",
        "protection",
        "depot",
        "depart",
        "picked",
        "pocket",
        "general",
        "traffic",
        "served",
        "refuse",
        "refused",
        "refuses",
        "muslin",
    ]
)
DOUBLED: Final = re.compile(r"(.)\1+")
ENOUGH: Final = 5  # points: below, a sentence is thin
NAME: Final = re.compile(r"(?<=[a-z,;/] )[A-Z]\w+")
TIME: Final = re.compile(
    r"(?<!\w)(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|yesterday|tonight|last night|[ap]m)(?!\w)",
    re.IGNORECASE,
)
WORD: Final = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*|\d+")


@lru_cache
def vocabulary() -> dict[str, Any]:
    """The file, loaded once."""
    file = Path(__file__).with_name("vocabulary.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))


class Words:
    """Beginnings of words and phrases, and whole words ("=word"; in capitals: only so written)."""

    def __init__(self, listed: str) -> None:
        entries = [entry.strip() for entry in listed.split(",") if entry.strip()]
        self.pattern = _any_of(entries)
        self._doubled = _any_of(_single(entry) for entry in entries if not entry.startswith("="))
        self._stems: dict[str, list[str]] = defaultdict(list)
        for stem in (_single(entry) for entry in entries if entry.isalpha() and len(entry) >= SHORT):
            self._stems[stem[0]].append(stem)

    def found_in(self, text: str) -> bool:
        """Whether any is in the text, as it is or misspelt."""
        return bool(self.pattern.search(text) or self._doubled.search(_single(text))) or any(
            map(self._is_misspelt, WORD.findall(text.lower()))
        )

    def has(self, word: str) -> bool:
        """Whether this word is one."""
        return bool(self.pattern.fullmatch(word)) or self._is_misspelt(word.lower())

    def count(self, text: str) -> int:
        """How many words or phrases of the text, as they are written."""
        return len(self.pattern.findall(text))

    def _is_misspelt(self, word: str) -> bool:
        single = _single(word)
        return word not in HONEST and any(_nearly(single, stem) for stem in self._stems.get(word[0], ()))


def _any_of(entries: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(_pattern_of, entries)) or '(?!)'})", re.IGNORECASE)


def _pattern_of(entry: str) -> str:
    whole = entry.startswith("=")
    word = re.escape(entry.removeprefix("=")).replace(r"\ ", r"[ -]")
    return (
        rf"(?-i:{word})(?!\w)" if whole and word.isupper() else rf"{word}(?!\w)" if whole else rf"{word}\w*"
    )


def _single(word: str) -> str:
    """The word with double letters as one."""
    return DOUBLED.sub(r"\1", word)


@lru_cache(maxsize=50_000)
def _nearly(word: str, stem: str) -> bool:
    """Whether a word begins like this stem, with a letter or two missing, swapped or wrong, and soon ends."""
    allowed = 1 if len(stem) < LONGER else 2
    ending = 1 if len(stem) < LONG else ENDING
    if len(word) > len(stem) + ending + allowed:
        return False
    sizes = range(len(stem) - 1, min(len(word), len(stem) + allowed) + 1)
    return any(
        len(word) - size <= ending and OSA.distance(word[:size], stem, score_cutoff=allowed) <= allowed
        for size in sizes
    )


@lru_cache
def events() -> dict[str, Words]:
    """What names an offense or event, by family."""
    return {family: Words(listed) for family, listed in vocabulary()["events"].items()}


def families_in(text: str) -> frozenset[str]:
    """The families of the offenses and events that a text names."""
    return frozenset(family for family, words in events().items() if words.found_in(text))


@lru_cache
def concrete(kind: str) -> Words:
    """`harm`, `acts`, `ties` or `vehicles`."""
    return Words(vocabulary()["concrete"][kind])


@lru_cache
def vague(kind: str) -> Words:
    """`generic` or `personal`."""
    return Words(vocabulary()["vague"][kind])


def points(written: str) -> int:
    """How concrete it is: what happened, who saw it, when and where, in how many words; less what is only felt."""
    words = len(WORD.findall(written))
    event = bool(families_in(written)) or any(concrete(kind).count(written) for kind in ("harm", "acts"))
    particulars = (
        len(re.findall(r"\d[\d,]*", written)) + len(NAME.findall(written)) + len(TIME.findall(written))
    )
    ties = concrete("ties").count(written)
    feelings = vague("personal").count(written) + vague("generic").count(written)
    return 2 * event + min(ties, 3) + min(particulars, 2) + (words > 8) + (words > 12) - min(feelings, 4)
