import subprocess
import sys

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from plateward.bench import photographs, scores
from plateward.matching.normalize import zeroed
from plateward.recognition import images, models
from plateward.recognition.types import Engine
from plateward.testing import reference_path


@pytest.mark.clause("5.a")
def test_it_reads_a_drawn_plate_and_not_the_timestamp(engine: Engine, car: NDArray[np.uint8]) -> None:
    (plate,) = engine.read(car)
    assert plate.text == "HVT4821"
    assert plate.state is None
    assert 0.5 < plate.confidence <= 1
    x, y, width, height = plate.box
    assert 240 <= x < x + width <= 480
    assert 260 <= y < y + height <= 380
    assert [character.char for character in plate.characters] == list("HVT4821")
    assert all(0 < character.score <= 1 for character in plate.characters)


def test_it_reads_a_plate_that_lies_in_the_dark_or_hangs_askew(
    engine: Engine, car: NDArray[np.uint8]
) -> None:
    dark = (car * 0.2).astype(np.uint8)
    assert "HVT4821" in [plate.text for plate in engine.read(dark)]
    turn = cv2.getRotationMatrix2D((360, 320), 8, 1)
    askew = cv2.warpAffine(car, turn, (720, 480)).astype(np.uint8)
    assert "HVT4821" in [plate.text for plate in engine.read(askew)]


@pytest.mark.parametrize("shape", [(1, 1, 3), (1, 4000, 3), (4000, 1, 3), (31, 33, 3), (480, 640, 3)])
def test_it_reads_nothing_in_an_empty_picture_of_any_shape(
    engine: Engine, shape: tuple[int, int, int]
) -> None:
    assert engine.read(np.full(shape, 127, np.uint8)) == []


def test_its_version_names_the_models_and_the_wheels_they_came_in(engine: Engine) -> None:
    assert "ch_PP-OCRv4_det_infer@" in engine.version
    assert "PP-OCRv6_rec_small@" in engine.version


def test_it_says_which_package_is_missing() -> None:
    with pytest.raises(models.ModelError, match=r"plateward\[reader\]"):
        models.model_path(("no-such-package", "weights.onnx"))


@pytest.mark.clause("5.a")
def test_it_reads_real_photographs(engine: Engine) -> None:
    scenes = photographs.album(reference_path("plates-us", "scenes.csv")).photographs[::12]
    read = [scores.split(engine.read(images.load_image(scene.file)), scene.box)[0] for scene in scenes]
    right = sum(
        plate is not None and zeroed(plate.text) == zeroed(scene.plate)
        for plate, scene in zip(read, scenes, strict=True)
    )
    assert right > len(scenes) / 2  # a guard on a sample; `plateward bench recognition` measures the share


def test_the_public_names_load_neither_model_nor_image_library() -> None:
    code = (
        "import sys, plateward.recognition, plateward.reader.recognize; "
        "print(sorted({'cv2', 'onnxruntime', 'numpy', 'PIL', 'django'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_no_code_of_the_wheels_that_carry_the_weights_is_loaded(engine: Engine) -> None:
    assert not {"rapidocr", "rapidocr_onnxruntime"} & set(sys.modules)
