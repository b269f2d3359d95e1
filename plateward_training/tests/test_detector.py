"""What the finder learns from a scene, and how the product decodes its output."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from plateward.recognition.corners import CornerDetector, decode
from plateward_training.scenes import TrainingScene

torch = pytest.importorskip("torch", reason="the train extra is not installed")
from plateward_training import detector  # noqa: E402

PLATE = np.array([(40, 60), (100, 66), (98, 98), (38, 92)], np.float32)
NOTHING = np.zeros((0, 4), np.float32)


def _scene(boxes: np.ndarray = NOTHING, doubtful: np.ndarray = NOTHING) -> TrainingScene:
    return TrainingScene(np.zeros((192, 192), np.uint8), PLATE[None], boxes, doubtful)


def test_the_product_decodes_the_targets_into_the_plate() -> None:
    target = detector.targets(_scene())
    answer = np.concatenate([target[:2], target[2:10] / np.exp(target[1])])
    (quad,) = decode(answer, 0.9, (1, 1))
    np.testing.assert_allclose(quad.corners, PLATE, atol=1e-3)


def test_the_right_answer_has_almost_no_loss_and_a_wrong_corner_does() -> None:
    target = torch.from_numpy(detector.targets(_scene()))[None]
    answer = torch.cat(
        [(target[:, :1] - 0.5) * 40, target[:, 1:2], target[:, 2:10] / target[:, 1:2].exp()], dim=1
    )
    heat, shape = detector.loss(answer, target)
    assert heat < 0.2
    assert shape < 1e-4
    answer[:, 2] += 0.1
    assert detector.loss(answer, target)[1] > 0.1


def test_a_real_plate_teaches_its_place_and_no_corners() -> None:
    target = detector.targets(_scene(boxes=np.array([(120, 120, 48, 12)], np.float32)))
    row, column = 126 // 8, 144 // 8
    assert target[0, row, column] == 1
    assert target[11, row, column] == 1
    assert target[12, row, column] == 0


def test_nothing_is_learned_where_a_plate_is_cut_off() -> None:
    target = detector.targets(_scene(doubtful=np.array([(150, 10, 60, 30)], np.float32)))
    assert target[10, 3, 22] == 0
    assert target[10, 12, 3] == 1


def test_an_exported_network_runs_in_the_product(tmp_path: Path) -> None:
    net = detector.Finder()
    torch.save({"average": net.state_dict()}, tmp_path / "finder.pt")
    target = tmp_path / "finder.onnx"
    detector.export(tmp_path, target, [np.zeros((1, 1, 64, 64), np.float32)])
    assert target.stat().st_size < 4_000_000
    assert CornerDetector(1, target).find(np.full((300, 500, 3), 90, np.uint8)) == []
