"""A picture that leaves: decoded within limits, in solid black where it is covered, and nothing else in its file."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from plateward.ground.policy.trace import enforces
from plateward.ground.tiles.encoding import encode_tiled
from plateward.ground.tiles.jpeg import NotTiled, TiledJpeg
from plateward.ground.tiles.marking import as_marking
from plateward.ground.tiles.proof import TileProof, cover_tiles
from plateward.ground.wire.codec import WireError
from plateward.ground.wire.picture import PictureSeal
from plateward.recognition.covering.types import Box
from plateward.recognition.images import ImageError, load_image

QUALITY = 90  # of a picture that has no tiles yet


def opened(jpeg: bytes) -> NDArray[np.uint8]:
    """The pixels of a JPEG as BGR, upright, within the limits of `recognition/images.py`. Raises ImageError."""
    if not jpeg.startswith(b"\xff\xd8\xff"):
        raise ImageError(
            "Only JPEG pictures can be redacted: an animation or another type has layers and frames that a cover "
            "would not hide."
        )
    return load_image(jpeg)


@enforces("6.h.iii/redaction")
def in_tiles(jpeg: bytes) -> bytes:
    """The picture as a baseline JPEG in tiles, upright, with no metadata, thumbnail or second picture: the file itself,
    if it is one. Raises ImageError."""
    image = opened(jpeg)
    return jpeg if not file_flaws(jpeg) else encode_tiled(image, QUALITY)


@enforces("6.h.iii/redaction")
def cover(jpeg: bytes, boxes: Collection[Box]) -> bytes:
    """The same, with each tile that a box touches (x, y, width, height in the upright picture) in solid black. Raises
    ImageError."""
    try:
        return cover_tiles(in_tiles(jpeg), boxes)[0]
    except NotTiled as error:
        raise ImageError(str(error)) from error


@enforces("6.h.iii/proof", "6.h.iii/redaction")
def cover_proven(
    jpeg: bytes, boxes: Collection[Box], seal: PictureSeal | None, words: str
) -> tuple[bytes, TileProof | None, Box]:
    """The same with the words of its release at its foot; the proof of all that is not covered, if the file is as its
    reader sealed it; and the foot's place. Raises ImageError."""
    tiled = in_tiles(jpeg)
    try:
        copy, proof = cover_tiles(tiled, boxes, seal if tiled == jpeg else None, words)
        return copy, proof, foot_of(copy, words)
    except (NotTiled, WireError) as error:
        raise ImageError(str(error)) from error


def foot_of(jpeg: bytes, words: str) -> Box:
    """Where these words are in a picture in tiles. Raises NotTiled."""
    layout = TiledJpeg.split(jpeg).layout
    return layout.foot(layout.marking(as_marking(words)))


def file_flaws(jpeg: bytes) -> list[str]:
    """What a file is or has besides one baseline picture in tiles, in words."""
    try:
        TiledJpeg.split(jpeg)
    except NotTiled as error:
        return [str(error)]
    return []
