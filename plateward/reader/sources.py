"""Where frames come from: a folder of photographs, each dated when it was taken if it says so, or a video at its own
pace. For a camera see `camera`."""

import threading
import time
from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from PIL import Image

from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.reader.camera import Camera, is_camera, scheme_and_host
from plateward.reader.camera_link import NO_LINK, CameraLink
from plateward.reader.errors import SourceError
from plateward.reader.frames import LATE, TICK, Frame, Say, Source
from plateward.recognition import images
from plateward.recognition.images import ImageError

EXIF_IFD, ORIGINAL, SUBSECONDS, OFFSET = 0x8769, 0x9003, 0x9291, 0x9011
LONGEST_STILL = 10.0  # seconds between two frames of a video; more is a damaged time or a cut
Item = TypeVar("Item")


@enforces("5.i/record")
def taken_at(path: Path, now: datetime) -> datetime | None:
    """EXIF DateTimeOriginal in UTC; None if it is missing, has no offset from UTC (a camera's local time could be any
    of two dozen), or cannot be right: after `now`, or before the year 2000."""
    try:
        with Image.open(path, formats=images.FORMATS) as photograph:
            facts = photograph.getexif().get_ifd(EXIF_IFD)
        local = datetime.strptime(f"{facts[ORIGINAL]} {facts[OFFSET]}", "%Y:%m:%d %H:%M:%S %z")
        moment = local.astimezone(UTC)
    except Exception:  # on hostile bytes a decoder may raise anything
        return None
    fraction = str(facts.get(SUBSECONDS, "")).strip()
    if fraction.isascii() and fraction.isdigit():
        moment = moment.replace(microsecond=int(f"{fraction[:6]:<06}"))
    return moment if moment.year >= 2000 and moment <= now else None


@enforces("5.a/photograph")
def open_source(
    source: str,
    every: float,
    loop: bool,
    stop: threading.Event,
    say: Say,
    link: CameraLink = NO_LINK,
) -> Source:
    """The source that a person named: `every` is the least time between two frames in seconds."""
    if is_camera(source):
        return Camera(source, every, stop, say, link)
    path = Path(source)
    if path.is_dir():
        return Folder(path, every, loop, stop, say)
    if path.is_file() and path.suffix.lower() in images.VIDEO_SUFFIXES:
        return Video(path, every, loop, stop, say)
    if path.is_file():
        raise SourceError(
            f"{path} is not a video. Give --source a folder of images, a video, a camera, or an RTSP or HTTP URL."
        )
    raise SourceError(f"There is no folder, video or camera '{scheme_and_host(source)}'.")


class Folder:
    """The images of a folder in name order; an unreadable image is named and skipped. Each is dated when it was taken
    if it says so, otherwise now, which is reported once."""

    live = False
    missed = 0
    problem = ""

    def __init__(self, path: Path, every: float, loop: bool, stop: threading.Event, say: Say) -> None:
        self._path, self._every, self._loop, self._stop, self._say = path, every, loop, stop, say
        if not self._files():
            raise SourceError(f"The folder {path} holds no image ({', '.join(sorted(images.SUFFIXES))}).")

    def frames(self) -> Generator[Frame | None]:
        again, dated = True, True
        while again:
            good = 0
            for file in self._files():
                if self._stop.is_set():
                    return
                try:
                    image = images.load_image(file)
                except ImageError as error:
                    self._say(str(error))
                    continue
                good += 1
                due = time.monotonic() + self._every
                now = clock.now()
                captured = taken_at(file, now)
                if captured is None and dated:
                    dated = False
                    self._say(
                        f"{file} has no capture time (EXIF time with UTC offset): such photographs get the "
                        "current time."
                    )
                yield Frame(image, captured or now, still=True)
                while (left := due - time.monotonic()) > 0 and not self._stop.wait(min(left, TICK)):
                    yield None
            again = self._loop and good > 0

    def pause(self, seconds: float) -> None:
        pass

    def _files(self) -> list[Path]:
        try:
            inside = list(self._path.iterdir())
        except OSError as error:
            raise SourceError(f"The folder {self._path} cannot be opened: {error.strerror}.") from error
        return sorted(file for file in inside if file.suffix.lower() in images.SUFFIXES and file.is_file())


class Video:
    """A recording in real time: each frame comes at its own time or up to LATE after it, or is missed."""

    live = False
    problem = ""

    def __init__(self, path: Path, every: float, loop: bool, stop: threading.Event, say: Say) -> None:
        self._path, self._every, self._loop, self._stop, self._say = path, every, loop, stop, say
        self.missed = 0
        self._start = 0.0
        next(images.frames(path))  # refuses at start if it is no video

    def frames(self) -> Generator[Frame | None]:
        again = True
        while again and not self._stop.is_set():
            good = False
            try:
                with closing(self._play()) as played:
                    for frame in played:
                        good = good or frame is not None
                        yield frame
            except ImageError as error:
                self._say(str(error))
            again = self._loop and good

    def pause(self, seconds: float) -> None:
        self._start += seconds

    def _play(self) -> Generator[Frame | None]:
        """Times are seconds of play. `due` is set when a frame is done, not moved while skipping, so that a video that
        decodes slower than it plays still yields frames. A time that jumps stops nothing. A frame no later than LATE is
        dated when it was due."""
        due = moment = before = 0.0
        self._start = time.monotonic()
        with closing(_ahead(images.frames(self._path))) as decoded:
            for _, stamp, image in decoded:
                moment += min(max(0.0, stamp - before), LONGEST_STILL)
                before = stamp
                if moment < due:
                    self.missed += 1
                    continue
                while (left := self._start + moment - time.monotonic()) > 0 and not self._stop.wait(
                    min(left, TICK)
                ):
                    yield None
                if self._stop.is_set():
                    return
                late = max(0.0, time.monotonic() - self._start - moment)
                yield Frame(image, clock.now() - timedelta(seconds=late))
                due = max(moment + self._every, time.monotonic() - self._start - LATE)


def _ahead(frames: Iterator[Item]) -> Generator[Item]:
    """The same, each decoded by another thread while the one before it is read."""
    with ThreadPoolExecutor(1, "decoder") as decoder:
        coming = decoder.submit(next, frames, None)
        while item := coming.result():
            coming = decoder.submit(next, frames, None)
            yield item
