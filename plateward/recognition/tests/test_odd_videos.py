"""Videos as phones rotate them, as recorders time them, and as broken disks leave them."""

import struct
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings

from plateward.recognition import images
from plateward.recognition.images import ImageError
from plateward.recognition.tests.mutations import mutations_of

FRAMES, FPS = 20, 10
CONTAINERS = {
    ".avi": "MJPG",
    ".m4v": "mp4v",
    ".mkv": "mp4v",
    ".mov": "mp4v",
    ".mp4": "mp4v",
    ".mpeg": "mpg2",
} | {
    ".mpg": "mpg1",
    ".ts": "mpg2",
    ".webm": "VP80",
}


def made(suffix: str, size: tuple[int, int] = (160, 120), frames: int = FRAMES, fps: int = FPS) -> bytes:
    """A video whose frames get brighter by 10 each, with a red corner at the top left."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"gate{suffix}")
        writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*CONTAINERS[suffix]), fps, size)
        for index in range(frames):
            picture = np.full((size[1], size[0], 3), index * 10, np.uint8)
            picture[: size[1] // 2, : size[0] // 2] = (0, 0, 255)
            writer.write(picture)
        writer.release()
        return path.read_bytes()


Written = Callable[[str, bytes], Path]


@pytest.fixture
def written(tmp_path: Path) -> Written:
    def write(name: str, data: bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(data)
        return path

    return write


def brightness(image: np.ndarray) -> int:
    """Which frame it is, from its bottom right corner."""
    return round(float(image[-20:, -20:].mean()) / 10)


def indexed_frames(path: Path) -> list[tuple[int, int]]:
    """The index that each frame got, and which frame it is."""
    return [(index, brightness(image)) for index, _, image in images.frames(path)]


def frames_of(avi: bytes) -> Iterator[tuple[int, int]]:
    """Where each frame of an MJPG AVI lies, start and end, without its eight bytes of header."""
    place = avi.index(b"movi") + 4
    while avi[place : place + 4] == b"00dc":
        (size,) = struct.unpack_from("<I", avi, place + 4)
        yield place + 8, place + 8 + size
        place += 8 + size + size % 2


@pytest.mark.parametrize("suffix", sorted(images.VIDEO_SUFFIXES))
def test_every_container_that_is_named_is_read(written: Written, suffix: str) -> None:
    fps = 25 if suffix in (".mpeg", ".mpg", ".ts") else FPS  # MPEG allows few rates
    assert len(list(images.frames(written(f"gate{suffix}", made(suffix, fps=fps))))) == FRAMES


def test_a_telephone_held_upright_gives_upright_frames(written: Written) -> None:
    video = bytearray(made(".mp4"))
    matrix = video.index(b"tkhd") + 44
    assert struct.unpack_from(">9i", video, matrix) == (65536, 0, 0, 0, 65536, 0, 0, 0, 1 << 30)
    struct.pack_into(">9i", video, matrix, 0, 65536, 0, -65536, 0, 0, 120 << 16, 0, 1 << 30)  # 90° clockwise
    _, _, image = next(images.frames(written("gate.mp4", bytes(video))))
    assert image.shape == (160, 120, 3)
    assert image[10, -10, 2] > 200  # what lay at the top left is at the top right
    assert image[10, 10, 2] < 60


def test_a_rate_that_varies_is_kept_in_the_times(written: Written) -> None:
    video = bytearray(made(".mp4"))
    times = video.index(b"stts")
    runs, count, length = struct.unpack_from(">3I", video, times + 8)
    assert (runs, count) == (1, FRAMES)
    # The first half of the frames in half the time: one more entry, in each box around it.
    video[times + 8 : times + 20] = struct.pack(">5I", 2, 10, length // 2, 10, length * 3 // 2)
    place = 0
    for box in (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stts"):
        place = video.index(box, place)
        (size,) = struct.unpack_from(">I", video, place - 4)
        struct.pack_into(">I", video, place - 4, size + 8)
    path = written("gate.mp4", bytes(video))
    moments = [moment for _, moment, _ in images.frames(path)]
    assert moments == pytest.approx(
        [n * 0.05 for n in range(10)] + [0.5 + n * 0.15 for n in range(10)], abs=0.01
    )
    assert [index for index, _, _ in images.frames(path, every=0.5)] == [0, 10, 14, 17]


def test_a_frame_that_cannot_be_decoded_costs_no_other(written: Written) -> None:
    video = bytearray(made(".avi"))
    start, end = list(frames_of(bytes(video)))[5]
    video[start:end] = bytes(end - start)
    path = written("gate.avi", bytes(video))
    assert indexed_frames(path) == [(n, n) for n in range(FRAMES) if n != 5]
    moments = {index: moment for index, moment, _ in images.frames(path)}
    assert moments[6] == pytest.approx(0.6, abs=0.01)


def test_a_first_frame_that_cannot_be_decoded_costs_no_other(written: Written) -> None:
    video = bytearray(made(".avi"))
    start, end = next(frames_of(bytes(video)))
    video[start:end] = bytes(end - start)
    assert indexed_frames(written("gate.avi", bytes(video))) == [(n, n) for n in range(1, FRAMES)]


@pytest.mark.parametrize("how", ["damaged", "lost"])
def test_when_many_frames_are_undecodable_the_rest_are_read_and_it_is_reported(
    written: Written, how: str
) -> None:
    video = bytearray(made(".avi"))
    for start, end in list(frames_of(bytes(video)))[5:8]:
        if how == "lost":
            video[start - 8 : start - 4] = b"JUNK"
        else:
            video[start:end] = bytes(end - start)
    path = written("gate.avi", bytes(video))
    read: list[int] = []
    with pytest.raises(ImageError, match="cut off or damaged: 17 of about 20 frames"):
        read.extend(brightness(image) for _, _, image in images.frames(path))
    assert read == [*range(5), *range(8, 20)]


@pytest.mark.parametrize(
    "text",
    [
        "ffconcat version 1.0\nfile real.mp4\n",
        "#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\nreal.mp4\n#EXT-X-ENDLIST\n",
        "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\n",
    ],
    ids=["concat", "HLS", "SDP"],
)
def test_a_file_that_would_open_others_is_no_video(written: Written, text: str) -> None:
    written("real.mp4", made(".mp4"))
    with pytest.raises(ImageError, match="is not a readable video"):
        list(images.frames(written("gate.mp4", text.encode())))


TINY = [made(suffix, (32, 32), 4) for suffix in (".avi", ".mp4")]


@settings(max_examples=60, deadline=None)
@given(mutations_of(TINY))
def test_a_damaged_video_gives_frames_or_an_image_error(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder, suppress(ImageError):
        path = Path(folder, "gate.mp4")
        path.write_bytes(data)
        for _, _, image in images.frames(path):
            assert (image.ndim, image.dtype.name) == (3, "uint8")
