"""A small picture of a read's vehicle; where its plate may not be seen, with all covered that names anyone. Pure."""

import io
from math import ceil, floor

from PIL import Image, ImageDraw

from plateward.field.reads.pictures import opened_picture
from plateward.ground.policy.trace import enforces

WIDTH, HEIGHT = 320, 180  # pixels, at most
# A covered picture is drawn in cells. Across a plate there are at most so many, so that a face, which is half as wide,
# has three: behind a window, too, and a bystander's. And across the whole picture, should the box be wrong: of a plate
# that is a third as wide as the picture a character has two.
PLATE_CELLS, PLATE_ROWS, PICTURE_CELLS = 5, 2.5, 48
MARGIN = 0.25  # of the plate's width and height, covered around it: a box may be drawn tightly
# The vehicle around its plate, in widths of it (or of one twice as wide as high), two thirds of it above.
VEHICLE = (14, 8)
# What can be a plate's box: pixels, at least; shares of the picture, at most; how many times as wide as high.
LEAST, MOST, SHAPES = (16, 8), 0.5, (0.75, 8.0)
COVER, EMPTY = (60, 64, 68), (223, 225, 226)
QUALITY = 80

Box = tuple[int, int, int, int]


@enforces("6.e.iv.3/plate", "6.h.iii/redaction")
def thumbnail(original: bytes, box: Box, *, masked: bool) -> bytes:
    """A JPEG without metadata, of the context image and the plate's box in it (x, y, width, height in its pixels, as
    stored). `masked`: nothing of the plate is in it, and no other plate and no face can be recognized, should the box
    be wrong. Where no plate can be there, or the bytes are no picture, it is empty."""
    small = _seen(original, box, masked=masked) or Image.new("RGB", (WIDTH, HEIGHT), EMPTY)
    content = io.BytesIO()
    plain = Image.frombytes("RGB", small.size, small.tobytes())
    plain.save(content, "JPEG", quality=QUALITY, subsampling=0)  # few pixels: each keeps its own color
    return content.getvalue()


def _seen(original: bytes, box: Box, *, masked: bool) -> Image.Image | None:
    try:
        picture, size = opened_picture(original, max(WIDTH, HEIGHT) * 4)
    except Exception:  # on hostile bytes a decoder may raise anything
        return None
    cover = cover_of(box, size)
    if cover is None:
        return None if masked else _fitted(picture)
    across, down = picture.width / size[0], picture.height / size[1]

    def drawn(area: Box) -> Box:
        """Where it is among the pixels that were decoded."""
        left, top, right, bottom = area
        return floor(left * across), floor(top * down), ceil(right * across), ceil(bottom * down)

    vehicle = vehicle_of(box, size)
    if not masked:
        return _fitted(picture.crop(drawn(vehicle)))
    # Before anything is made smaller: no pixel of the plate may mix into its surroundings.
    ImageDraw.Draw(picture).rectangle(drawn(cover), fill=COVER)
    cell = max(max(size) / PICTURE_CELLS, box[2] / PLATE_CELLS, box[3] / PLATE_ROWS)
    left, top, right, bottom = vehicle
    cells = (max(1, round((right - left) / cell)), max(1, round((bottom - top) / cell)))
    return _fitted(picture.crop(drawn(vehicle)).resize(cells, Image.Resampling.BOX))


def _fitted(picture: Image.Image) -> Image.Image:
    scale = min(WIDTH / picture.width, HEIGHT / picture.height)
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    return picture.resize(size, Image.Resampling.BICUBIC)


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


def vehicle_of(box: Box, size: tuple[int, int]) -> Box:
    """The part of the picture with the whole vehicle: left, top, right, bottom."""
    x, y, width, height = box
    unit = max(width, 2 * height)
    wide, high = min(size[0], VEHICLE[0] * unit), min(size[1], VEHICLE[1] * unit)
    left = min(max(0, x + width // 2 - wide // 2), size[0] - wide)
    top = min(max(0, y + height // 2 - high * 2 // 3), size[1] - high)
    return left, top, left + wide, top + high
