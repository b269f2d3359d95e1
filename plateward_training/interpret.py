"""An ONNX network as a PyTorch module: its weights become parameters, and can be written back into the same graph."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import nn
from torch.nn import functional

HEAD = ("linear_8.w_0", "linear_8.b_0")  # weights and bias of the packaged network's last layer
Tensor = Any  # torch.Tensor: the checks run without torch


class Network(nn.Module):
    """Runs the nodes of an ONNX graph in order. Knows the operations of the PP-OCR recognizers.

    Batch normalization keeps its recorded statistics, since the networks' other ones are folded into their weights."""

    def __init__(self, model: onnx.ModelProto, output: str) -> None:
        super().__init__()
        self.model = model
        self.output = output
        self.weights = nn.ParameterDict()
        self.constants: dict[str, Tensor] = {}
        statistics = {
            name
            for node in model.graph.node
            if node.op_type == "BatchNormalization"
            for name in node.input[3:]
        }
        for initializer in model.graph.initializer:
            value = torch.from_numpy(numpy_helper.to_array(initializer).copy())
            if value.dtype == torch.float32 and value.numel() > 1 and initializer.name not in statistics:
                self.weights[_key(initializer.name)] = nn.Parameter(value)
            else:
                self.constants[initializer.name] = value
        self._nodes = [
            (node.op_type, list(node.input), node.output[0], _attributes(node)) for node in model.graph.node
        ]
        self._fuse()

    def forward(self, pictures: Tensor) -> Tensor:
        """The value of the node output named at creation. `pictures`: the graph's only input."""
        values: dict[str, Any] = {self.model.graph.input[0].name: pictures}

        def value(name: str) -> Any:
            if name in values:
                return values[name]
            if name in self.constants:
                return self.constants[name].to(pictures.device)
            return self.weights[_key(name)]

        for kind, inputs, output, attributes in self._nodes:
            arguments = [value(name) if name else None for name in inputs]
            result = _OPERATIONS[kind](attributes, *arguments)
            values[output] = result
            if output == self.output:
                return result
        raise ValueError(f"The network has no output {self.output}.")

    def _fuse(self) -> None:
        """Replace two patterns that PyTorch has as single operations: x ÷ √2 → erf → + 1 → · x → · ½ is a GELU, and an
        addition after a convolution is its bias. Half of the time went into these."""
        makers = {node[2]: node for node in self._nodes}

        def origins(names: list[str], kind: str) -> list[list[str]]:
            """The inputs of the nodes of that kind that produced one of the names."""
            input_lists = []
            for name in names:
                maker = makers.get(name)
                while maker and maker[0] == "Identity":
                    maker = makers.get(maker[1][0])
                if maker and maker[0] == kind:
                    input_lists.append(maker[1])
            return input_lists

        for index, (kind, inputs, output, _) in enumerate(self._nodes):
            if kind == "Mul" and any(self._is_half(name) for name in inputs):
                for product in origins(inputs, "Mul"):
                    for added in origins(product, "Add"):
                        for erf in origins(added, "Erf"):
                            for scaled in origins(erf, "Div"):
                                self._nodes[index] = ("Gelu", [scaled[0]], output, {})
            elif kind == "Add" and inputs[0] in makers and makers[inputs[0]][0] == "Conv":
                bias = self.weights.get(_key(inputs[1]))
                convolution = makers[inputs[0]]
                if (
                    bias is not None
                    and len(convolution[1]) == 2
                    and bias.dim() == 4
                    and bias.numel() == bias.shape[1]
                ):
                    self._nodes[index] = ("Conv", [*convolution[1], inputs[1]], output, convolution[3])
        needed, fused = {self.output}, []
        for node in reversed(self._nodes):
            if node[2] in needed:
                fused.append(node)
                needed.update(node[1])
        self._nodes = fused[::-1]

    def _is_half(self, name: str) -> bool:
        value = self.constants.get(name)
        return value is not None and value.numel() == 1 and float(value) == 0.5

    def written_back(self, weights: dict[str, Tensor]) -> onnx.ModelProto:
        """The graph with these weights (by this module's parameter names) instead of its own."""
        model = onnx.ModelProto()
        model.CopyFrom(self.model)
        for initializer in model.graph.initializer:
            key = f"weights.{_key(initializer.name)}"
            if key in weights:
                value = weights[key].detach().float().cpu().numpy().astype(np.float32)
                initializer.CopyFrom(numpy_helper.from_array(value, initializer.name))
        return model


def with_smaller_head(packaged: Path, characters: str) -> onnx.ModelProto:
    """A packaged PP-OCR recognizer whose head knows only a blank and these characters, using its own rows for them.

    Its metadata lists the characters, as in the packaged one."""
    model = load(packaged)
    names = ["", *next(p.value for p in model.metadata_props if p.key == "character").split("\n"), " "]
    rows = [names.index(char) for char in ["", *characters]]
    for initializer in model.graph.initializer:
        if initializer.name in HEAD:
            value = numpy_helper.to_array(initializer)[..., rows].copy()
            initializer.CopyFrom(numpy_helper.from_array(value, initializer.name))
    del model.metadata_props[:]
    model.metadata_props.add(key="character", value="\n".join(characters))
    return model


def logits(model: onnx.ModelProto) -> str:
    """The signal whose softmax is the network's output."""
    makers = {output: node for node in model.graph.node for output in node.output}
    maker = makers[model.graph.output[0].name]
    while maker.op_type == "Identity":
        maker = makers[maker.input[0]]
    return str(maker.input[0])


