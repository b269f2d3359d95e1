"""Pixels from untrusted files: bounded, upright, or refused in a sentence for people."""

from __future__ import annotations

import io
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")  # read when cv2 loads; errors are reported here, once

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from plateward.ground.errors import PlatewardError

SUFFIXES = frozenset({".bmp", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp"})
VIDEO_SUFFIXES = frozenset({".avi", ".m4v", ".mkv", ".mov", ".mp4", ".mpeg", ".mpg", ".ts", ".webm"})
FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "TIFF")  # no decoder beyond these ever sees a file
MOST_BYTES = 64 * 1024 * 1024
MOST_PIXELS = 50_000_000
USUAL_FPS = 25.0  # for a video that gives neither frame times nor a rate
MOST_LOST = 250  # undecodable frames in a row that end a video
ORIENTATION = 0x0112  # the EXIF tag

cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)


class ImageError(PlatewardError):
    """A file or byte string that yields no picture; the message names it and says why."""


def load_image(source: Path | str | bytes) -> NDArray[np.uint8]:
    """The picture as BGR, height × width × 3, turned upright as its EXIF data asks.

    `source` is a path, or the bytes of an image file. The size is read from the header, and a picture over MOST_PIXELS
    is refused before a pixel is decoded. Only the first picture of a file counts; transparent parts lie on white, as a
    person sees them. Raises ImageError and nothing else."""
    name, data = (
        ("The image", source) if isinstance(source, bytes) else (str(source), _read_bytes(Path(source)))
    )
    if not data:
        raise ImageError(f"{name} is empty.")
    if len(data) > MOST_BYTES:
        raise ImageError(f"{name} is larger than {MOST_BYTES >> 20} MiB, the limit.")
    try:
        return _decode(data, name)
    except ImageError:
        raise
    except UnidentifiedImageError:
        raise ImageError(f"{name} is not a supported image type ({', '.join(FORMATS)}).") from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise ImageError(f"{name} has more than {MOST_PIXELS // 1_000_000} million pixels.") from None
    except Exception as broken:  # on hostile bytes a decoder may raise anything
        raise ImageError(f"{name} is damaged or cut off: {str(broken) or type(broken).__name__}.") from broken


def _read_bytes(path: Path) -> bytes:
    try:
        if not path.is_file():
            raise ImageError(f"{path} is not a file." if path.exists() else f"There is no file {path}.")
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        raise ImageError(f"{path} cannot be opened: {getattr(error, 'strerror', None) or error}.") from error


def _decode(data: bytes, name: str) -> NDArray[np.uint8]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            width, height = image.size
            if width * height > MOST_PIXELS:
                raise ImageError(
                    f"{name} is {width} × {height} pixels, more than the {MOST_PIXELS // 1_000_000} million "
                    "limit."
                )
            image.load()
            color = _rgb(image, name)
            turned = _upright(color, image)
    return np.ascontiguousarray(np.asarray(turned)[..., ::-1])


def _rgb(image: Image.Image, name: str) -> Image.Image:
    if image.mode in ("I", "F"):  # the file does not define white, and a wrong guess is a black picture
        raise ImageError(f"{name} has pixels of 32 bits: save it with 8 or 16.")
    if image.mode.startswith("I;16"):  # from thermal cameras: keep the upper 8 bits
        return Image.fromarray((np.asarray(image) >> 8).astype(np.uint8)).convert("RGB")
    if image.has_transparency_data:
        rgba = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", rgba.size, "white"), rgba).convert("RGB")
    return image.convert("RGB")


_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def _upright(color: Image.Image, image: Image.Image) -> Image.Image:
    try:
        turn = _TURNS.get(image.getexif().get(ORIENTATION, 1))
    except Exception:  # damaged EXIF data is no reason to lose the picture
        turn = None
    return color if turn is None else color.transpose(turn)


def frames(path: Path | str, every: float | None = None) -> Iterator[tuple[int, float, NDArray[np.uint8]]]:
    """The frames of a video: index, seconds from the first frame, and BGR picture of height × width × 3, turned
    upright as the video asks.

    Yields every frame, or with `every` the first one in each span of that many seconds. A frame that cannot be decoded
    is skipped but counts in the index. Raises ImageError if there is no frame, and after the last one if more than a
    tenth were lost."""
    with _open_video(path) as video:
        fps = video.get(cv2.CAP_PROP_FPS) or USUAL_FPS
        index, lost, read, due, first = 0, 0, 0, 0.0, None
        while lost < MOST_LOST:
            if not video.grab():  # a damaged frame looks the same as the end
                lost += 1
                continue
            index, lost, read = index + lost, 0, read + 1
            stamp = video.get(cv2.CAP_PROP_POS_MSEC) / 1000
            moment = stamp if stamp > 0 else index / fps
            first = moment if first is None else first
            late = moment - first - due + 1e-6  # sums of floats are off by a hair
            if late >= 0:
                readable, image = video.retrieve()
                if readable:
                    yield index, moment - first, image.astype(np.uint8, copy=False)
                due += 0.0 if every is None else every * (1 + late // every)
            index += 1
        expected = int(video.get(cv2.CAP_PROP_FRAME_COUNT))
    if read == 0:
        raise ImageError(f"{path} has no readable frames.")
    if read < 0.9 * expected:
        raise ImageError(f"{path} is cut off or damaged: {read} of about {expected} frames could be read.")


def video_duration(path: Path | str) -> float:
    """A video's length in seconds by its own header, or 0 if it has none. Raises ImageError as `frames` does."""
    with _open_video(path) as video:
        return max(0.0, video.get(cv2.CAP_PROP_FRAME_COUNT) / (video.get(cv2.CAP_PROP_FPS) or USUAL_FPS))


@contextmanager
def _open_video(path: Path | str) -> Iterator[cv2.VideoCapture]:
    file = Path(path).absolute()  # absolute, so that no name passes for an address
    if not file.is_file():
        raise ImageError(f"There is no video {path}.")
    if not file.stat().st_size:
        raise ImageError(f"{path} is empty.")
    if not _holds_video(file):
        raise ImageError(f"{path} is not a readable video.")
    video = cv2.VideoCapture(str(file), cv2.CAP_FFMPEG)
    try:
        if not video.isOpened():
            raise ImageError(f"{path} is not a readable video.")
        if video.get(cv2.CAP_PROP_FRAME_WIDTH) * video.get(cv2.CAP_PROP_FRAME_HEIGHT) > MOST_PIXELS:
            raise ImageError(
                f"The frames of {path} have more than {MOST_PIXELS // 1_000_000} million pixels."
            )
        yield video
    finally:
        video.release()


_ATOMS = (b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot")  # how MP4 and QuickTime begin
_MAGIC = (
    b"\x1aE\xdf\xa3",
    b"\0\0\1\xba",
    b"\0\0\1\xb3",
)  # Matroska and WebM, MPEG programs and elementary video
_PACKETS = ((0, 188), (4, 192))  # MPEG transport: where the first packet begins, and their length


def _holds_video(file: Path) -> bool:
    """Whether it begins like one of VIDEO_SUFFIXES. FFmpeg goes by content, whatever the name: play lists and session
    descriptions would make it open other files and addresses."""
    try:
        with file.open("rb") as stream:
            head = stream.read(1024)
    except OSError as error:
        raise ImageError(f"{file} cannot be opened: {error.strerror}.") from error
    return (
        head[4:8] in _ATOMS
        or head.startswith(_MAGIC)
        or (head.startswith(b"RIFF") and head[8:11] == b"AVI")
        or any(head[start : start + 3 * length : length] == b"GGG" for start, length in _PACKETS)
    )
