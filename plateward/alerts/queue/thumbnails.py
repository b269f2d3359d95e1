"""A small picture of an alert's vehicle, with its plate covered. Pure."""

import io
from math import ceil, floor

from PIL import Image, ImageDraw

from plateward.policy.trace import enforces
from plateward.reads.pictures import opened_picture

WIDTH, HEIGHT = 192, 128  # pixels, at most: too few to read a plate by, even where it is not covered
MARGIN = 0.25  # of the plate's width and height, covered around it: a box may be drawn tightly
COVER, EMPTY = (60, 64, 68), (223, 225, 226)
QUALITY = 80

Box = tuple[int, int, int, int]


@enforces("6.e.iv.3", "6.h.iv")
def thumbnail(original: bytes, box: Box, *, masked: bool) -> bytes:
    """A JPEG without metadata, of the context image and the plate's box in it (x, y, width, height in its pixels, as
    stored). `masked`: nothing of the plate is in it. Where that is not known, or the bytes are no picture, it is
    empty."""
    small = _seen(original, box, masked=masked) or Image.new("RGB", (WIDTH, HEIGHT), EMPTY)
    small.thumbnail((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
    content = io.BytesIO()
    Image.frombytes("RGB", small.size, small.tobytes()).save(content, "JPEG", quality=QUALITY)
    return content.getvalue()


def _seen(original: bytes, box: Box, *, masked: bool) -> Image.Image | None:
    try:
        picture, size = opened_picture(original, max(WIDTH, HEIGHT) * 2)
    except Exception:  # on hostile bytes a decoder may raise anything
        return None
    if not masked:
        return picture
    cover = cover_of(box, size)
    if cover is None:
        return None
    # Before anything is made smaller: no pixel of the plate may mix into its surroundings.
    across, down = picture.width / size[0], picture.height / size[1]
    left, top, right, bottom = cover
    area = (floor(left * across), floor(top * down), ceil(right * across), ceil(bottom * down))
    ImageDraw.Draw(picture).rectangle(area, fill=COVER)
    return picture


def cover_of(box: Box, size: tuple[int, int]) -> Box | None:
    """What covers the plate in a picture of this width and height: left, top, right, bottom. None: the box is not of
    this picture."""
    x, y, width, height = box
    if not width or not height or x + width > size[0] or y + height > size[1]:
        return None
    wide, high = ceil(width * MARGIN) + 8, ceil(height * MARGIN) + 8  # 8: a block of a JPEG mixes its pixels
    return max(0, x - wide), max(0, y - high), min(size[0], x + width + wide), min(size[1], y + height + high)
