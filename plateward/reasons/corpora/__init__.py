"""Invented reasons, one a line: each set was written before the rules were measured on it. All of NAMES were then used
to correct them (docs/decisions/0083); those of HELD_OUT never were. Of real cases nothing is here. The eighteenth and
nineteenth are of barred words misspelt, and of words that are only like them; the twenty-second to twenty-fourth of
radio shorthand; the twenty-fifth to twenty-seventh each of curt sentences, full ones and shorthand; the next two of
everyday words beside ordinary crime: months, signs, clinics, elections; the thirtieth to thirty-second of strangers to
the rules; the thirty-third of words of barred grounds around crimes and without, and of accounts that tie no vehicle;
the thirty-fourth, thirty-fifth, thirty-seventh and thirty-eighth of four strangers; the thirty-sixth of curiosity,
hunches, habits, private interest, cross references and crimes without a vehicle; the thirty-ninth to forty-first of
three more strangers."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent
NAMES: Final = (
    "development",
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "eighteenth",
    "nineteenth",
    "twentieth",
    "twenty-second",
    "twenty-third",
    "twenty-fourth",
    "twenty-fifth",
    "twenty-sixth",
    "twenty-seventh",
    "twenty-eighth",
    "twenty-ninth",
    "thirtieth",
    "thirty-first",
    "thirty-second",
    "thirty-third",
    "thirty-fourth",
    "thirty-fifth",
    "thirty-sixth",
    "thirty-seventh",
    "thirty-ninth",
    "fortieth",
)
HELD_OUT: Final = ("seventeenth", "twenty-first", "thirty-eighth", "forty-first")


@dataclass(frozen=True)
class Corpus:
    """Reasons to accept, to refuse, and, in the later sets, to stop as barred."""

    name: str
    good: tuple[str, ...]
    bad: tuple[str, ...]
    barred: tuple[str, ...]


def load_corpus(name: str) -> Corpus:
    """One of NAMES or HELD_OUT."""
    return Corpus(name, *(_lines(FOLDER / f"{name}_{kind}.txt") for kind in ("good", "bad", "barred")))


def _lines(file: Path) -> tuple[str, ...]:
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    return tuple(line for line in lines if line and not line.startswith("#"))
