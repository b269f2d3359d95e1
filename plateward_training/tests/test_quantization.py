"""Networks in eight bits give nearly the same output as before."""

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="PyTorch is not installed here: ./run train installs it.")
pytest.importorskip("onnx", reason="ONNX is not installed here: ./run train installs it.")

import onnx
from onnx import TensorProto, helper, numpy_helper

from plateward.recognition import models
from plateward_training import dequantization, quantization, words


def network() -> onnx.ModelProto:
    """Two convolutions on a picture of 1 × 8 × 8; the second is the head."""
    rng = np.random.default_rng(2)
    first, second = (rng.normal(0, 0.3, shape).astype(np.float32) for shape in ((16, 1, 3, 3), (4, 16, 3, 3)))
    nodes = [
        helper.make_node("Conv", ["x", "a"], ["h"], name="body", pads=[1] * 4),
        helper.make_node("Relu", ["h"], ["r"], name="bend"),
        helper.make_node("Conv", ["r", "b"], ["y"], name="head", pads=[1] * 4),
    ]
    graph = helper.make_graph(
        nodes,
        "g",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 1, 8, 8])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 4, 8, 8])],
        [numpy_helper.from_array(first, "a"), numpy_helper.from_array(second, "b")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 8
    return model


@pytest.mark.parametrize(("floating", "body_in_bits"), [((), True), (("body",), False)])
def test_the_head_and_what_is_named_keep_their_digits(
    floating: tuple[str, ...], body_in_bits: bool, tmp_path: Path
) -> None:
    rng = np.random.default_rng(3)
    samples = [rng.normal(0, 1, (1, 1, 8, 8)).astype(np.float32) for _ in range(8)]
    quantization.quantize(network(), tmp_path / "small.onnx", samples, floating=floating)
    small = onnx.load(str(tmp_path / "small.onnx"))
    whole = {
        weight.name
        for weight in small.graph.initializer
        if weight.data_type == TensorProto.FLOAT and len(weight.dims) == 4
    }
    assert len(whole) == (1 if body_in_bits else 2)
    onnx.save(network(), str(tmp_path / "whole.onnx"))
    before, after = (
        models.open_session(tmp_path / f"{name}.onnx", 1).run(None, {"x": samples[0]})[0]
        for name in ("whole", "small")
    )
    assert np.abs(before - after).max() < 0.1 * np.abs(before).max()


def test_a_dequantized_network_gives_the_same_output(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    samples = [rng.normal(0, 1, (1, 1, 8, 8)).astype(np.float32) for _ in range(8)]
    quantization.quantize(network(), tmp_path / "small.onnx", samples)
    wide = dequantization.dequantize(onnx.load(str(tmp_path / "small.onnx")))
    assert [node.op_type for node in wide.graph.node] == ["Conv", "Relu", "Conv"]
    assert {weight.name for weight in wide.graph.initializer} == {"a", "b"}
    onnx.save(wide, str(tmp_path / "wide.onnx"))
    before, after = (
        models.open_session(tmp_path / f"{name}.onnx", 1).run(None, {"x": samples[0]})[0]
        for name in ("small", "wide")
    )
    assert np.abs(before - after).max() < 0.05 * np.abs(before).max()


@pytest.mark.usefixtures("lettering")
def test_the_words_network_knows_letters_and_little_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(words, "COUNT", 2)
    words.export(tmp_path / "words.onnx", 1)
    session = models.open_session(tmp_path / "words.onnx", 1)
    characters = session.get_modelmeta().custom_metadata_map["character"].split("\n")
    assert characters == list(words.CHARACTERS)
    answer = session.run(None, {"x": np.zeros((1, 3, 48, 96), np.float32)})[0]
    assert answer.shape[2] == 1 + len(characters)
    assert (tmp_path / "words.onnx").stat().st_size < 4_000_000
