"""What it costs to take a picture in tiles: time at the reader, bytes, and the check of a redacted copy."""

import math
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray
from uuid_utils.compat import uuid7

from plateward.bench.figures import Figure, Progress, at_most, percentile
from plateward.bench.photographs import album, reference_path
from plateward.ground.errors import PlatewardError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    from plateward.ground.tiles.proof import TileProof

PIXELS = 1920 * 1080
SIGN_MS, MORE_BYTES, QUALITY, SIDE = 10.0, 3.0, 85, 1280
PHOTOGRAPHS, TRIES = 60, 5  # tries of each


def run(progress: Progress) -> list[Figure]:
    """Of reference photographs: times at two megapixels, in milliseconds of one core; bytes at the reader's size.
    Raises PlatewardError without them, or if a copy does not verify."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from plateward.ground.tiles.encoding import encode_tiled
    from plateward.ground.tiles.proof import cover_tiles, encode_proof, seal_picture
    from plateward.recognition.images import load_image

    key = Ed25519PrivateKey.generate()
    tiled, plain, signing, checking, proofs = 0, 0, [], [], []
    files = [each.file for each in album(reference_path("plates-us", "scenes.csv")).photographs[:PHOTOGRAPHS]]
    for number, file in enumerate(files, 1):
        progress(f"photograph {number} of {len(files)}")
        image = load_image(file.read_bytes())
        usual = _scaled(image, min(1.0, SIDE / max(image.shape)))
        tiled += len(encode_tiled(usual, QUALITY))
        plain += len(cv2.imencode(".jpg", usual, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])[1])
        large = _scaled(image, math.sqrt(PIXELS / (image.shape[0] * image.shape[1])))
        jpeg = encode_tiled(large, QUALITY)
        sign = partial(seal_picture, key, jpeg, read=uuid7(), camera="Unit 12", captured_at=datetime.now(UTC))
        signing.append(_core_ms(sign))
        copy, proof = cover_tiles(jpeg, [(800, 500, 200, 100)], sign())
        checking.append(_core_ms(partial(_check, copy, proof, key.public_key())))
        proofs.append(len(encode_proof(proof)) if proof else 0)
    return [
        at_most("sign the tiles of a picture of 2 MP, p95", percentile(signing, 0.95), "ms", SIGN_MS),
        at_most("bytes more than without tiles", 100 * (tiled / plain - 1), "%", MORE_BYTES),
        Figure("check a redacted copy of 2 MP, p95", percentile(checking, 0.95), "ms"),
        Figure("its proof, p95", percentile(proofs, 0.95) / 1000, "kB"),
    ]


def _check(copy: bytes, proof: "TileProof | None", key: "Ed25519PublicKey") -> None:
    from plateward.work.evidence.verify.findings import State
    from plateward.work.evidence.verify.picture import verify_copy

    if proof is None or any(found.state is not State.OK for found in verify_copy(copy, proof, key)):
        raise PlatewardError("A copy that was just made is not verified.")


def _scaled(image: NDArray[np.uint8], scale: float) -> NDArray[np.uint8]:
    interpolation = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(image, None, fx=scale, fy=scale, interpolation=interpolation), np.uint8)


def _core_ms(work: Callable[[], object]) -> float:
    """Of the process's own time; the fastest of some tries."""
    took = []
    for _ in range(TRIES):
        began = time.process_time()
        work()
        took.append(1000 * (time.process_time() - began))
    return min(took)
