"""Images of every kind that cameras, phones and programs write, expected or not."""

import io
from contextlib import suppress
from functools import partial
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from PIL import Image

from plateward.recognition import images
from plateward.recognition.images import ImageError
from plateward.recognition.tests.mutations import mutations_of

QUADRANTS = np.zeros((40, 60, 3), np.uint8)  # RGB: red top left, green top right, blue bottom left
QUADRANTS[:20, :30, 0] = QUADRANTS[:20, 30:, 1] = QUADRANTS[20:, :30, 2] = 255
FIRST, SECOND = Image.fromarray(QUADRANTS), Image.fromarray(255 - QUADRANTS)
DEEP = QUADRANTS[..., ::-1].astype(np.uint16) * 257  # BGR, as OpenCV takes it
GRAY_16 = np.full((40, 60), 0x80FF, np.uint16)


def pillow(image: Image.Image, format: str, **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, format, **options)
    return file.getvalue()


def opencv(suffix: str, pixels: np.ndarray, *options: int) -> bytes:
    return bytes(cv2.imencode(suffix, pixels, options)[1])


def transparent(top_left: int = 0) -> Image.Image:
    alpha = np.full((40, 60), 255, np.uint8)
    alpha[:20, :30] = top_left
    return Image.fromarray(np.dstack([QUADRANTS, alpha]))


several = partial(pillow, FIRST, save_all=True, append_images=[SECOND])
COLOR = {
    "CMYK JPEG": pillow(FIRST.convert("CMYK"), "JPEG", quality=95),
    "CMYK TIFF": pillow(FIRST.convert("CMYK"), "TIFF"),
    "YCbCr TIFF": pillow(FIRST.convert("YCbCr"), "TIFF"),
    "palette BMP": pillow(FIRST.convert("P"), "BMP"),
    "16-bit PNG": opencv(".png", DEEP),
    "16-bit PNG with alpha": opencv(".png", np.dstack([DEEP, np.full((40, 60), 0xFFFF, np.uint16)])),
    "16-bit TIFF": opencv(".tiff", DEEP),
    "16-bit TIFF, uncompressed": opencv(".tiff", DEEP, cv2.IMWRITE_TIFF_COMPRESSION, 1),
    "animated WEBP": several("WEBP", lossless=True),
    "animated PNG": several("PNG"),
    "animated PNG with a still": several("PNG", default_image=True),
    "TIFF of two pages": several("TIFF"),
    "two JPEGs in one": several("MPO", quality=95),
}
GRAY = {
    "16-bit gray PNG": opencv(".png", GRAY_16),
    "16-bit gray TIFF": opencv(".tiff", GRAY_16),
    "16-bit gray TIFF, big end first": pillow(Image.fromarray(GRAY_16.astype(">u2")), "TIFF"),
    "gray JPEG": pillow(Image.new("L", (60, 40), 0x80), "JPEG"),
    "gray BMP": pillow(Image.new("L", (60, 40), 0x80), "BMP"),
}


@pytest.mark.parametrize("data", COLOR.values(), ids=COLOR)
def test_colors_come_out_right_and_of_several_pictures_the_first(data: bytes) -> None:
    image = images.load_image(data)
    assert image.shape == (40, 60, 3)
    assert image.dtype.name == "uint8"
    for y, x, bgr in (
        (10, 10, (0, 0, 255)),
        (10, 50, (0, 255, 0)),
        (30, 10, (255, 0, 0)),
        (30, 50, (0, 0, 0)),
    ):
        assert np.abs(image[y, x].astype(int) - bgr).max() < 8


@pytest.mark.parametrize("data", GRAY.values(), ids=GRAY)
def test_gray_keeps_its_level(data: bytes) -> None:
    image = images.load_image(data)
    assert image.shape == (40, 60, 3)
    assert image[20, 20].tolist() == [0x80, 0x80, 0x80]


@pytest.mark.parametrize(
    "data",
    [
        pillow(transparent(), "PNG"),
        pillow(transparent(), "WEBP", lossless=True, exact=True),
        pillow(transparent(), "TIFF"),
        pillow(FIRST.quantize(), "PNG", transparency=FIRST.quantize().getpixel((10, 10))),
    ],
    ids=["PNG", "WEBP", "TIFF", "palette"],
)
def test_what_no_person_sees_is_not_read(data: bytes) -> None:
    image = images.load_image(data)
    assert image[10, 10].tolist() == [255, 255, 255]
    assert image[10, 50].tolist() == [0, 255, 0]


@pytest.mark.parametrize(
    "data", [pillow(Image.fromarray(np.full((40, 60), 0.5, kind)), "TIFF") for kind in (np.float32, np.int32)]
)
def test_pixels_whose_white_nobody_knows_are_refused(data: bytes) -> None:
    with pytest.raises(ImageError, match="pixels of 32 bits: save it with 8 or 16"):
        images.load_image(data)


@pytest.mark.parametrize("format", ["GIF", "PPM", "ICO", "JPEG2000"])
def test_other_kinds_are_refused_and_those_that_are_read_are_told(format: str) -> None:
    with pytest.raises(ImageError, match=r"not a supported image type \(JPEG, PNG, WEBP, BMP, TIFF\)"):
        images.load_image(several(format) if format == "GIF" else pillow(FIRST, format))


SMALL = [
    *COLOR.values(),
    *GRAY.values(),
    pillow(transparent(128), "PNG"),
    pillow(FIRST, "JPEG", progressive=True),
]


@settings(max_examples=200, deadline=None)
@given(mutations_of(SMALL))
def test_a_damaged_image_is_a_picture_or_an_image_error(data: bytes) -> None:
    with suppress(ImageError):
        image = images.load_image(data)
        assert (image.ndim, image.dtype.name) == (3, "uint8")
