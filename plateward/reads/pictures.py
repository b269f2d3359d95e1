"""A read's pictures: taken out of their segments, and opened as what came from outside, bounded and without anything
but their pixels."""

import io
import warnings

from PIL import Image

from plateward.reads.images import image_segments
from plateward.reads.store import StoredRead
from plateward.reads.store.away import StoreAway, store_answers
from plateward.vault.sealing import SealBroken

MOST_PIXELS = 50_000_000  # of an original; its size is read from its head before anything is decoded


def picture_of(stored: StoredRead, which: str) -> bytes:
    """The JPEG as its reader sent it; `which` is "context" (the vehicle) or "plate". Its caller puts the view on the
    log. Raises DayDestroyed; StoreAway, also of one that was altered."""
    with store_answers():
        try:
            return image_segments().read(stored.context if which == "context" else stored.plate_image)
        except SealBroken as altered:
            raise StoreAway(str(altered)) from altered


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
