"""Quantized networks back in single precision, so that training can go on without a checkpoint."""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper, numpy_helper


def dequantize(model: onnx.ModelProto) -> onnx.ModelProto:
    """The network that `quantization.quantize` wrote, with its rounded weights, but computing in single precision.

    Signals are no longer rounded. Where rounding cut a convolution's signal at zero, so that the quantizer left out the
    rectifier, the rectifier is put back."""
    values = {initializer.name: numpy_helper.to_array(initializer) for initializer in model.graph.initializer}
    makers = {name: node.op_type for node in model.graph.node for name in node.output}
    same: dict[str, str] = {}  # signals by their name before rounding
    nodes, weights = [], {}
    for node in model.graph.node:
        inputs = [same.get(name, name) for name in node.input]
        if node.op_type == "QuantizeLinear":
            same[node.output[0]] = inputs[0]
            if makers.get(inputs[0]) == "Conv" and not values[node.input[2]]:
                same[node.output[0]] = f"{node.output[0]} rectified"
                nodes.append(helper.make_node("Relu", inputs[:1], [same[node.output[0]]]))
        elif node.op_type == "DequantizeLinear" and node.input[0] in values:
            same[node.output[0]] = node.input[0].removesuffix("_quantized")  # its name
            weights[same[node.output[0]]] = _weights(node, *(values[name] for name in node.input))
        elif node.op_type == "DequantizeLinear":
            same[node.output[0]] = inputs[0]
        else:
            restored = onnx.NodeProto()
            restored.CopyFrom(node)
            restored.input[:] = inputs
            nodes.append(restored)
    wide = onnx.ModelProto()
    wide.CopyFrom(model)
    needed = {name for node in nodes for name in node.input}
    kept_values = [initializer for initializer in model.graph.initializer if initializer.name in needed]
    for field in (wide.graph.node, wide.graph.initializer, wide.graph.value_info):
        del field[:]
    wide.graph.node.extend(nodes)
    wide.graph.initializer.extend(kept_values)
    wide.graph.initializer.extend(numpy_helper.from_array(value, name) for name, value in weights.items())
    return wide


def _weights(
    node: onnx.NodeProto, rounded: NDArray[Any], scale: NDArray[Any], zero: NDArray[Any]
) -> NDArray[np.float32]:
    """The weights; each channel has its own scale."""
    if scale.size > 1:
        axis = next((attribute.i for attribute in node.attribute if attribute.name == "axis"), 1)
        shape = [-1 if index == axis else 1 for index in range(rounded.ndim)]
        scale, zero = scale.reshape(shape), zero.reshape(shape)
    return np.asarray((rounded.astype(np.float32) - zero.astype(np.float32)) * scale, np.float32)
