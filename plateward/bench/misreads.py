"""How this project's recognizer misreads: a table of its reading of each character, and reads generated from it.

The table is in misreads.json; `plateward_training/misreads.py` makes it.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from random import Random

import msgspec

from plateward.recognition.types import Character

FILE = Path(__file__).with_name("misreads.json")

Alternatives = tuple[tuple[str, float], ...]  # second choices
ReadAs = tuple[int, str, float, Alternatives]  # count, reading, its score


class Band(msgspec.Struct, frozen=True):
    """Results for photographs of one quality. `states` counts "right", "unknown" and "wrong"; `characters` lists for
    each true character what it was read as, "" for lost; under "" what was no character."""

    begins: float
    reads: int
    states: dict[str, int]
    characters: dict[str, list[ReadAs]]


class Table(msgspec.Struct, frozen=True):
    """The bands' origin."""

    source: str
    engine: str
    photographs: int
    alarm: float  # confidence above which a read rings
    bands: list[Band]


def load() -> Table:
    """The table stored beside this module."""
    return msgspec.json.decode(FILE.read_bytes(), type=Table)


@dataclass(frozen=True)
class Misread:
    """A plate as it might be read."""

    text: str
    state: str | None
    sure: bool
    characters: tuple[Character, ...]


class Misreader:
    """Reads any plate as well and as badly as the recognizer read those of the table: draws a quality of photograph,
    then each character separately."""

    def __init__(self, table: Table, random: Random) -> None:
        self._table, self._random = table, random
        self._bands = list(accumulate(band.reads for band in table.bands))
        self._seen: list[dict[str, tuple[list[int], list[Character]]]] = []
        better: dict[
            str, list[ReadAs]
        ] = {}  # characters never seen in bad photographs are read as in better ones
        for band in reversed(table.bands):
            better = {**better, **band.characters}
            self._seen.insert(0, {char: _weigh(readings) for char, readings in better.items()})

    def read(self, plate: str, state: str) -> Misread:
        """`plate` of A–Z and 0–9; `state` its two letters."""
        [number] = self._random.choices(range(len(self._bands)), cum_weights=self._bands)
        band, weighted = self._table.bands[number], self._seen[number]
        characters = [
            item for char in plate if (item := self._draw_character(*weighted[char.replace("O", "0")])).char
        ]
        if self._random.random() * band.reads < sum(item[0] for item in band.characters.get("", ())):
            characters.insert(self._random.randint(0, len(characters)), self._draw_character(*weighted[""]))
        [outcome] = self._random.choices(list(band.states), list(band.states.values()))
        wrong = "TX" if state != "TX" else "NM"
        return Misread(
            "".join(item.char for item in characters),
            {"right": state, "unknown": None, "wrong": wrong}[outcome],
            band.begins >= self._table.alarm,
            tuple(characters),
        )

    def _draw_character(self, weights: list[int], characters: list[Character]) -> Character:
        return self._random.choices(characters, cum_weights=weights)[0]


def _weigh(readings: list[ReadAs]) -> tuple[list[int], list[Character]]:
    return list(accumulate(reading[0] for reading in readings)), [
        Character(*reading[1:]) for reading in readings
    ]
