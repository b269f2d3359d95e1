"""Words written as they sound: "imigrashun", "mosk", "asylm". Pure."""

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from rapidfuzz.distance import OSA

SHORTEST_HEARD: Final = 4  # letters
SHORTEST_WITH_OTHER_VOWEL: Final = 5  # sounds; from LONG on, two vowels may be others
LONG: Final = 8
VOWELS: Final = re.compile("[aeiou]")
SPELLINGS: Final = (  # of a sound that has several, in this order
    (re.compile(r"(?:ss|[tscx])[iy]?[aeou]+n(?=s?$)|[tsc]?sh?[aeiou]*n(?=s?$)"), "Xn"),
    (re.compile(r"que(?=s?$)|ck|qu|[kq]|c(?![eiyh])"), "k"),
    (re.compile(r"gue(?=s?$)|gh"), "g"),
    (re.compile(r"ph"), "f"),
    (re.compile(r"(?<=[aeiouy])h(?![aeiouy])"), ""),
    (re.compile(r"[cz]"), "s"),
    (re.compile(r"y"), "i"),
    (re.compile(r"(.)\1+"), r"\1"),
    (re.compile(r"(?<=\w\w)e(?=s?$)"), ""),
)


def sound_of(word: str) -> str:
    """The word as it is heard, roughly; double letters are one."""
    for spelling, sound in SPELLINGS:
        word = spelling.sub(sound, word)
    return word


class Sounds:
    """Finds the word, or the stem, that was meant by how a word sounds or begins to: all consonants agree, and all
    vowels but one or two."""

    def __init__(self, words: Iterable[str], stems: Iterable[str]) -> None:
        self._words: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for word in sorted(words):
            sound = sound_of(word)
            self._words[VOWELS.sub("", sound)].append((sound, word))
        self._stems = tuple((sound_of(stem), stem) for stem in stems)

    def meant(self, word: str) -> str:
        """The word or stem of these that it sounds like, or the word itself."""
        heard = sound_of(word)
        for sound, meant in self._words.get(VOWELS.sub("", heard), ()):
            if _alike(heard, sound):
                return meant
        for sound, stem in self._stems:
            if any(_alike(heard[:size], sound) for size in range(len(sound) - 1, len(sound) + 2)):
                return stem
        return word


def _alike(heard: str, sound: str) -> bool:
    others = 0 if len(sound) < SHORTEST_WITH_OTHER_VOWEL else 1 if len(sound) < LONG else 2
    return (
        VOWELS.sub("a", heard[:1]) == VOWELS.sub("a", sound[:1])
        and VOWELS.sub("", heard) == VOWELS.sub("", sound)
        and OSA.distance(heard, sound) <= others
    )
