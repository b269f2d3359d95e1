"""Fits confidence to the engine's evidence, on rendered plates that no network was trained on."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from plateward.recognition.confidence import Calibration, features
from plateward.recognition.plates import PlateCandidate, PlateEngine
from plateward.recognition.rectify import plate_width
from plateward.recognition.types import Thresholds
from plateward_training import camera, plates

SEED = 5050  # training counts its batches from another seed
MAX_WRONG = 0.009  # of the reads above the alarm threshold; one in a hundred is allowed
NOISE = 0.03  # below this confidence there is more noise than plate


def fit(engine: PlateEngine, count: int, target: Path) -> Calibration:
    """Photograph `count` rendered plates, read them, fit the curve and write it to `target`."""
    rows, right = [], []
    for index in range(count):
        results = observe(engine, np.random.default_rng([SEED, index]))
        rows += [features(item.serial, plate_width(item.corners)) for item, _ in results]
        right += [good for _, good in results]
    x, y = np.array(rows), np.array(right, np.float64)
    weights = logistic(x, y)
    sure = 1 / (1 + np.exp(-x @ weights))
    offset, evidence, width, form = (round(float(item), 4) for item in weights)
    calibration = Calibration(offset, evidence, width, form, Thresholds(NOISE, alarm_threshold(sure, y)))
    target.write_bytes(msgspec.json.format(msgspec.json.encode(calibration)) + b"\n")
    return calibration


def observe(engine: PlateEngine, rng: np.random.Generator) -> list[tuple[PlateCandidate, bool]]:
    """The engine's candidates in a photograph of a rendered plate, each with whether it is right (O and 0 as one)."""
    sheet = plates.render(rng, invented=0.0)
    shot = camera.shoot(rng, sheet.image, math.exp(rng.uniform(math.log(44), math.log(300))), room=0.8)
    truth = sheet.text.replace("O", "0")
    return [
        (candidate, candidate.serial.text.replace("O", "0") == truth)
        for candidate in engine.candidates(shot.image)
    ]


def logistic(x: NDArray[Any], y: NDArray[Any], ridge: float = 1e-3) -> NDArray[Any]:
    """The weights of logistic regression by Newton's method; x: samples × features, y: 0 or 1."""
    weights = np.zeros(x.shape[1])
    for _ in range(30):
        chance = 1 / (1 + np.exp(-x @ weights))
        slope = x.T @ (y - chance) - ridge * weights
        bend = (x * (chance * (1 - chance))[:, None]).T @ x + ridge * np.eye(x.shape[1])
        weights = weights + np.linalg.solve(bend, slope)
    return weights


def alarm_threshold(sure: NDArray[Any], right: NDArray[Any]) -> float:
    """The lowest confidence above which at most MAX_WRONG of the reads are wrong."""
    order = np.argsort(-sure)
    share = np.cumsum(1 - right[order]) / np.arange(1, len(order) + 1)
    allowed = np.nonzero(share <= MAX_WRONG)[0]
    return float(sure[order[allowed[-1]]]) if len(allowed) else 1.0
