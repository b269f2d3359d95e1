"""Barred words written so that they are not recognized: misspelt, written as they sound, divided, or with digits for
letters. Pure."""

import re
import string
import tomllib
import unicodedata
from functools import lru_cache
from typing import Any, Final

from plateward.reasons.lexicon import FOLDER, Lexicon, Tags, lexicon
from plateward.reasons.sounds import SHORTEST_HEARD, Sounds

LETTER: Final = r"[^\W\d_]"
BETWEEN: Final = re.compile(r"[\W_]+")
SIGN_WORD: Final = re.compile(r"[\w@$]+")
SIGNS: Final = str.maketrans("013457@$ıłø", "oieastasilo")
BROKEN: Final = re.compile(rf"(?<={LETTER})- (?={LETTER})")
INITIAL: Final = rf"(?:{LETTER}|[013@$])"
INITIALS: Final = re.compile(rf"(?<![^\W_])(?:{INITIAL}[ .\-_*]+){{2,}}{INITIAL}(?![^\W_])")
PATTERN_WORD: Final = re.compile(r"(?<![\w\\])[a-z]{6,}(?![\w\\*+])")  # a whole word of a phrase, no stem
WORD: Final = re.compile(rf"(?<!')\b{LETTER}{{{SHORTEST_HEARD},}}")


def undisguised(written: str) -> str:
    """The text, made `plain`, as whoever wrote it may want it read: for a search for barred words only, as it may spoil
    others."""
    letters = "".join(
        character
        for character in unicodedata.normalize("NFD", written)
        if not unicodedata.combining(character)
    )
    spelled = SIGN_WORD.sub(lambda word: _without_signs(word[0]), letters)
    joined = INITIALS.sub(lambda run: _joined(run[0]), spelled)
    if _spells_barred(joined):
        joined = _divided().sub(lambda word: "".join(re.findall(LETTER, word[0])), joined)
    whole = BROKEN.sub("", joined)
    return WORD.sub(lambda word: _respelled(word[0]), whole.replace("_", " "))


def _without_signs(word: str) -> str:
    """ "1mmigration" as "IMMIGRATION", "1CE" and "lCE" as "ICE". With one letter or none it is a number."""
    if len(re.findall(LETTER, word)) < 2:
        return word
    letters = word.translate(SIGNS)
    capitals = letters.replace("l", "I")
    if capitals.isupper() and not letters.islower():
        return capitals
    return letters if letters == word else letters.upper()


def _joined(run: str) -> str:
    """ "i c e", "l.C.E." and "E R 0" as "ICE" and "ERO"."""
    letters = "".join(re.findall(INITIAL, run)).translate(SIGNS)
    return (letters if letters.islower() else letters.replace("l", "I")).upper()


@lru_cache(maxsize=20_000)  # more than the words that people use
def _respelled(word: str) -> str:
    lower = word.lower()
    barred = _barred_words()
    if (lower,) in barred.phrases:
        return word
    meant = barred.respelled(lower)
    if meant == lower:
        meant = _sounds().meant(lower)
    return word if meant == lower else meant


@lru_cache
def barred_table() -> dict[str, Any]:
    """The vocabulary of barred grounds, loaded once."""
    return tomllib.loads((FOLDER / "barred.toml").read_text(encoding="utf-8"))


@lru_cache
def _barred_words() -> Lexicon:
    """The words that bar a text when misspelt, whatever their first letter; and those that are no error for one."""
    table = barred_table()
    patterns = " ".join(
        words
        for ground in table["ground"]
        for words in (*ground["words"], *ground.get("surroundings", ()), *ground.get("sources", ()))
    )
    misspelt = tuple(sorted({*table["misspelt"].split(), *PATTERN_WORD.findall(patterns)}))
    known = {word for words in lexicon().phrases for word in words} | {*misspelt, *table["honest"].split()}
    phrases: dict[tuple[str, ...], Tags] = {(word,): frozenset() for word in known}
    return Lexicon(phrases, {}, dict.fromkeys(string.ascii_lowercase, misspelt))


@lru_cache
def _sounds() -> Sounds:
    table = barred_table()
    return Sounds(table["misspelt"].split(), table["stems"].split())


def _spells_barred(text: str) -> bool:
    """Whether its letters have a barred word, divided or not."""
    letters = BETWEEN.sub("", text).casefold().replace("ı", "i")
    return any(map(letters.__contains__, _shortest_barred()))


@lru_cache
def _shortest_barred() -> tuple[str, ...]:
    """The barred words that have no other within."""
    words = _barred_words().singles["a"]
    return tuple(word for word in words if not any(other in word for other in words if other != word))


@lru_cache
def _divided() -> re.Pattern[str]:
    """A barred word with anything between its letters."""
    words = "|".join(r"[\W_]{0,3}".join(word) for word in _barred_words().singles["a"])
    return re.compile(rf"(?<![^\W_])(?:{words})(?![^\W_])", re.IGNORECASE)
