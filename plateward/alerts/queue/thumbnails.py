"""A small picture of an alert's vehicle, with its plate covered. Pure."""

import io
from math import ceil, floor

from PIL import Image, ImageDraw

from plateward.policy.trace import enforces
from plateward.reads.pictures import opened_picture

WIDTH, HEIGHT = 192, 128  # pixels, at most
# At most, where the plate is covered: the vehicle's color and shape are left, but no plate, wherever it is. Of one that
# is half as wide as the picture a character has two pixels.
BLURRED = (32, 24)
MARGIN = 0.25  # of the plate's width and height, covered around it: a box may be drawn tightly
# What can be a plate's box: pixels, at least; shares of the picture, at most; how many times as wide as high.
LEAST, MOST, SHAPES = (16, 8), 0.5, (0.75, 8.0)
COVER, EMPTY = (60, 64, 68), (223, 225, 226)
QUALITY = 80

Box = tuple[int, int, int, int]


@enforces("6.e.iv.3", "6.h.iv")
def thumbnail(original: bytes, box: Box, *, masked: bool) -> bytes:
    """A JPEG without metadata, of the context image and the plate's box in it (x, y, width, height in its pixels, as
    stored). `masked`: nothing of the plate is in it, and no other plate can be read, should the box be wrong. Where no
    plate can be there, or the bytes are no picture, it is empty."""
    small = _seen(original, box, masked=masked) or Image.new("RGB", (WIDTH, HEIGHT), EMPTY)
    small.thumbnail((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
    content = io.BytesIO()
    plain = Image.frombytes("RGB", small.size, small.tobytes())
    plain.save(content, "JPEG", quality=QUALITY, subsampling=0)  # few pixels: each keeps its own color
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
    picture.thumbnail(BLURRED, Image.Resampling.BOX)
    return picture


def cover_of(box: Box, size: tuple[int, int]) -> Box | None:
    """What covers the plate in a picture of this width and height: left, top, right, bottom. None: the box is not of
    this picture, or not of a plate."""
    x, y, width, height = box
    if width < LEAST[0] or height < LEAST[1] or not SHAPES[0] <= width / height <= SHAPES[1]:
        return None
    if width > size[0] * MOST or height > size[1] * MOST or x + width > size[0] or y + height > size[1]:
        return None
    wide, high = ceil(width * MARGIN) + 8, ceil(height * MARGIN) + 8  # 8: a block of a JPEG mixes its pixels
    return max(0, x - wide), max(0, y - high), min(size[0], x + width + wide), min(size[1], y + height + high)
