"""How this project's recognizer misreads: a table of what it made of each character, and reads made by it.

The table lies in misreads.json. `python -m plateward.bench.misreads COUNT` makes it anew, from so many photographs of
rendered plates that neither the networks nor the calibration have seen; twelve thousand, as now, take an hour.
"""

from __future__ import annotations

import math
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from pathlib import Path
from random import Random

import msgspec

from plateward.matching.align import align
from plateward.matching.normalize import zeroed
from plateward.recognition.types import Character, Plate

FILE = Path(__file__).with_name("misreads.json")
SEED = 7013  # training and calibration draw from others
# Confidences between which photographs are about equally good, beside the one from which alarms ring.
BANDS = (0.05, 0.3, 0.6, 0.8, 0.9, 0.99)
LEAST = 0.02  # score of a second choice that is kept

Others = tuple[tuple[str, float], ...]  # second choices
Seen = tuple[int, str, float, Others]  # how often, as what, its score


class Band(msgspec.Struct, frozen=True):
    """What became of plates in photographs of one quality. `states` counts "right", "unknown" and "wrong"; in
    `characters` stands for each true character what it was read as, "" for lost; under "" what was no character."""

    begins: float
    reads: int
    states: dict[str, int]
    characters: dict[str, list[Seen]]


class Table(msgspec.Struct, frozen=True):
    """Where the bands are from."""

    source: str
    engine: str
    photographs: int
    alarm: float  # confidence from which a read rings
    bands: list[Band]


def load() -> Table:
    """The table that lies beside this."""
    return msgspec.json.decode(FILE.read_bytes(), type=Table)


@dataclass(frozen=True)
class Misread:
    """A plate as it might be read."""

    text: str
    state: str | None
    sure: bool
    characters: tuple[Character, ...]


class Misreader:
    """Reads any plate as well and as badly as the recognizer did those of the table: a quality of photograph, then
    each character by itself."""

    def __init__(self, table: Table, random: Random) -> None:
        self._table, self._random = table, random
        self._bands = list(accumulate(band.reads for band in table.bands))
        self._seen: list[dict[str, tuple[list[int], list[Character]]]] = []
        better: dict[str, list[Seen]] = {}  # what was never seen in bad photographs is read as in better ones
        for band in reversed(table.bands):
            better = {**better, **band.characters}
            self._seen.insert(0, {char: _weighed(seen) for char, seen in better.items()})

    def read(self, plate: str, state: str) -> Misread:
        """`plate` of A–Z and 0–9; `state` its two letters."""
        [number] = self._random.choices(range(len(self._bands)), cum_weights=self._bands)
        band, seen = self._table.bands[number], self._seen[number]
        characters = [one for char in plate if (one := self._one(*seen[char.replace("O", "0")])).char]
        if self._random.random() * band.reads < sum(one[0] for one in band.characters.get("", ())):
            characters.insert(self._random.randint(0, len(characters)), self._one(*seen[""]))
        [told] = self._random.choices(list(band.states), list(band.states.values()))
        wrong = "TX" if state != "TX" else "NM"
        return Misread(
            "".join(one.char for one in characters),
            {"right": state, "unknown": None, "wrong": wrong}[told],
            band.begins >= self._table.alarm,
            tuple(characters),
        )

    def _one(self, weights: list[int], seen: list[Character]) -> Character:
        return self._random.choices(seen, cum_weights=weights)[0]


def _weighed(seen: list[Seen]) -> tuple[list[int], list[Character]]:
    return list(accumulate(one[0] for one in seen)), [Character(*one[1:]) for one in seen]


def tabulate(reads: Sequence[tuple[str, str, Plate]], engine: str, photographs: int, alarm: float) -> Table:
    """The table of reads, each with the true plate and state."""
    bands, edges = [], sorted({*BANDS, alarm})
    for begins, ends in pairwise([*edges, math.inf]):
        own = [one for one in reads if begins <= one[2].confidence < ends]
        states = Counter({"right": 0, "unknown": 0, "wrong": 0})
        seen: dict[str, Counter[tuple[str, float, Others]]] = defaultdict(Counter)
        for true, state, plate in own:
            states["unknown" if plate.state is None else "right" if plate.state == state else "wrong"] += 1
            for char, one in _against(true, plate):
                seen[char][one] += 1
        characters = {
            char: [
                (often, *one) for one, often in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
            ]
            for char, counts in sorted(seen.items())
        }
        bands.append(Band(begins, len(own), dict(states), characters))
    source = "photographs of rendered plates (plateward/training), read by this project's own engine"
    return Table(source, engine, photographs, alarm, bands)


def _against(true: str, plate: Plate) -> Iterator[tuple[str, tuple[str, float, Others]]]:
    """Each true character (O as 0) with what was read of it; "" for what is not there."""
    characters = iter(plate.characters)
    for pair in align(zeroed(plate.text), zeroed(true)):
        one = next(characters) if pair.read else Character("", 0.0, ())
        others = tuple((char, round(score, 2)) for char, score in one.alternatives if score >= LEAST)
        yield pair.listed, (one.char, round(one.score, 2), others)


def collect(count: int) -> Table:
    """Photograph and read so many rendered plates."""
    import numpy as np

    from plateward.recognition.plates import PlateEngine
    from plateward.training import camera, fonts, plates

    fonts.install()
    engine = PlateEngine(1)
    reads = []
    for index in range(count):
        rng = np.random.default_rng([SEED, index])
        sheet = plates.render(rng, invented=0.0)
        wide = math.exp(rng.uniform(math.log(44), math.log(300)))
        found = engine.read(camera.shoot(rng, sheet.image, wide, room=0.8).image)
        if found:
            reads.append((sheet.text, sheet.state, found[0]))
    return tabulate(reads, engine.version, count, engine.thresholds.alarm)


if __name__ == "__main__":
    FILE.write_bytes(msgspec.json.encode(collect(int(sys.argv[1]))))
