"""How well plates are found: on composed scenes, which choose the threshold, and on photographs, which test it."""

from __future__ import annotations

import csv
import math
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from plateward.recognition import images
from plateward.recognition.corners import AREA, CornerDetector, Quad
from plateward_training.scenes import Composer, Photos, Sheets, overlap, upright

SIDE = math.isqrt(AREA)  # of a composed scene: as large as a picture in the network
LOWEST = 0.05  # quads below this score are ignored
LOCATED = 0.5  # intersection over union above which a box is the plate's
MAX_FALSE = 0.4  # false quads a picture accepted for the sake of hard-to-see plates
MIN_TOUCH = 0.1  # and above which a crooked quad is no false alarm


@dataclass(frozen=True)
class PictureResult:
    """The result on a picture: the best score that located each plate, 0 for none, and the scores of false quads."""

    located: tuple[float, ...]
    false: tuple[float, ...]


@dataclass(frozen=True)
class DetectionFigures:
    """Figures for a set of pictures at a threshold."""

    plates: int
    located: int
    pictures: int
    false: int
    milliseconds: float  # per picture, on one thread


def judge(quads: list[Quad], plates: NDArray[Any], ignored: NDArray[Any]) -> PictureResult:
    """The quads against the boxes of plates (n × 4); quads on `ignored` boxes count neither way."""
    boxes = [upright(quad.corners) for quad in quads]
    located = tuple(
        max((q.score for q, box in zip(quads, boxes, strict=True) if _iou(box, plate) > LOCATED), default=0.0)
        for plate in plates
    )
    all_boxes = [*plates, *ignored]
    false = tuple(
        quad.score
        for quad, box in zip(quads, boxes, strict=True)
        if all(_iou(box, plate) < MIN_TOUCH for plate in all_boxes)
    )
    return PictureResult(located, false)


def _iou(first: NDArray[Any], second: NDArray[Any]) -> float:
    both = overlap(first, second)
    return both / float(first[2] * first[3] + second[2] * second[3] - both)


def lowest_threshold(results: list[PictureResult]) -> float:
    """The lowest threshold with at most MAX_FALSE false quads a picture: reading rejects those."""
    false = sorted((score for result in results for score in result.false), reverse=True)
    spare = int(MAX_FALSE * len(results))
    return LOWEST if len(false) <= spare else math.ceil(100 * false[spare] + 1e-6) / 100


def figures_at(threshold: float, results: list[PictureResult], milliseconds: float = 0.0) -> DetectionFigures:
    """The figures at a threshold."""
    return DetectionFigures(
        sum(len(result.located) for result in results),
        sum(score >= threshold for result in results for score in result.located),
        len(results),
        sum(score >= threshold for result in results for score in result.false),
        milliseconds,
    )


def on_scenes(detector: CornerDetector, folder: Path, count: int, seed: int) -> list[PictureResult]:
    """The detector on scenes composed from the sheets in `folder` and photographs held out of training."""
    photos = folder / "photos"
    held_out = Photos(photos, held_out=True) if photos.is_dir() else None
    composer = Composer(Sheets(folder / "sheets"), held_out, SIDE, seed)
    results = []
    for index in range(0, 2 * count, 2):
        scene = composer.scene(index)
        quads = detector.find(
            cv2.cvtColor(scene.image, cv2.COLOR_GRAY2BGR).astype(np.uint8, copy=False), LOWEST
        )
        boxes = np.array([upright(corners) for corners in scene.plates]).reshape(-1, 4)
        results.append(judge(quads, boxes, np.concatenate([scene.boxes, scene.doubtful])))
    return results


def on_photographs(detector: CornerDetector, table: Path, folder: Path) -> tuple[list[PictureResult], float]:
    """The detector on photographs with boxes (file,x,y,w,h), and milliseconds per picture."""
    boxes: dict[str, list[tuple[float, ...]]] = defaultdict(list)
    with table.open(newline="") as file:
        for row in csv.DictReader(file):
            boxes[row["file"]].append(tuple(float(row[key]) for key in "xywh"))
    results, spent = [], 0.0
    for name in sorted(boxes):
        image = images.load_image(folder / name)
        begun = time.perf_counter()
        quads = detector.find(image, LOWEST)
        spent += time.perf_counter() - begun
        results.append(judge(quads, np.array(boxes[name]), np.zeros((0, 4))))
    return results, 1000 * spent / max(1, len(results))


def evaluate(
    weights: Path, folder: Path, photographs: dict[Path, Path], count: int, seed: int
) -> dict[str, DetectionFigures]:
    """Figures of exported weights: on `count` composed scenes, and on the pictures beside each table of boxes.

    `photographs` names each table's folder of pictures. All at the threshold that the scenes choose, which is in the
    name of the first figure."""
    detector = CornerDetector(1, weights)
    scenes = on_scenes(detector, folder, count, seed)
    threshold = lowest_threshold(scenes)
    figures = {f"composed scenes, threshold {threshold:.2f}": figures_at(threshold, scenes)}
    for table, pictures in photographs.items():
        results, milliseconds = on_photographs(detector, table, pictures)
        figures[str(table)] = figures_at(threshold, results, milliseconds)
    return figures
