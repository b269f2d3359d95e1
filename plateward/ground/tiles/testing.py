"""Pictures in tiles, of invented scenes."""

from datetime import UTC, datetime
from uuid import UUID

import cv2
import numpy as np
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from numpy.typing import NDArray

from plateward.ground.tiles.encoding import encode_tiled
from plateward.ground.tiles.proof import seal_picture
from plateward.ground.wire.picture import PictureSeal

READ = UUID("01957f2e-0000-7000-8000-000000000001")
CAMERA = "Unit 12 front"
TAKEN_AT = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def scene(width: int = 320, height: int = 176, seed: int = 1) -> NDArray[np.uint8]:
    """Spots of all colors, with some noise."""
    random = np.random.default_rng(seed)
    spots = random.integers(0, 255, (height // 16 + 1, width // 16 + 1, 3), np.uint8)
    image = cv2.resize(spots, (width, height), interpolation=cv2.INTER_CUBIC)
    noisy = np.clip(image + random.normal(0, 6, image.shape), 0, 255)
    return np.asarray(noisy, np.uint8)


def sealed_scene(key: Ed25519PrivateKey, seed: int = 1) -> tuple[bytes, PictureSeal]:
    """A JPEG in tiles, and its reader's seal."""
    jpeg = encode_tiled(scene(seed=seed))
    return jpeg, seal_picture(key, jpeg, read=READ, camera=CAMERA, captured_at=TAKEN_AT)
