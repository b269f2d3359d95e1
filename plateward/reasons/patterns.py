"""Finds the tags of a reason's words, and the patterns of words that say what happened and why this plate. Pure."""

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from plateward.reasons.lexicon import FOLDER, Tags, lexicon
from plateward.reasons.particulars import tags_by_form

HEDGED: Final = 10  # so many terms after "if" or "whether" are a question
TELLING: Final = 1  # different words that tell of an event
VOWEL: Final = re.compile("[aeiouy]")
POSSESSIVE: Final = re.compile("(?<!suspect)(?<!subject)'s$", re.IGNORECASE)  # "the suspect's car" is a label
OWNERS: Final = frozenset({"PERSON", "SOURCE", "WHO", "CAPITALIZED", "name"})
FORMS: Final = frozenset({"CAPITALIZED", "NAMED", "name"})
NO_TAGS: Final[Tags] = frozenset()


@dataclass(frozen=True)
class Term:
    """A word or phrase of a reason: as it stands, as known (lower case, respelled), and its tags."""

    text: str
    known: str
    tags: Tags

    @property
    def is_filler(self) -> bool:
        """Whether it fits any case."""
        return not self.tags - {"FILLER", "SMALL", "HEDGE"} and bool(self.tags)


@dataclass(frozen=True)
class Step:
    """One of these words or tags, after at most `gap` other terms."""

    choices: frozenset[str]
    gap: int


Pattern = tuple[Step, ...]


def terms_of(words: Sequence[str]) -> list[Term]:
    """The words as terms: the longest known phrases first, so that "vehicle of interest" is no vehicle."""
    known = [_known(word) for word in words]
    terms: list[Term] = []
    at = 0
    while at < len(words):
        size, tags = _phrase_at(known, at)
        text = " ".join(words[at : at + size])
        tags |= tags_by_form(words, at, size)
        terms.append(Term(text, " ".join(known[at : at + size]), tags | _tags_by_context(text, tags, terms)))
        at += size
    return terms


def _tags_by_context(text: str, tags: Tags, before: Sequence[Term]) -> Tags:
    """VEHICLE for "this lowrider" and "gray Focus"; POSSESSOR for "her cousin's"."""
    if POSSESSIVE.search(text) and tags & OWNERS and "PLACE" not in tags:
        return frozenset({"POSSESSOR"})
    if before and before[-1].known == "this" and not tags - FORMS:
        return frozenset({"VEHICLE"})
    if (
        before
        and "MODEL" in tags
        and (
            before[-1].known in {"this", "a", "his", "her", "their"}
            or before[-1].tags & {"DESCRIBED", "VEHICLE", "POSSESSOR"}
        )
    ):
        return frozenset({"VEHICLE"})
    return NO_TAGS


def has_event(terms: Sequence[Term]) -> bool:
    """Whether they say what happened: by known words, or by enough words beside names, places and filler."""
    return any(_matches(pattern, terms) for pattern in _patterns("event")) or len(_telling(terms)) >= TELLING


def has_tie(terms: Sequence[Term]) -> bool:
    """Whether they say why this plate."""
    return any(_matches(pattern, terms) for pattern in _patterns("tie"))


def asserted(terms: Sequence[Term]) -> list[Term]:
    """The terms without the tags of what is only asked: "to see if it was used in …"."""
    result, hedged = [], 0
    for term in terms:
        hedged = HEDGED if "HEDGE" in term.tags else hedged - 1
        result.append(Term(term.text, "", NO_TAGS) if hedged > 0 else term)
    return result


def _telling(terms: Sequence[Term]) -> set[str]:
    background = _background()
    return {
        term.known
        for term in terms
        if len(term.known) >= 3
        and term.known.isalpha()
        and background.isdisjoint(term.tags)
        and VOWEL.search(term.known)
    }


@lru_cache
def _background() -> Tags:
    return frozenset(tomllib.loads((FOLDER / "patterns.toml").read_text(encoding="utf-8"))["background"])


def _known(word: str) -> str:
    lower = word.lower()
    base = lexicon().respelled(lower)
    if base == lower and (lower,) not in lexicon().phrases and lower.endswith("'s"):
        return lexicon().respelled(lower[:-2])
    return base


def _phrase_at(known: Sequence[str], at: int) -> tuple[int, Tags]:
    phrases = lexicon().phrases
    for size in range(min(lexicon().longest.get(known[at], 1), len(known) - at), 0, -1):
        if tags := phrases.get(tuple(known[at : at + size])):
            return size, tags
    return 1, NO_TAGS


@lru_cache
def _patterns(name: str) -> tuple[Pattern, ...]:
    table = tomllib.loads((FOLDER / "patterns.toml").read_text(encoding="utf-8"))
    return tuple(tuple(_steps(line)) for line in table[name])


def _steps(line: str) -> Iterator[Step]:
    gap = 0
    for part in line.split():
        if gapped := re.fullmatch(r"\.\.(\d+)", part):
            gap = int(gapped[1])
        else:
            words = (word if word.isupper() else word.replace("_", " ") for word in part.split("|"))
            yield Step(frozenset(words), gap)
            gap = 0


def _matches(pattern: Pattern, terms: Sequence[Term]) -> bool:
    """Whether the steps follow one another; in time that grows with terms times steps."""
    reached = [at for at, term in enumerate(terms) if _fits(pattern[0], term)]
    for step in pattern[1:]:
        if not reached:
            return False
        within = set[int]()
        for at in reached:
            within.update(range(at + 1, min(at + 2 + step.gap, len(terms))))
        reached = [at for at in sorted(within) if _fits(step, terms[at])]
    return bool(reached)


def _fits(step: Step, term: Term) -> bool:
    return term.known in step.choices or not step.choices.isdisjoint(term.tags)
