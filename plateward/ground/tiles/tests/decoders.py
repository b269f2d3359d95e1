"""Two decoders that are not ours: BGR pixels of a JPEG, height × width × 3."""

import io

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image


def by_opencv(jpeg: bytes) -> NDArray[np.uint8]:
    image = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert image is not None
    return np.asarray(image, np.uint8)


def by_pillow(jpeg: bytes) -> NDArray[np.uint8]:
    return np.asarray(Image.open(io.BytesIO(jpeg)).convert("RGB"), np.uint8)[:, :, ::-1]
