"""`python -m plateward_training.misreads COUNT`: makes the benchmarks' table of misreads.

It uses COUNT photographs of rendered plates that neither the networks nor the calibration have seen; the current twelve
thousand take an hour.
"""

from __future__ import annotations

import math
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

import msgspec
import numpy as np

from plateward.bench.misreads import FILE, Alternatives, Band, Table
from plateward.ground.matching.align import align
from plateward.ground.matching.normalize import zeroed
from plateward.recognition.plates import PlateEngine
from plateward.recognition.types import Character, Plate
from plateward_training import camera, fonts, plates

SEED = 7013  # training and calibration use others
# Confidences that separate photographs of similar quality, in addition to the alarm threshold.
BANDS = (0.05, 0.3, 0.6, 0.8, 0.9, 0.99)
LEAST = 0.02  # least score of a second choice in the table


def tabulate(reads: Sequence[tuple[str, str, Plate]], engine: str, photographs: int, alarm: float) -> Table:
    """The table of reads, each with the true plate and state."""
    bands, edges = [], sorted({*BANDS, alarm})
    for begins, ends in pairwise([*edges, math.inf]):
        own = [read for read in reads if begins <= read[2].confidence < ends]
        states = Counter({"right": 0, "unknown": 0, "wrong": 0})
        readings: dict[str, Counter[tuple[str, float, Alternatives]]] = defaultdict(Counter)
        for true, state, plate in own:
            states["unknown" if plate.state is None else "right" if plate.state == state else "wrong"] += 1
            for char, reading in _against(true, plate):
                readings[char][reading] += 1
        characters = {
            char: [
                (often, *reading)
                for reading, often in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
            ]
            for char, counts in sorted(readings.items())
        }
        bands.append(Band(begins, len(own), dict(states), characters))
    source = "photographs of rendered plates (plateward_training), read by this project's own engine"
    return Table(source, engine, photographs, alarm, bands)


def _against(true: str, plate: Plate) -> Iterator[tuple[str, tuple[str, float, Alternatives]]]:
    """Each true character (O as 0) with its reading; "" if either is absent."""
    characters = iter(plate.characters)
    for pair in align(zeroed(plate.text), zeroed(true)):
        character = next(characters) if pair.read else Character("", 0.0, ())
        others = tuple((char, round(score, 2)) for char, score in character.alternatives if score >= LEAST)
        yield pair.listed, (character.char, round(character.score, 2), others)


def collect(count: int) -> Table:
    """Photograph and read this many rendered plates."""
    fonts.install()
    engine = PlateEngine(1)
    reads = []
    for index in range(count):
        rng = np.random.default_rng([SEED, index])
        sheet = plates.render(rng, invented=0.0)
        wide = math.exp(rng.uniform(math.log(44), math.log(300)))
        plates_read = engine.read(camera.shoot(rng, sheet.image, wide, room=0.8).image)
        if plates_read:
            reads.append((sheet.text, sheet.state, plates_read[0]))
    return tabulate(reads, engine.version, count, engine.thresholds.alarm)


if __name__ == "__main__":
    FILE.write_bytes(msgspec.json.encode(collect(int(sys.argv[1]))))
