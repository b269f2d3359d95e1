"""A picture for tests."""

import io

from PIL import Image


def jpeg(width: int = 640, height: int = 360, color: str = "gray", **options: object) -> bytes:
    """A picture of one color; `options`: of the JPEG."""
    content = io.BytesIO()
    Image.new("RGB", (width, height), color).save(content, "JPEG", **options)
    return content.getvalue()
