import io
import struct
import zlib
from contextlib import suppress
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from plateward.recognition import images
from plateward.recognition.images import ImageError

QUADRANTS = np.zeros((40, 60, 3), np.uint8)  # RGB: red top left, green top right, blue bottom left
QUADRANTS[:20, :30, 0] = QUADRANTS[:20, 30:, 1] = QUADRANTS[20:, :30, 2] = 255
HEADERS = (
    b"\xff\xd8\xff\xe0\x00\x10JFIF\x00",
    b"\x89PNG\r\n\x1a\n",
    b"BM",
    b"RIFF\x10\x00\x00\x00WEBPVP8 ",
    b"II*\x00",
)


def encoded(format: str = "PNG", orientation: int = 1) -> bytes:
    image, file = Image.fromarray(QUADRANTS), io.BytesIO()
    exif = Image.Exif()
    exif[images.ORIENTATION] = orientation
    image.save(file, format, exif=exif.tobytes())
    return file.getvalue()


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes whose header claims this many pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = chunk(b"IDAT", zlib.compress(bytes(1000)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + pixels + chunk(b"IEND", b"")


@pytest.mark.parametrize("format", images.FORMATS)
def test_it_reads_the_usual_formats_as_bgr(format: str) -> None:
    if format == "BMP":
        file = io.BytesIO()
        Image.fromarray(QUADRANTS).save(file, format)
        image = images.load_image(file.getvalue())
    else:
        image = images.load_image(encoded(format))
    assert image.shape == (40, 60, 3)
    assert image.dtype == np.uint8
    assert image[10, 10].argmax() == 2  # red is last in BGR


@pytest.mark.parametrize(
    ("orientation", "corner"),
    [(1, "tl"), (2, "tr"), (3, "br"), (4, "bl"), (5, "tl"), (6, "tr"), (7, "br"), (8, "bl")],
)
def test_it_turns_a_photo_as_its_exif_data_asks(orientation: int, corner: str) -> None:
    image = images.load_image(encoded("JPEG", orientation))
    assert image.shape == ((40, 60, 3) if orientation < 5 else (60, 40, 3))
    row = 10 if corner[0] == "t" else -10
    column = 10 if corner[1] == "l" else -10
    blue, green, red = image[row, column]
    assert red > 200
    assert max(blue, green) < 60


def test_gray_transparent_and_16_bit_pictures_become_bgr() -> None:
    for mode in ("L", "LA", "P", "RGBA", "1"):
        file = io.BytesIO()
        Image.fromarray(QUADRANTS).convert(mode).save(file, "PNG")
        assert images.load_image(file.getvalue()).shape == (40, 60, 3)
    deep = io.BytesIO()
    Image.fromarray(np.full((40, 60), 0x8000, np.uint16)).save(deep, "PNG")
    assert images.load_image(deep.getvalue())[0, 0].tolist() == [128, 128, 128]


@pytest.mark.parametrize("size", [(20_000, 20_000), (60_000, 60_000), (7_100, 7_100)])
def test_it_refuses_a_decompression_bomb_from_its_header(size: tuple[int, int]) -> None:
    with pytest.raises(ImageError, match=r"more than.* 50 million"):
        images.load_image(bomb(*size))


def test_it_refuses_a_file_that_is_too_large(tmp_path: Path) -> None:
    path = tmp_path / "large.jpg"
    with path.open("wb") as file:
        file.truncate(images.MOST_BYTES + 1)
    with pytest.raises(ImageError, match="larger than 64 MiB"):
        images.load_image(path)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "is empty"),
        (b"a note", "is not a supported image"),
        (encoded("JPEG")[:-200], "is damaged or cut off"),
        (encoded("PNG")[:120], "is damaged or cut off"),
    ],
)
def test_it_says_what_is_wrong_with_a_file(tmp_path: Path, data: bytes, reason: str) -> None:
    path = tmp_path / "gate.jpg"
    path.write_bytes(data)
    with pytest.raises(ImageError, match=reason) as refused:
        images.load_image(path)
    assert str(path) in str(refused.value)
    assert "\n" not in str(refused.value)


def test_it_says_when_there_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match="There is no file"):
        images.load_image(tmp_path / "none.jpg")
    with pytest.raises(ImageError, match="is not a file"):
        images.load_image(tmp_path)
    with pytest.raises(ImageError):
        images.load_image("nul\0byte.jpg")


def test_damaged_exif_data_does_not_cost_the_picture() -> None:
    file = io.BytesIO()
    Image.fromarray(QUADRANTS).save(file, "JPEG", exif=b"Exif\x00\x00MM\x00*\xff\xff\xff\xff")
    assert images.load_image(file.getvalue()).shape == (40, 60, 3)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.one_of(
        st.binary(max_size=300), st.builds(bytes.__add__, st.sampled_from(HEADERS), st.binary(max_size=200))
    )
)
def test_random_bytes_are_a_picture_or_an_image_error(data: bytes) -> None:
    with suppress(ImageError):
        assert images.load_image(data).ndim == 3


@settings(max_examples=150, deadline=None)
@given(st.sampled_from([encoded(each) for each in ("JPEG", "PNG", "WEBP", "TIFF")]), st.data())
def test_a_file_cut_off_or_altered_is_a_picture_or_an_image_error(whole: bytes, data: st.DataObject) -> None:
    altered = bytearray(whole[: data.draw(st.integers(0, len(whole)))])
    for place in data.draw(st.lists(st.integers(0, max(0, len(altered) - 1)), max_size=4)) if altered else []:
        altered[place] = data.draw(st.integers(0, 255))
    with suppress(ImageError):
        assert images.load_image(bytes(altered)).ndim == 3


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds at 10 frames a second, each frame brighter than the one before."""
    path = tmp_path_factory.mktemp("video") / "gate.mp4"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"mp4v"), 10, (320, 240))
    for index in range(20):
        writer.write(np.full((240, 320, 3), index * 10, np.uint8))
    writer.release()
    return path


def test_it_gives_every_frame_of_a_video_with_its_time(video: Path) -> None:
    frames = list(images.frames(video))
    assert [index for index, _, _ in frames] == list(range(20))
    assert frames[5][1] == pytest.approx(0.5, abs=0.01)
    assert frames[0][2].shape == (240, 320, 3)
    assert images.video_duration(video) == pytest.approx(2.0, abs=0.1)


def test_it_gives_a_frame_every_so_many_seconds(video: Path) -> None:
    assert [index for index, _, _ in images.frames(video, every=0.5)] == [0, 5, 10, 15]
    assert [index for index, _, _ in images.frames(video, every=0.25)] == [0, 3, 5, 8, 10, 13, 15, 18]


def test_spans_that_no_float_holds_exactly_give_one_frame_each(tmp_path: Path) -> None:
    path = tmp_path / "gate.mp4"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"mp4v"), 30, (320, 240))
    for _ in range(60):
        writer.write(np.zeros((240, 320, 3), np.uint8))
    writer.release()
    assert [index for index, _, _ in images.frames(path, every=0.1)] == list(range(0, 60, 3))


@pytest.mark.parametrize("data", [b"", b"a note"])
def test_it_says_what_is_wrong_with_a_video(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "gate.mp4"
    path.write_bytes(data)
    with pytest.raises(ImageError, match=r"empty|not a readable video"):
        list(images.frames(path))


def test_a_video_cut_off_is_said_to_be_unreadable(tmp_path: Path, video: Path) -> None:
    path = tmp_path / "cut.mp4"
    path.write_bytes(video.read_bytes()[: video.stat().st_size // 2])
    with pytest.raises(ImageError):
        list(images.frames(path))
