"""Quantizes networks: weights and signals of eight bits, which processors compute two to three times as fast."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Collection, Iterable
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import version_converter
from onnxruntime.quantization import (
    CalibrationDataReader,
    CalibrationMethod,
    QuantFormat,
    QuantType,
    quantize_static,
)
from onnxruntime.quantization.shape_inference import quant_pre_process

OPSET = 17  # separate scales for each channel need 13 or more
QUANTIZED_OPERATIONS = ["Conv", "MatMul", "Add", "Relu", "Concat", "Resize", "MaxPool", "AveragePool"]


class _Feed(CalibrationDataReader):
    def __init__(self, name: str, blobs: Iterable[NDArray[np.float32]]) -> None:
        self._name, self._blobs = name, iter(blobs)

    def get_next(self) -> dict[str, NDArray[np.float32]] | None:
        blob = next(self._blobs, None)
        return None if blob is None else {self._name: blob}


def quantize(
    model: onnx.ModelProto,
    target: Path,
    blobs: Iterable[NDArray[np.float32]],
    kinds: Collection[str] = QUANTIZED_OPERATIONS,
    floating: tuple[str, ...] = (),
) -> None:
    """Write the model to `target` with its operations of `kinds` in eight bits, except its head, since positions and
    probabilities need their digits, and except nodes whose names begin with one of `floating`.

    `blobs` are inputs as the network will get them: they determine the range of each signal. Weights take seven bits,
    since processors without VNNI add two products of eight bits into sixteen and would overflow."""
    logging.getLogger().setLevel(logging.ERROR)
    name = model.graph.input[0].name
    with tempfile.TemporaryDirectory() as folder:
        whole, ready = Path(folder) / "whole.onnx", Path(folder) / "ready.onnx"
        if model.opset_import[0].version < OPSET:
            model = version_converter.convert_version(model, OPSET)
        floating_nodes = (
            {node.name for node in model.graph.node if node.name.startswith(floating)} if floating else set()
        )
        onnx.save(model, str(whole))
        quant_pre_process(str(whole), str(ready), skip_symbolic_shape=True)
        target.parent.mkdir(parents=True, exist_ok=True)
        quantize_static(
            str(ready),
            str(target),
            _Feed(name, blobs),
            quant_format=QuantFormat.QDQ,
            per_channel=True,
            reduce_range=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            calibrate_method=CalibrationMethod.MinMax,
            op_types_to_quantize=list(kinds),
            nodes_to_exclude=sorted(floating_nodes | _head(onnx.load(str(ready)))),
        )


def _head(model: onnx.ModelProto) -> set[str]:
    """The nodes of the network's output, back to the last convolutions or products."""
    makers = {output: node for node in model.graph.node for output in node.output}
    nodes: set[str] = set()
    signals = [value.name for value in model.graph.output]
    while signals:
        node = makers.get(signals.pop())
        if node is not None and node.name not in nodes:
            nodes.add(node.name)
            signals += [] if node.op_type in ("Conv", "MatMul", "Gemm") else node.input
    return nodes
