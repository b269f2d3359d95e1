"""Pictures for tests: of a vehicle whose plate has a color of its own."""

import io

import numpy as np
from PIL import Image

BOX = (600, 400, 120, 60)
PLATE = (255, 220, 0)  # its color, which nothing else in the picture has


def picture(size: tuple[int, int] = (1280, 720)) -> bytes:
    """A blue vehicle with a yellow plate at BOX, and the same picture small in its metadata."""
    image = Image.new("RGB", size, (20, 40, 160))
    x, y, width, height = BOX
    image.paste(PLATE, (x, y, x + width, y + height))
    exif = image.getexif()
    exif[0x010E] = "ABC123"
    exif[0x0112] = 3  # upside down: the box is of the pixels as stored
    content = io.BytesIO()
    image.save(content, "JPEG", quality=95, exif=exif)
    return content.getvalue()


def yellow(jpeg: bytes) -> int:
    """How many pixels have anything of the plate's color."""
    pixels = np.asarray(Image.open(io.BytesIO(jpeg)).convert("RGB"), int)
    return int(((pixels[..., 0] > 80) & (pixels[..., 2] < 120)).sum())


def colors(jpeg: bytes) -> set[tuple[int, ...]]:
    """Its colors, roughly."""
    pixels = np.asarray(Image.open(io.BytesIO(jpeg)).convert("RGB"), int).reshape(-1, 3)
    return {tuple(map(int, color)) for color in np.unique(np.rint(pixels / 16) * 16, axis=0)}