def load(path: Path) -> onnx.ModelProto:
    """The model in the file."""
    return onnx.load(str(path))


def _key(name: str) -> str:
    return name.replace(".", "·")


def _attributes(node: onnx.NodeProto) -> dict[str, Any]:
    return {attribute.name: onnx.helper.get_attribute_value(attribute) for attribute in node.attribute}


def _pad(a: dict[str, Any], x: Tensor, kernel: Any) -> Tensor:
    top, left, bottom, right = a.get("pads", [0, 0, 0, 0])
    if a.get("auto_pad") == b"SAME_UPPER":  # in these graphs only with a stride of 1
        down, across = (side - 1 for side in kernel)
        top, left, bottom, right = down // 2, across // 2, down - down // 2, across - across // 2
    return functional.pad(x, (left, right, top, bottom)) if top + left + bottom + right else x


def _conv(a: dict[str, Any], x: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    x = _pad(a, x, weight.shape[2:])
    return functional.conv2d(
        x,
        weight,
        None if bias is None else bias.flatten(),
        a.get("strides", 1),
        0,
        a.get("dilations", 1),
        a.get("group", 1),
    )


def _pool(a: dict[str, Any], x: Tensor, function: Any) -> Tensor:
    """Pooled values come from rectified signals, so zeros may pad a maximum."""
    return function(_pad(a, x, a["kernel_shape"]), a["kernel_shape"], a.get("strides", 1))


def _slice(a: dict[str, Any], x: Tensor, *bounds: Tensor) -> Tensor:
    starts, ends, axes = (
        bounds[i].tolist() if len(bounds) > i else a[k] for i, k in enumerate(("starts", "ends", "axes"))
    )
    for start, end, axis in zip(starts, ends, axes, strict=True):
        chosen = [slice(None)] * x.dim()
        chosen[axis] = slice(start, min(end, x.shape[axis]))
        x = x[tuple(chosen)]
    return x


def _squeeze(a: dict[str, Any], x: Tensor, axes: Tensor | None = None) -> Tensor:
    for axis in sorted(a["axes"] if axes is None else axes.tolist(), reverse=True):
        x = x.squeeze(axis)
    return x


def _unsqueeze(a: dict[str, Any], x: Tensor, axes: Tensor | None = None) -> Tensor:
    for axis in sorted(a["axes"] if axes is None else axes.tolist()):
        x = x.unsqueeze(axis)
    return x


def _mean(a: dict[str, Any], x: Tensor, axes: Tensor | None = None) -> Tensor:
    return x.mean(dim=tuple(a["axes"] if axes is None else axes.tolist()), keepdim=bool(a.get("keepdims", 1)))


def _alike(x: Tensor, y: Tensor) -> tuple[Any, Any]:
    """Both in the narrower type, scalars as numbers: promotion to float32 would undo autocast."""
    if x.is_floating_point() and y.is_floating_point():
        if x.numel() == 1 or y.numel() == 1:
            return (x if x.numel() > 1 else float(x), y if y.numel() > 1 else float(y))
        if torch.bfloat16 in (x.dtype, y.dtype):
            return x.bfloat16(), y.bfloat16()
    return x, y


def _plus(_: dict[str, Any], x: Tensor, y: Tensor) -> Tensor:
    x, y = _alike(x, y)
    return x + y


def _times(_: dict[str, Any], x: Tensor, y: Tensor) -> Tensor:
    x, y = _alike(x, y)
    return x * y


_OPERATIONS: dict[str, Any] = {
    "Add": _plus,
    "AveragePool": lambda a, x: _pool(a, x, functional.avg_pool2d),
    "BatchNormalization": lambda a, x, s, b, m, v: functional.batch_norm(
        x, m, v, s, b, eps=a.get("epsilon", 1e-5)
    ),
    "Concat": lambda a, *xs: torch.cat(xs, a["axis"]),
    "Conv": _conv,
    "Div": lambda _, x, y: x / y,
    "Erf": lambda _, x: torch.erf(x),
    "Gelu": lambda _, x: functional.gelu(x),
    "HardSigmoid": lambda a, x: torch.clamp(x * a.get("alpha", 0.2) + a.get("beta", 0.5), 0, 1),
    "Identity": lambda _, x: x,
    "LayerNormalization": lambda a, x, scale, bias=None: functional.layer_norm(
        x, x.shape[a.get("axis", -1) :], scale, bias, a.get("epsilon", 1e-5)
    ),
    "MatMul": lambda _, x, y: torch.matmul(x, y),
    "MaxPool": lambda a, x: _pool(a, x, functional.max_pool2d),
    "Mul": _times,
    "Pow": lambda _, x, y: torch.pow(x, y),
    "ReduceMean": _mean,
    "Relu": lambda _, x: torch.relu(x),
    "Reshape": lambda _, x, shape: x.reshape(
        [x.shape[i] if n == 0 else n for i, n in enumerate(shape.tolist())]
    ),
    "Shape": lambda _, x: torch.tensor(x.shape),
    "Sigmoid": lambda _, x: torch.sigmoid(x),
    "Slice": _slice,
    "Softmax": lambda a, x: torch.softmax(x, a.get("axis", -1)),
    "Sqrt": lambda _, x: torch.sqrt(x),
    "Squeeze": _squeeze,
    "Sub": lambda _, x, y: x - y,
    "Transpose": lambda a, x: x.permute(a["perm"]),
    "Unsqueeze": _unsqueeze,
}
