"""A copy of an image that names, all over, who took it along and when. The original stays as it was signed: it leaves
only within an evidence package."""

import io
import threading
from bisect import bisect_right
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFont, ImageOps

from plateward.field.reads.pictures import opened_picture
from plateward.ground.errors import ActError
from plateward.ground.policy.trace import enforces

LONG_SIDE, SHORT_SIDE = 2400, 900  # pixels of a copy's width or height: at most, and at least
ANGLE = 24  # degrees, counterclockwise
INK, EDGE = 150, 105  # of 255: how much of the picture the letters and their outline cover
QUALITY = 88  # of the JPEG
AT_ONCE = 2  # copies that a process makes: each takes up to 100 MB

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont

_places = threading.BoundedSemaphore(AT_ONCE)


class NotAPicture(ActError):
    """The bytes that the reader signed are no picture that can be copied with a mark."""


@dataclass(frozen=True)
class CopyMark:
    """`text`: who, when and which export, all over the picture; `lines`: below it."""

    text: str
    lines: tuple[str, ...]


@enforces("6.h.iv/safeguard", "6.e.iii/marked")
def marked_copy(original: bytes, mark: CopyMark, long_side: int = LONG_SIDE) -> bytes:
    """A JPEG without any metadata, of bounded size. Raises NotAPicture."""
    with _places:
        try:
            picture = _opened(original, long_side)
        except Exception as error:  # on hostile bytes a decoder may raise anything
            raise NotAPicture(
                "This image cannot be copied with a watermark: it is damaged, too large, or no JPEG. The original is "
                "part of the evidence package."
            ) from error
        marked = _with_lines(_tiled(picture, mark.text), mark.lines)
        content = io.BytesIO()
        marked.save(content, "JPEG", quality=QUALITY)
        return content.getvalue()


def _opened(original: bytes, long_side: int) -> Image.Image:
    stored, _ = opened_picture(original, long_side)
    picture = ImageOps.exif_transpose(stored)
    long = max(picture.size)
    scale = min(long_side / long, max(1.0, SHORT_SIDE / long))
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    return picture.resize(size, Image.Resampling.LANCZOS) if size != picture.size else picture


def _tiled(picture: Image.Image, text: str) -> Image.Image:
    """The text in slanting rows, each moved against the one above: any quarter of the picture has all of it."""
    height = max(16, max(picture.size) // 64)
    font = ImageFont.load_default(height)
    width = round(font.getlength(text))
    side = round((picture.width**2 + picture.height**2) ** 0.5) + 1
    layer = Image.new("L", (side, side))
    outline = Image.new("L", (side, side))
    step = width + 2 * height
    # Drawn once, and laid side by side.
    ink, edge = (Image.new("L", (step, 4 * height)) for _ in range(2))
    ImageDraw.Draw(ink).text((height, height), text, fill=INK, font=font)
    ImageDraw.Draw(edge).text((height, height), text, fill=EDGE, font=font, stroke_width=2)
    for row, y in enumerate(range(0, side, 4 * height)):
        for x in range(-(row * step // 3) % step - step, side, step):
            outline.paste(edge, (x - height, y - height))
            layer.paste(ink, (x - height, y - height))
    left, top = (side - picture.width) // 2, (side - picture.height) // 2
    box = (left, top, left + picture.width, top + picture.height)
    marked = picture.copy()
    for color, mask in (("black", outline), ("white", layer)):
        marked.paste(color, mask=mask.rotate(ANGLE).crop(box))
    return marked


def _with_lines(picture: Image.Image, lines: tuple[str, ...]) -> Image.Image:
    """The picture with a band of text below."""
    size = max(15, picture.width // 64)
    font, room, high = ImageFont.load_default(size), picture.width - 2 * size, round(size * 1.4)
    broken = [part for line in lines for part in _wrapped(line, font, room)]
    band = Image.new("RGB", (picture.width, picture.height + high * len(broken) + high // 2), "white")
    band.paste(picture)
    pen = ImageDraw.Draw(band)
    for number, part in enumerate(broken):
        pen.text((size, picture.height + high // 4 + high * number), part, fill="black", font=font)
    return band


def _wrapped(line: str, font: Font, room: int) -> list[str]:
    """The line in parts that fit; one long word is broken where it must be."""
    parts, part = [], ""
    for word in line.split(" "):
        longer = f"{part} {word}".strip()
        if font.getlength(longer) <= room:
            part = longer
            continue
        parts += [part] if part else []
        part = word
        while font.getlength(part) > room and len(part) > 1:
            cut = _fitting(part, font, room)
            parts.append(part[:cut])
            part = part[cut:]
    return [*parts, part]


def _fitting(word: str, font: Font, room: int) -> int:
    """How many of its letters fit: at least one, and not all."""
    fits = bisect_right(range(1, len(word)), float(room), key=lambda end: float(font.getlength(word[:end])))
    return max(1, fits)
