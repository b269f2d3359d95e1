"""How well and how fast the default engine reads US scenes.

A scene has one labelled plate. What counts is the read whose box overlaps the label best; where none does,
the plate was missed. The labels write the letter O as zero, hence a share with O and 0 as one."""

from __future__ import annotations

import csv
import math
import os
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from plateward.bench.figures import Figure
from plateward.errors import PlatewardError

if TYPE_CHECKING:
    from plateward.recognition.types import Plate

TARGET = 0.75  # share of scenes read exactly, O and 0 taken as one
Box = tuple[int, int, int, int]  # x, y, width, height in pixels


@dataclass(frozen=True)
class Scene:
    """A photograph and the one plate that is labelled in it."""

    file: Path
    box: Box
    plate: str


def run(progress: Callable[[str], None]) -> list[Figure]:
    """Reads every scene with one thread. Raises PlatewardError when the photographs are absent."""
    from plateward.recognition import images
    from plateward.recognition.engine import default_engine

    all_scenes = scenes()
    engine = default_engine(threads=1)
    strict = folded = wrong = 0
    took = []
    with _one_thread():
        for number, scene in enumerate(all_scenes, 1):
            progress(f"scene {number} of {len(all_scenes)}")
            image = images.load(scene.file)
            start = time.perf_counter()
            plates = engine.read(image)
            took.append(time.perf_counter() - start)
            text = best_overlap(plates, scene.box)
            strict += text == scene.plate
            folded += fold(text) == fold(scene.plate)
            wrong += sum(fold(plate.text) != fold(scene.plate) for plate in plates)
    count = len(all_scenes)
    low, high = wilson(folded, count)
    share = folded / count
    return [
        Figure("scenes read exactly", strict / count, "share", None, None),
        Figure("scenes read exactly, O and 0 as one", share, "share", TARGET, share >= TARGET),
        Figure("scenes read exactly, O and 0 as one, 95 % from", low, "share", None, None),
        Figure("scenes read exactly, O and 0 as one, 95 % to", high, "share", None, None),
        Figure("median time, one thread", statistics.median(took) * 1000, "ms an image", None, None),
        Figure("plates read that are not the labelled one", wrong / count, "an image", None, None),
    ]


def scenes() -> list[Scene]:
    """The labelled US scenes. Raises PlatewardError when they are not on this machine."""
    beside = Path(__file__).parents[2].parent / "shared"
    root = Path(os.environ.get("PLATEWARD_SHARED", beside)) / "plates-us"
    table = root / "scenes.csv"
    if not table.is_file():
        raise PlatewardError(
            f"The labelled photographs are not on this machine: there is no {table}. "
            "Set PLATEWARD_SHARED to the folder that holds plates-us."
        )
    with table.open(newline="") as lines:
        return [
            Scene(
                root / "scenes" / row["file"],
                (int(row["x"]), int(row["y"]), int(row["w"]), int(row["h"])),
                row["plate"],
            )
            for row in csv.DictReader(lines)
        ]


def best_overlap(plates: list[Plate], box: Box) -> str:
    """The text of the plate that overlaps the box best (intersection over union); empty when none does."""
    ranked = [(overlap(plate.box, box), plate.text) for plate in plates]
    share, text = max(ranked, default=(0.0, ""))
    return text if share > 0 else ""


def overlap(one: Box, other: Box) -> float:
    """Intersection over union, 0 to 1."""
    width = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    height = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    common = max(0, width) * max(0, height)
    return common / (one[2] * one[3] + other[2] * other[3] - common)


def fold(text: str) -> str:
    """The letter O taken for the digit 0."""
    return text.replace("O", "0")


def wilson(hits: int, count: int) -> tuple[float, float]:
    """The 95 % Wilson score interval of a share."""
    z = 1.96
    share = hits / count
    centre = share + z * z / (2 * count)
    margin = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    scale = 1 + z * z / count
    return (centre - margin) / scale, (centre + margin) / scale


@contextmanager
def _one_thread() -> Iterator[None]:
    import cv2

    before = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        yield
    finally:
        cv2.setNumThreads(before)
