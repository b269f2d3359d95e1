"""A plate seen up close, for vehicles that are told and not filmed: an invented New Mexico design."""

import io

from PIL import Image, ImageDraw, ImageFont

SIZE = (720, 360)  # pixels: 12 × 6 inches
FIELD, INK, SUN, SCREW = (250, 205, 55), (170, 24, 30), (250, 190, 70), (150, 150, 150)


def plate_photo(plate: str) -> bytes:
    """A JPEG of the plate with these characters."""
    image = Image.new("RGB", SIZE, FIELD)
    draw = ImageDraw.Draw(image)
    draw.circle((360, 392), 130, SUN)
    for text, row, size, stroke in (
        ("NEW MEXICO", 50, 52, 1),
        (plate, 192, 1060 // len(plate), 4),
        ("LAND OF MESAS", 330, 30, 1),
    ):
        font = ImageFont.load_default(size)
        draw.text((360, row), text, INK, font, anchor="mm", stroke_width=stroke, stroke_fill=INK)
    for x in (150, 570):
        for y in (24, 336):
            draw.circle((x, y), 11, SCREW)
    draw.rounded_rectangle((4, 4, SIZE[0] - 5, SIZE[1] - 5), 20, outline=INK, width=4)
    file = io.BytesIO()
    image.save(file, "JPEG")
    return file.getvalue()
