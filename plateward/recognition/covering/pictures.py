"""A picture that leaves: decoded within limits, filled where it is covered, and nothing else in its file."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from plateward.ground.policy.trace import enforces
from plateward.recognition.covering.types import Box
from plateward.recognition.images import ImageError, load_image

QUALITY = 90  # of the JPEG
FILL = (68, 64, 60)  # BGR
JPEG = b"\xff\xd8\xff"
END, SCAN, COMMENT = 0xD9, 0xDA, 0xFE
BASELINE = 0xC0
# Tables of quantization and of Huffman, the restart interval, JFIF's head: what a baseline JPEG consists of.
PLAIN = frozenset({0xC0, 0xC4, 0xDB, 0xDD, 0xDA, 0xE0})
JFIF_HEAD = 14  # bytes of its segment without a thumbnail


def opened(jpeg: bytes) -> NDArray[np.uint8]:
    """The pixels of a JPEG as BGR, upright, within the limits of `recognition/images.py`. Raises ImageError."""
    if not jpeg.startswith(JPEG):
        raise ImageError(
            "Only JPEG pictures can be redacted: an animation or another type has layers and frames that a cover "
            "would not hide."
        )
    return load_image(jpeg)


@enforces("6.h.iii/redaction")
def cover(jpeg: bytes, boxes: Sequence[Box]) -> bytes:
    """A baseline JPEG of the picture with the boxes (x, y, width, height in the upright picture) in one color: no
    metadata, no thumbnail, no second picture. Raises ImageError."""
    return covered(opened(jpeg), boxes)


def covered(image: NDArray[np.uint8], boxes: Sequence[Box]) -> bytes:
    """The same of BGR pixels, which stay as they are."""
    copy = image.copy()
    for x, y, width, height in boxes:
        cv2.rectangle(copy, (x, y, width, height), FILL, cv2.FILLED)
    return encoded(copy)


def encoded(image: NDArray[np.uint8]) -> bytes:
    """BGR pixels as a baseline JPEG that holds nothing else."""
    content = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(image[..., ::-1])).save(content, "JPEG", quality=QUALITY)
    return content.getvalue()


def file_flaws(jpeg: bytes) -> list[str]:
    """What a file has besides one baseline picture in color, in words."""
    try:
        return list(_file_flaws(jpeg))
    except IndexError:
        return ["The file is cut off."]


def _file_flaws(jpeg: bytes) -> Iterator[str]:
    if not jpeg.startswith(JPEG):
        yield "The file is not a JPEG."
        return
    place = 2
    while (marker := jpeg[place + 1]) != END:
        if jpeg[place] != 0xFF:
            yield "The file is damaged."
            return
        length = jpeg[place + 2] << 8 | jpeg[place + 3]
        body = jpeg[place + 4 : place + 2 + length]
        if marker not in PLAIN:
            yield _named(marker)
        elif marker == 0xE0 and (len(body) != JFIF_HEAD or not body.startswith(b"JFIF\0")):
            yield "The file has a thumbnail or data of an application."
        elif marker == BASELINE and body[5] != 3:
            yield f"The picture has {body[5]} color channels instead of 3."
        place += 2 + length
        if marker == SCAN:
            place = _end_of_scan(jpeg, place)
    if len(jpeg) > place + 2:
        yield "The file goes on after the picture’s end."


def _named(marker: int) -> str:
    if marker == COMMENT:
        return "The file has a comment."
    if 0xE0 <= marker <= 0xEF:
        return "The file has metadata (EXIF, XMP, a color profile, or a second picture)."
    return "The picture is not baseline: it is progressive, or of a rare type."


def _end_of_scan(jpeg: bytes, place: int) -> int:
    """Where the next marker is that is neither a stuffed byte nor a restart."""
    while True:
        place = jpeg.find(b"\xff", place)
        if place < 0:
            raise IndexError
        if jpeg[place + 1] != 0 and not 0xD0 <= jpeg[place + 1] <= 0xD7:
            return place
        place += 2
