"""Small copies of a read's images for the printed report; the originals are files of the package."""

import io

from plateward.reads.pictures import opened_picture

LONG_SIDE = 640
QUALITY = 75


def small_copy(original: bytes) -> bytes | None:
    """A JPEG, or None if the bytes that a reader signed are no picture."""
    try:
        image, _ = opened_picture(original, LONG_SIDE)
        image.thumbnail((LONG_SIDE, LONG_SIDE))
        content = io.BytesIO()
        image.save(content, "JPEG", quality=QUALITY)
    except Exception:  # on hostile bytes a decoder may raise anything
        return None
    return content.getvalue()
