"""One engine for all tests of the room: loading the weights takes longer than most of them."""

import numpy as np
import pytest
from numpy.typing import NDArray

from plateward.recognition.engine import TextEngine
from plateward.recognition.tests.stand_ins import drawn_car
from plateward.recognition.types import Engine


@pytest.fixture(scope="session")
def engine() -> Engine:
    return TextEngine()


@pytest.fixture(scope="session")
def car() -> NDArray[np.uint8]:
    return drawn_car()
