"""A site's own network for make and model: a sure answer is reported, anything else is unknown."""

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("onnx", reason="ONNX is not installed here: ./run train installs it.")

import onnx
from onnx import TensorProto, helper

from plateward.recognition.vehicle import UNKNOWN, MakeAndModel, VehicleModel, VehicleModelError, crop_around

LABELS = "FORD\tF150\nTOYOTA\n"  # the third label is empty


def network(folder: Path, side: object = 8, answers: int = 3, **metadata: str) -> Path:
    """A network that averages red, green and blue: as sure of a label as the picture has of its color."""
    nodes = [helper.make_node("ReduceMean", ["x"], ["y"], axes=[2, 3], keepdims=0)]
    picture = helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 3, side, side])
    answer = helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, answers])
    model = helper.make_model(
        helper.make_graph(nodes, "g", [picture], [answer]), opset_imports=[helper.make_opsetid("", 13)]
    )
    model.ir_version = 8
    for key, value in ({"labels": LABELS, "threshold": "0.8"} | metadata).items():
        model.metadata_props.add(key=key, value=value)
    file = folder / "site.onnx"
    onnx.save(model, str(file))
    return file


def painted(*bgr: int) -> np.ndarray:
    return np.full((200, 400, 3), bgr, np.uint8)


@pytest.mark.parametrize(
    ("picture", "expected"),
    [
        (painted(0, 0, 255), MakeAndModel("FORD", "F150")),
        (painted(0, 255, 0), MakeAndModel("TOYOTA", None)),
        (painted(255, 0, 0), UNKNOWN),
        (painted(0, 0, 150), UNKNOWN),  # the network is not sure enough
    ],
)
@pytest.mark.clause("5.c/data")
def test_sure_answers_are_reported_and_all_else_is_unknown(
    picture: np.ndarray, expected: MakeAndModel, tmp_path: Path
) -> None:
    model = VehicleModel(network(tmp_path))
    assert model.tell(picture, (150, 120, 60, 30)) == expected
    assert model.source.startswith("site@")


def test_the_vehicle_is_looked_for_around_its_plate_and_within_the_picture() -> None:
    image = painted(0, 0, 0)
    assert crop_around(image, (150, 120, 20, 10)).shape == (100, 108, 3)
    assert crop_around(image, (0, 0, 400, 200)).shape == image.shape


def refused(file: Path) -> str:
    with pytest.raises(VehicleModelError) as error:
        VehicleModel(file)
    return str(error.value)


def test_a_file_that_is_no_such_network_is_refused_and_says_what_it_lacks(tmp_path: Path) -> None:
    assert "is missing" in refused(tmp_path / "none.onnx")
    (tmp_path / "text.onnx").write_text("no network")
    assert "not an ONNX network" in refused(tmp_path / "text.onnx")
    assert "threshold" in refused(network(tmp_path, threshold="much"))
    assert "threshold of 7" in refused(network(tmp_path, threshold="7"))
    assert "for 2 'labels'" in refused(network(tmp_path, labels="FORD\nTOYOTA"))
    assert "1 × 3 × height × width" in refused(network(tmp_path, side="n"))
