"""Redacted faces under another finder's eyes: BlazeFace (full range, sparse), as the wheel `mediapipe` 0.10.21 has it
(Apache-2.0), run by LiteRT."""

from hashlib import sha256
from pathlib import Path

import cv2
import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

from plateward.bench.photographs import reference_path
from plateward.bench.redaction import FACES
from plateward.ground.tiles.encoding import encode_tiled
from plateward.recognition.covering.checking import PictureChecker
from plateward.recognition.covering.pictures import cover, opened
from plateward.recognition.covering.types import Box

NETWORK = Path(__file__).with_name("second-faces.tflite")
DIGEST = "2c3728e6da56f21e21a320433396fb06d40d9088f2247c05e5635a688d45dfe1"
SIDE, CELLS = 192, 48  # pixels that the network takes, and cells in a row of what it gives
SURE = 0.5
AROUND = (3, 5, 8, 12)  # how many times as wide as a face a crop is


class SecondFinder:
    """Finds faces in crops of a picture (height × width × 3, BGR)."""

    def __init__(self) -> None:
        self._network = Interpreter(str(NETWORK), num_threads=1)
        self._network.allocate_tensors()
        self._input = self._network.get_input_details()[0]["index"]
        self._boxes, self._scores = (each["index"] for each in self._network.get_output_details())

    def middles(self, image: NDArray[np.uint8], around: Box) -> list[tuple[float, float]]:
        """The middles of the faces that squares around this box show."""
        x, y, width, height = around
        found = []
        for times in AROUND:
            side = times * max(width, height)
            left, top = x + width / 2 - side / 2, y + height / 2 - side / 2
            move = np.array([[SIDE / side, 0, -left * SIDE / side], [0, SIDE / side, -top * SIDE / side]])
            crop = cv2.warpAffine(image, move, (SIDE, SIDE), flags=cv2.INTER_LINEAR)
            self._network.set_tensor(self._input, (crop[None, :, :, ::-1] / 127.5 - 1).astype(np.float32))
            self._network.invoke()
            scores = 1 / (1 + np.exp(-np.clip(self._network.get_tensor(self._scores)[0, :, 0], -80, 80)))
            boxes = self._network.get_tensor(self._boxes)[0] / SIDE
            for cell in np.flatnonzero(scores >= SURE):
                row, column = divmod(int(cell), CELLS)
                across, down = (column + 0.5) / CELLS + boxes[cell, 0], (row + 0.5) / CELLS + boxes[cell, 1]
                found.append((left + across * side, top + down * side))
        return found


def _in(box: Box, middle: tuple[float, float]) -> bool:
    return all(at <= where <= at + side for at, side, where in zip(box[:2], box[2:], middle, strict=True))


@pytest.mark.clause("6.h.iii/redaction")
def test_the_second_finder_sees_no_face_where_the_first_found_one() -> None:
    assert sha256(NETWORK.read_bytes()).hexdigest() == DIGEST
    first, second = PictureChecker(), SecondFinder()
    video = cv2.VideoCapture(str(reference_path("video", "cars.mp4")))
    before = faces = 0
    for frame in FACES:
        video.set(cv2.CAP_PROP_POS_FRAMES, frame)
        image = np.asarray(video.read()[1], np.uint8)
        jpeg = encode_tiled(image, 95)
        seen = [sight.box for sight in first.finder.sights(image) if sight.corners is None]
        redacted = opened(cover(jpeg, [each.box for each in first.find(jpeg)]))
        for face in seen:
            faces += 1
            before += any(_in(face, middle) for middle in second.middles(image, face))
            assert not any(_in(face, middle) for middle in second.middles(redacted, face)), (frame, face)
    assert (faces, before) >= (7, 3)  # the second finder is awake
