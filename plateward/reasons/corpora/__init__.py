"""Invented reasons, one a line: each set was written before the rules were measured on it, and then used to correct
them (docs/decisions/0083). Of real cases nothing is here."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent
NAMES: Final = ("development", "first", "second", "third", "fourth", "fifth", "sixth")


@dataclass(frozen=True)
class Corpus:
    """Reasons to accept, and reasons to refuse."""

    name: str
    good: tuple[str, ...]
    bad: tuple[str, ...]


def load_corpus(name: str) -> Corpus:
    """One of NAMES."""
    return Corpus(name, _lines(f"{name}_good.txt"), _lines(f"{name}_bad.txt"))


def _lines(file: str) -> tuple[str, ...]:
    lines = (FOLDER / file).read_text(encoding="utf-8").splitlines()
    return tuple(line for line in lines if line and not line.startswith("#"))
