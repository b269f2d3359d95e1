"""The recognizer's network run, trained and written back by PyTorch."""

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="PyTorch is not installed here: ./run train installs it.")
pytest.importorskip("onnx", reason="ONNX is not installed here: ./run train installs it.")

import onnx
import onnxruntime
import torch

from plateward.recognition.characters import HEIGHT, WEIGHTS, WIDTH
from plateward.testing import reference_path
from plateward_training import interpret, recognizer, words


@pytest.fixture(scope="module")
def packaged() -> Path:
    return words.packaged()


@pytest.mark.parametrize("onward", [False, True])
def test_pytorch_and_onnx_give_the_same_answer(onward: bool, packaged: Path, tmp_path: Path) -> None:
    model = recognizer.load_shipped(WEIGHTS) if onward else recognizer.starting_point(packaged)
    onnx.save(model, str(tmp_path / "start.onnx"))
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    pictures = np.random.default_rng(0).uniform(-1, 1, (2, 3, HEIGHT, WIDTH)).astype(np.float32)
    expected = onnxruntime.InferenceSession(tmp_path / "start.onnx", options).run(None, {"x": pictures})[0]
    with torch.no_grad():
        logits = interpret.Network(model, interpret.logits(model))(torch.from_numpy(pictures))
    assert np.allclose(torch.softmax(logits, 2).numpy(), expected, atol=1e-3)
    assert expected.shape[2] == 1 + len(recognizer.CLASSES)


@pytest.mark.usefixtures("lettering")
def test_training_that_was_cut_off_goes_on_as_if_it_had_not_been(
    packaged: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recognizer, "SHEETS", 2)
    monkeypatch.setattr(recognizer, "NEGATIVES", 1)
    streets = reference_path("traffic-ro")
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    begin = recognizer.starting_point(packaged)
    recognizer.train(whole, begin, streets, 2, 1, "cpu", 1, 0)
    for steps in (1, 2):  # the first step's rate is the same, however many follow
        recognizer.train(parts, begin, streets, steps, 1, "cpu", 1, 0)
    first, other = (torch.load(folder / "characters.pt")["average"] for folder in (whole, parts))
    assert all(torch.equal(first[name], other[name]) for name in first)
