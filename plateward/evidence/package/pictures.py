"""Small copies of a read's images for the printed report; the originals are files of the package."""

import io
import warnings

from PIL import Image

MOST_PIXELS = 50_000_000  # of an original; its size is read from its head before anything is decoded
LONG_SIDE = 640
QUALITY = 75


def small_copy(original: bytes) -> bytes | None:
    """A JPEG, or None if the bytes that a reader signed are no picture."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(original), formats=("JPEG",)) as image:
                if image.width * image.height > MOST_PIXELS:
                    return None
                image.draft("RGB", (LONG_SIDE, LONG_SIDE))
                image.thumbnail((LONG_SIDE, LONG_SIDE))
                content = io.BytesIO()
                image.convert("RGB").save(content, "JPEG", quality=QUALITY)
    except Exception:  # on hostile bytes a decoder may raise anything
        return None
    return content.getvalue()
