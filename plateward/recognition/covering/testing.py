"""An invented street, for tests of what is covered."""

import io

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

PLATE = (500, 420, 240, 120)


def scene(plates: tuple[tuple[int, int, int, int], ...] = (PLATE,), text: str = "ABC 123") -> Image.Image:
    """A street at dusk, 1280 × 720: a vehicle's back for each plate (x, y, width, height)."""
    rng = np.random.default_rng(50)
    ground = rng.normal(90, 6, (720, 1280, 3)).clip(0, 255).astype(np.uint8)
    image = Image.fromarray(cv2.GaussianBlur(ground, (0, 0), 2))
    pen = ImageDraw.Draw(image)
    for x, y, width, height in plates:
        pen.rectangle((x - width, y - 2 * height, x + 2 * width, y + 2 * height), fill=(70, 20, 24))
        face = (x, y, x + width, y + height)
        pen.rounded_rectangle(face, height // 10, fill=(235, 235, 228), outline=(40, 40, 60), width=3)
        ink, big, small = (
            (20, 24, 80),
            *(ImageFont.load_default(round(height * part)) for part in (0.5, 0.14)),
        )
        middle = x + width / 2
        pen.text((middle, y + height * 0.55), text, ink, big, anchor="mm", stroke_width=2, stroke_fill=ink)
        pen.text((middle, y + height * 0.16), "NEW MEXICO", (150, 20, 20), small, anchor="mm")
    return image


def jpeg(image: Image.Image, **options: object) -> bytes:
    """Its file; `options` are Pillow's."""
    content = io.BytesIO()
    image.save(content, "JPEG", **options)
    return content.getvalue()
