"""A read's pictures: taken out of their segments, and opened as what came from outside, bounded and without anything
but their pixels."""

import io
import warnings

from PIL import Image

from plateward.field.reads.images import image_segments
from plateward.field.reads.store import StoredRead
from plateward.field.reads.store.away import StoreAway, store_answers
from plateward.ground.vault.sealing import SealBroken

SMALL_SIDE, SMALL_QUALITY = 640, 75  # pixels, at most; of the JPEG
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


def small_copy(original: bytes) -> bytes | None:
    """A JPEG for a printed report, or None if the bytes that a reader signed are no picture."""
    try:
        image, _ = opened_picture(original, SMALL_SIDE)
        image.thumbnail((SMALL_SIDE, SMALL_SIDE))
        content = io.BytesIO()
        image.save(content, "JPEG", quality=SMALL_QUALITY)
    except Exception:  # on hostile bytes a decoder may raise anything
        return None
    return content.getvalue()
