"""The reader of plates' words: the packaged network cut down to letters, in eight bits, without training."""

from __future__ import annotations

import math
import string
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from plateward.ground.errors import PlatewardError
from plateward.recognition import state
from plateward_training import camera, interpret, plates, quantization

CHARACTERS = string.ascii_uppercase + string.ascii_lowercase + string.digits + "|.,-'&/ "
COUNT = 60  # rendered plates whose words determine the ranges of its signals


def packaged() -> Path:
    """The network of print that comes with the wheel `rapidocr`, whose code is never imported."""
    try:
        return Path(str(distribution("rapidocr").locate_file("rapidocr/models/PP-OCRv6_rec_small.onnx")))
    except PackageNotFoundError as missing:
        raise PlatewardError("Training begins from the wheel rapidocr: ./run setup installs it.") from missing


def export(target: Path, seed: int) -> None:
    """Write the network that `recognition/state.py` runs."""
    quantization.quantize(interpret.with_smaller_head(packaged(), CHARACTERS), target, _blobs(seed))


def _blobs(seed: int) -> Iterator[NDArray[np.float32]]:
    for index in range(COUNT):
        rng = np.random.default_rng([seed, index])
        width = math.exp(rng.uniform(math.log(state.SMALLEST), math.log(300)))
        shot = camera.shoot(rng, plates.render(rng).image, width)
        for strip in state.strips(shot.image, shot.corners):
            yield state.strip_blob(strip)
