"""Opening a picture that came from outside: bounded, and without anything but its pixels."""

import io
import warnings

from PIL import Image

MOST_PIXELS = 50_000_000  # of an original; its size is read from its head before anything is decoded


def opened_picture(original: bytes, side: int) -> tuple[Image.Image, tuple[int, int]]:
    """A JPEG's pixels as RGB, decoded no larger than its use at `side` pixels needs, and its own width and height.
    As stored: not turned by what its metadata says. On hostile bytes a decoder may raise anything."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        with Image.open(io.BytesIO(original), formats=("JPEG",)) as image:
            if image.width * image.height > MOST_PIXELS:
                raise ValueError("too many pixels")
            size = image.size
            image.draft("RGB", (side, side))
            return image.convert("RGB"), size
