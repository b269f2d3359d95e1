"""A copy names its person all over, so that no part of it is without; it has no metadata, and its size is bounded."""

import io

import pytest
from PIL import Image, ImageChops

from plateward.field.reads.watermark import LONG_SIDE, SHORT_SIDE, CopyMark, NotAPicture, marked_copy
from plateward.work.evidence.testing import jpeg

pytestmark = pytest.mark.clause("6.h.iv/safeguard", "6.e.iii/marked")
MARK = CopyMark(
    "Ada Archuleta (ada) · November 28, 2026, 08:15 MST · copy 0123456789ab",
    ("CJI. Confidential.", "0" * 500),
)


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content), formats=("JPEG",))


@pytest.mark.parametrize("color", ["black", "gray", "white"])
@pytest.mark.parametrize("size", [(1920, 1080), (240, 90), (90, 240), (5000, 3000)])
def test_every_part_of_it_is_marked_whatever_is_cropped(size: tuple[int, int], color: str) -> None:
    copy = opened(marked_copy(jpeg(*size, color), MARK)).convert("L")
    scale = copy.width / size[0]
    high = round(size[1] * scale)
    assert SHORT_SIDE - 1 <= max(copy.width, high) <= LONG_SIDE
    assert copy.height > high  # the band below
    plain = Image.new("L", (copy.width, high), color)
    differs = ImageChops.difference(copy.crop((0, 0, copy.width, high)), plain).point(
        lambda v: v > 25 and 255
    )
    across, down = 4, 4 if high > 400 else 2
    for column in range(across):
        for row in range(down):
            part = differs.crop(
                (
                    column * copy.width // across,
                    row * high // down,
                    (column + 1) * copy.width // across,
                    (row + 1) * high // down,
                )
            )
            assert 0.01 < sum(part.histogram()[200:]) / (part.width * part.height) < 0.4


def test_it_has_no_metadata_and_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "A maker"  # turned by 90 degrees
    copy = opened(marked_copy(jpeg(1000, 600, exif=exif), MARK))
    assert copy.width < copy.height
    assert (dict(copy.getexif()), "exif" in copy.info, "comment" in copy.info) == ({}, False, False)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xd8\xff\xe0no picture",
        jpeg()[:500],
        b"\x89PNG\r\n\x1a\n",
        jpeg(16, 16).replace(b"\x00\x10\x00\x10", b"\xff\xff\xff\xff", 1),
    ],
)
def test_what_is_no_picture_is_refused_in_a_sentence(content: bytes) -> None:
    with pytest.raises(NotAPicture, match="original is part of the evidence package"):
        marked_copy(content, MARK)
