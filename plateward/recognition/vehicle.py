"""Make and model of a vehicle, from a site's own ONNX network. Plateward ships none; without one both are unknown.

The network takes one picture, 1 × 3 × height × width, RGB from 0 to 1, and returns a probability for each label. Its
metadata holds the rest: `labels`, one per line, `MAKE` or `MAKE` tab `MODEL`, an empty line for neither; and
`threshold`, the probability above which its maker stands by a label. Anything below is unknown."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from onnxruntime.capi.onnxruntime_pybind11_state import Fail, InvalidGraph, InvalidProtobuf, NoSuchFile

from plateward.ground.errors import PlatewardError
from plateward.recognition import models

AROUND = (2.2, 3.5, 1.0)  # plate widths beside, above and below the plate that are searched for its vehicle
LONGEST = 100  # characters of a make or model, by the wire's limit


class VehicleModelError(PlatewardError):
    """The network for make and model is unusable."""


@dataclass(frozen=True)
class MakeAndModel:
    """The network's answer where it is sure; None is unknown."""

    make: str | None
    model: str | None


UNKNOWN = MakeAndModel(None, None)


class VehicleModel:
    """Recognizes makes and models. Use one instance in one thread at a time.

    `source` names the network's file and the first digits of its SHA-256, since each fact states its source."""

    def __init__(self, weights: Path, threads: int = 1) -> None:
        """Raises VehicleModelError if the file is no such network, and says what it lacks."""
        try:
            self._session = models.open_session(weights, threads)
        except (Fail, InvalidGraph, InvalidProtobuf, NoSuchFile) as error:
            raise VehicleModelError(
                f"{weights} is missing or is not an ONNX network that runs here."
            ) from error
        metadata = self._session.get_modelmeta().custom_metadata_map
        self._labels = [_label(line) for line in metadata.get("labels", "").split("\n")]
        try:
            self._threshold = float(metadata["threshold"])
        except (KeyError, ValueError) as error:
            raise VehicleModelError(
                f"{weights} does not say its 'threshold': see docs/operator.md."
            ) from error
        shape, answer = self._session.get_inputs()[0].shape, self._session.get_outputs()[0].shape
        if len(shape) != 4 or shape[:2] != [1, 3] or not all(isinstance(side, int) for side in shape):
            raise VehicleModelError(
                f"{weights} does not accept a picture of 1 × 3 × height × width: see docs/operator.md."
            )
        if answer != [1, len(self._labels)] or not 0 < self._threshold <= 1:
            raise VehicleModelError(
                f"{weights} answers {answer} for {len(self._labels)} 'labels', with a threshold of "
                f"{self._threshold:g}: see docs/operator.md."
            )
        self._name, self._size = self._session.get_inputs()[0].name, (shape[3], shape[2])
        self.source = f"{weights.stem}@{models.weights_digest(weights)}"[:LONGEST]

    def tell(self, image: NDArray[np.uint8], box: tuple[int, int, int, int]) -> MakeAndModel:
        """Make and model of the vehicle around a plate; `box`: its x, y, width, height in the BGR picture."""
        part = cv2.resize(crop_around(image, box), self._size, interpolation=cv2.INTER_AREA)
        blob = np.asarray(part[..., ::-1].transpose(2, 0, 1)[None], np.float32) / np.float32(255)
        chances = np.asarray(self._session.run(None, {self._name: blob})[0], np.float32)[0]
        best = int(chances.argmax())
        return self._labels[best] if chances[best] >= self._threshold else UNKNOWN


def crop_around(image: NDArray[np.uint8], box: tuple[int, int, int, int]) -> NDArray[np.uint8]:
    """The part of the picture that holds the plate's vehicle."""
    x, y, width, height = box
    beside, above, below = (round(share * width) for share in AROUND)
    return image[max(0, y - above) : y + height + below, max(0, x - beside) : x + width + beside]


def _label(line: str) -> MakeAndModel:
    make, _, model = (part.strip()[:LONGEST] for part in line.partition("\t"))
    return MakeAndModel(make or None, model or None)
