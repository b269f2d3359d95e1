"""One engine for all tests of the room: loading the weights takes longer than most of them."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from plateward.recognition.engine import TextEngine
from plateward.recognition.types import Engine


@pytest.fixture(scope="session")
def engine() -> Engine:
    return TextEngine()


@pytest.fixture(scope="session")
def car() -> NDArray[np.uint8]:
    """A drawn car's rear with the invented plate HVT 4821, and a timestamp burned into the corner."""
    image = np.full((480, 720, 3), (96, 84, 70), np.uint8)
    cv2.rectangle(image, (240, 260), (480, 380), (225, 235, 235), -1)
    cv2.rectangle(image, (240, 260), (480, 380), (40, 40, 40), 2)
    cv2.putText(image, "HVT 4821", (255, 338), cv2.FONT_HERSHEY_SIMPLEX, 1.45, (60, 30, 20), 4, cv2.LINE_AA)
    cv2.putText(image, "2031-04-17 06:46:42", (10, 24), cv2.FONT_HERSHEY_SIMPLEX, 0.6, (255, 255, 255), 1)
    return image
