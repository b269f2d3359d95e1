"""The words that the rules know, with their tags, and radio shorthand for some: read from vocabulary/*.toml. A word may
be misspelt a little."""

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from plateward.reasons.text import WORD, plain_words

FOLDER: Final = Path(__file__).with_name("vocabulary")
FILES: Final = ("events", "people", "ties", "filler", "particulars")
SHORTEST_MISSPELT: Final = 6  # letters: a shorter word is another word with one letter changed
VERBS: Final = {"ACT", "TAKE", "FLEE", "MOVE", "DRIVE", "USE", "STOLEN"}  # a carjacking is no verb
VOWELS: Final = "aeiou"

Tags = frozenset[str]


@dataclass(frozen=True)
class Lexicon:
    """`phrases`: from words to tags. `longest`: the words of the longest phrase that begins with a word.
    `singles`: by first letter, all words that a misspelt one may be."""

    phrases: dict[tuple[str, ...], Tags]
    longest: dict[str, int]
    singles: dict[str, tuple[str, ...]]

    def respelled(self, word: str) -> str:
        """The known word that this one is, or most likely was meant to be."""
        if (
            (word,) in self.phrases
            or word in self.longest
            or len(word) < SHORTEST_MISSPELT
            or not word.isalpha()
        ):
            return word
        allowed = 1 if len(word) < 10 else 2
        best = process.extractOne(
            word, self.singles.get(word[0], ()), scorer=OSA.distance, score_cutoff=allowed
        )
        return best[0] if best else word


@lru_cache
def lexicon() -> Lexicon:
    """All vocabulary, loaded once."""
    tags: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for name in FILES:
        for kind, table in tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8")).items():
            for tag, entries in table.items() if kind in {"nouns", "words", "verbs"} else ():
                if isinstance(entries, dict):
                    for inner, more in entries.items():
                        _add(tags, kind, inner, more)
                else:
                    _add(tags, kind, tag, entries)
    for literal in _pattern_words():
        tags[(literal,)]  # known, so that it is taken for no misspelt other word
    longest: dict[str, int] = defaultdict(int)
    singles: dict[str, list[str]] = defaultdict(list)
    for words in tags:
        longest[words[0]] = max(longest[words[0]], len(words))
        for word in words:
            if len(word) >= SHORTEST_MISSPELT - 1 and word.isalpha():
                singles[word[0]].append(word)
    return Lexicon(
        {words: frozenset(given - VERBS if "OFFENSE" in given else given) for words, given in tags.items()},
        dict(longest),
        {letter: tuple(sorted(set(words))) for letter, words in singles.items()},
    )


def written_out(words: Sequence[str]) -> list[str]:
    """The words, radio shorthand as what it stands for: "veh tkn fr lot" as "veh taken from lot". A name stays what it
    is, and so does a forest road."""
    return " ".join(_meanings(words)).split()


def text_written_out(text: str) -> str:
    """The same of a text, which keeps its punctuation."""
    parts = re.split(f"({WORD.pattern})", text)  # every other one is a word
    parts[1::2] = _meanings(parts[1::2])
    return "".join(parts)


def _meanings(words: Sequence[str]) -> list[str]:
    """Of each word, what it stands for, or itself."""
    result: list[str] = []
    for at, (word, after) in enumerate(zip(words, [*words[1:], ""], strict=False)):
        is_name = at > 0 and word[:1].isupper() and word[1:].islower()
        is_road = word == "FR" and after[:1].isdigit()
        short = word.rstrip(".")
        stands_for = _shorthand().get(short) or _shorthand().get(short.lower())
        result.append(stands_for if stands_for and not (is_name or is_road) else word)
    return result


@lru_cache
def _shorthand() -> dict[str, str]:
    table = tomllib.loads((FOLDER / "shorthand.toml").read_text(encoding="utf-8"))["words"]
    return {short: words for words, shorts in table.items() for short in shorts.split(", ")}


def _pattern_words() -> set[str]:
    table = tomllib.loads((FOLDER / "patterns.toml").read_text(encoding="utf-8"))
    parts = [
        part
        for line in (
            *table["event"],
            *table["tie"],
            *table["witness"],
            *table["called"],
            *table["called_by"],
            *table["driven"],
            *table["opened"],
            *table["party"],
        )
        for step in line.split()
        for part in step.removeprefix("^").split("|")
    ]
    return {part for part in parts if part.isalpha() and part.islower()}


def _add(tags: dict[tuple[str, ...], set[str]], kind: str, tag: str, entries: str) -> None:
    for entry in re.split(r",\s*", " ".join(entries.split())):
        if not entry:
            continue
        forms: Iterator[str] | tuple[str, ...] = (entry,)
        if kind == "nouns":
            forms = _numbers(entry)
            if tag == "VEHICLE":  # several are not this one
                forms, [several] = (entry,), list(_numbers(entry))[1:]
                tags[tuple(plain_words(several))].add("VEHICLES")
        elif kind == "verbs":
            forms = _conjugated(entry)
        for form in forms:
            words = tuple(plain_words(form))
            if words:
                tags[words].add(tag)
                if kind == "verbs" and _is_past(form, entry):
                    tags[words].add("PAST")
                if tag == "TAKE" and (_is_past(form, entry) or words[0].endswith("ing")):
                    tags[words].add("TOOK")


def _is_past(form: str, entry: str) -> bool:
    return form in entry.split("/")[1:] or (len(form) > 3 and form.partition(" ")[0].endswith("ed"))


def _numbers(noun: str) -> Iterator[str]:
    yield noun
    if noun.endswith(("s", "x", "ch", "sh", "z")):
        yield noun + "es"
    elif noun.endswith("y") and noun[-2:-1] not in VOWELS:
        yield noun[:-1] + "ies"
    else:
        yield noun + "s"


def _conjugated(entry: str) -> Iterator[str]:
    """All forms of a verb; irregular ones follow its first form. Of several words the first is conjugated."""
    first, *irregular = entry.split("/")
    yield first
    yield from irregular
    head, _, rest = first.partition(" ")
    rest = f" {rest}" if rest else ""
    stem = head[:-1] if head.endswith("e") and not head.endswith("ee") else head
    y = head.endswith("y") and head[-2:-1] not in VOWELS
    ending = "es" if head.endswith(("s", "x", "ch", "sh", "z")) else "s"
    yield (head[:-1] + "ies" if y else head + ending) + rest
    yield stem + "ing" + rest
    doubles = (
        len(head) > 2 and head[-1] not in VOWELS + "wxy" and head[-2] in VOWELS and head[-3] not in VOWELS
    )
    if doubles:
        yield head + head[-1] + "ing" + rest
    if irregular:
        return
    yield (head[:-1] + "ied" if y else stem + "ed") + rest
    if doubles:
        yield head + head[-1] + "ed" + rest
