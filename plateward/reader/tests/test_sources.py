import re
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import ExifTags, Image

from plateward.ground import clock
from plateward.ground.errors import PlatewardError
from plateward.reader import camera as camera_module
from plateward.reader import sources
from plateward.reader.camera import Camera
from plateward.reader.errors import SourceError
from plateward.reader.frames import Frame, Source
from plateward.reader.sources import open_source
from plateward.reader.tests.stand_ins import NOON, photograph
from plateward.recognition import images
from plateward.testing.waiting import wait_until


def opened(source: str | Path, output: list[str], loop: bool = False, every: float = 0) -> Source:
    return open_source(str(source), every, loop, threading.Event(), output.append)


def shades(source: Source) -> list[int]:
    return [int(frame.image[0, 0, 0]) for frame in source.frames() if frame]


def film(path: Path, count: int, rate: float = 25) -> None:
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), rate, (64, 48))
    for number in range(count):
        writer.write(photograph(20 * number, 48, 64))
    writer.release()


def test_a_folder_gives_its_photographs_in_name_order(tmp_path: Path, output: list[str]) -> None:
    for name, shade in (("b.png", 50), ("a.png", 10), ("c.png", 90)):
        cv2.imwrite(str(tmp_path / name), photograph(shade))
    (tmp_path / "notes.txt").write_text("not a photograph")
    assert shades(opened(tmp_path, output)) == [10, 50, 90]


def exif(path: Path, **facts: str) -> None:
    """A photograph with these EXIF tags."""
    tags = {name: tag for tag, name in ExifTags.TAGS.items()}
    data = Image.Exif()
    data.get_ifd(ExifTags.IFD.Exif).update({tags[name]: value for name, value in facts.items()})
    Image.fromarray(photograph()).save(path, exif=data)


@pytest.mark.clause("5.i/record")
def test_a_photograph_is_dated_when_taken_or_now_if_it_does_not_say(
    tmp_path: Path, output: list[str]
) -> None:
    exif(
        tmp_path / "a.jpg",
        DateTimeOriginal="2026:02:01 13:30:05",
        OffsetTimeOriginal="-07:00",
        SubsecTimeOriginal="25",
    )
    exif(tmp_path / "b.jpg", DateTimeOriginal="2026:02:01 13:30:05")  # local time in an unknown zone
    exif(tmp_path / "c.jpg", DateTimeOriginal="2026:03:02 13:30:05", OffsetTimeOriginal="-07:00")  # future
    exif(tmp_path / "d.jpg", DateTimeOriginal="0000:00:00 00:00:00", OffsetTimeOriginal="-07:00")
    with clock.set_to(NOON):
        moments = [frame.at for frame in opened(tmp_path, output).frames() if frame]
    assert moments == [datetime(2026, 2, 1, 20, 30, 5, 250_000, UTC), NOON, NOON, NOON]
    assert len(output) == 1
    assert "b.jpg has no capture time" in output[0]


def test_a_photograph_that_cannot_be_read_is_named_and_passed_over(tmp_path: Path, output: list[str]) -> None:
    (tmp_path / "a.jpg").write_bytes(b"")
    (tmp_path / "b.jpg").write_bytes(b"<html>not a photograph</html>")
    cv2.imwrite(str(tmp_path / "c.png"), photograph(90))
    (tmp_path / "d.png").write_bytes((tmp_path / "c.png").read_bytes()[:60])
    assert shades(opened(tmp_path, output)) == [90]
    assert len(output) == 4  # the fourth: the good photograph has no time
    assert "a.jpg" in output[0]


def test_a_loop_over_a_folder_begins_again(tmp_path: Path, output: list[str]) -> None:
    cv2.imwrite(str(tmp_path / "a.png"), photograph(10))
    frames = opened(tmp_path, output, loop=True).frames()
    assert all(isinstance(next(frames), Frame) for _ in range(3))


def test_a_loop_over_a_folder_without_one_good_photograph_ends(tmp_path: Path, output: list[str]) -> None:
    (tmp_path / "a.jpg").write_bytes(b"")
    assert shades(opened(tmp_path, output, loop=True)) == []


def test_a_loop_over_a_video_that_was_taken_away_ends(tmp_path: Path, output: list[str]) -> None:
    film(tmp_path / "film.avi", 1)
    frames = opened(tmp_path / "film.avi", output, loop=True).frames()
    next(frames)
    (tmp_path / "film.avi").unlink()
    assert list(frames) == []
    assert "There is no video" in output[0]


def test_a_folder_that_was_taken_away_is_named(tmp_path: Path, output: list[str]) -> None:
    folder = tmp_path / "photographs"
    folder.mkdir()
    cv2.imwrite(str(folder / "a.png"), photograph(10))
    frames = opened(folder, output, loop=True).frames()
    next(frames)
    (folder / "a.png").unlink()
    folder.rmdir()
    with pytest.raises(SourceError, match="photographs cannot be opened: No such file"):
        next(frames)


def test_every_frame_of_a_video_is_given_or_counted_as_missed(tmp_path: Path, output: list[str]) -> None:
    film(tmp_path / "film.avi", 8)
    source = opened(tmp_path / "film.avi", output)
    levels = shades(source)
    assert len(levels) + source.missed == 8
    assert levels == sorted(levels)
    assert output == []


def test_a_late_frame_is_still_used_and_dated_when_it_was_due(
    tmp_path: Path, output: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    film(tmp_path / "film.avi", 8, rate=100)
    source = opened(tmp_path / "film.avi", output)
    monkeypatch.setattr(sources, "LATE", 60.0)
    dates = []
    for frame in source.frames():
        if frame:
            dates.append(frame.at)
            time.sleep(0.1)  # an engine ten times slower than the video plays
    assert (len(dates), source.missed) == (8, 0)
    assert dates[-1] - dates[0] < timedelta(seconds=0.4)  # 0.07 as played, 0.7 as recorded


def test_a_video_gives_no_more_frames_than_asked_for(
    tmp_path: Path, output: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "LATE", 60.0)
    film(tmp_path / "film.avi", 10)
    source = opened(tmp_path / "film.avi", output, every=0.2)
    assert len(shades(source)) == 2
    assert source.missed == 8


def test_a_time_that_jumps_is_not_waited_for(
    tmp_path: Path, output: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    film(tmp_path / "film.avi", 1)
    source = opened(tmp_path / "film.avi", output)
    stamps = (0.0, 0.01, 5000.0, 5000.01, 0.0, 0.01, 0.02)  # a damaged time; then the recording starts over
    frames = ((number, stamp, photograph(number)) for number, stamp in enumerate(stamps))
    monkeypatch.setattr(images, "frames", lambda path: frames)
    monkeypatch.setattr(sources, "LONGEST_STILL", 0.02)
    assert len(shades(source)) + source.missed == len(stamps)


def test_a_video_that_ends_early_says_so(tmp_path: Path, output: list[str]) -> None:
    path = tmp_path / "film.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 100, (320, 240))
    for _ in range(12):
        writer.write(np.random.default_rng(1).integers(0, 255, (240, 320, 3), np.uint8))
    writer.release()
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    source = opened(path, output)
    assert 0 < len(shades(source)) + source.missed < 12
    assert "is cut off" in output[0]


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("none", "There is no folder, video or camera"),
        ("empty", "holds no image"),
        ("text.txt", "is not a video"),
        ("broken.mp4", "is not a readable video"),
    ],
)
def test_it_refuses_what_gives_no_frames(tmp_path: Path, output: list[str], name: str, why: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "text.txt").write_text("no video")
    (tmp_path / "broken.mp4").write_bytes(b"no video")
    with pytest.raises(PlatewardError, match=why):
        opened(tmp_path / name, output)


def test_a_number_that_no_camera_has_is_refused(output: list[str]) -> None:
    with pytest.raises(SourceError, match="There is no folder, video or camera"):
        opened("99999999999", output)


@pytest.mark.parametrize(
    "source",
    [
        "rtsp://ada:hunter2@127.0.0.1:1/live",
        "RTSP://ada:hunter2@127.0.0.1:1/live",
        "rtsp://ada:so@hunter2@127.0.0.1:1/live",
        "rtsp://ada:so/hunter2@127.0.0.1:1/live",
        "rtsp://127.0.0.1:1/live?user=ada&password=hunter2",
        "http://ada:hunter2@127.0.0.1:1/live",
    ],
)
def test_the_password_of_a_camera_is_not_shown(
    output: list[str], capfd: pytest.CaptureFixture[str], source: str
) -> None:
    try:
        frames = opened(source, output).frames()
        wait_until(lambda: next(frames) is None and bool(output))
        frames.close()
    except SourceError as refused:  # the address is none
        output.append(str(refused))
    assert re.search(r"(?i)camera (rtsp|http)://127\.0\.0\.1:1\W", output[0])
    assert "hunter2" not in "".join([*output, *capfd.readouterr()])


class FakeCapture:
    """A camera that yields ten frames and a damaged one, loses its cable, and comes back with two more."""

    opened = 0  # times
    first_taken = threading.Semaphore(0)

    def __init__(self, *_: object) -> None:
        FakeCapture.opened += 1
        self._left = iter([*range(5), None, *range(5, 10)] if FakeCapture.opened == 1 else [98, 99])
        self._shade: int | None = None

    def isOpened(self) -> bool:
        return True

    def grab(self) -> bool:
        end = object()
        shade = next(self._left, end)
        if shade == 9:
            self.first_taken.acquire()  # nobody takes a frame before this
        self._shade = shade if isinstance(shade, int) else None
        return shade is not end

    def retrieve(self) -> tuple[bool, object]:
        return self._shade is not None, None if self._shade is None else photograph(self._shade)

    def release(self) -> None:
        pass


@pytest.mark.parametrize("late", [0.0, 60.0])
def test_a_camera_yields_its_frames_counts_late_ones_as_missed_and_recovers(
    monkeypatch: pytest.MonkeyPatch, output: list[str], late: float
) -> None:
    monkeypatch.setattr(cv2, "VideoCapture", FakeCapture)
    monkeypatch.setattr(FakeCapture, "opened", 0)
    monkeypatch.setattr(camera_module, "LATE", late)
    monkeypatch.setattr(camera_module, "FIRST_PAUSE", 0.01)
    stop = threading.Event()
    source = open_source("0", 0, False, stop, output.append)
    frames = source.frames()
    shades_seen: list[int] = []

    def following(frames: Iterator[Frame | None]) -> int:
        return next(int(frame.image[0, 0, 0]) for frame in frames if frame)

    while not shades_seen or shades_seen[-1] < 8:
        shades_seen.append(following(frames))
    FakeCapture.first_taken.release()
    while shades_seen[-1] != 99:
        shades_seen.append(following(frames))
    stop.set()
    assert len(shades_seen) + source.missed == 11  # without the frame that only showed that it is back
    assert shades_seen == sorted(shades_seen)
    assert ["gives no images" in output[0], "is back" in output[1]] == [True, True]
    assert np.all(np.diff(shades_seen) > 0)
    assert late == 0.0 or source.missed == 0


def test_a_camera_that_recovers_only_briefly_is_retried_less_and_less_often(
    monkeypatch: pytest.MonkeyPatch, output: list[str]
) -> None:
    pauses: list[float | None] = []

    class Stop(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            pauses.append(timeout)
            if len(pauses) == 5:
                self.set()
            return self.is_set()

    class Flapping(FakeCapture):
        def __init__(self, *_: object) -> None:
            FakeCapture.opened = 1
            super().__init__()

    monkeypatch.setattr(cv2, "VideoCapture", Flapping)
    source = open_source("0", 0, False, Stop(), output.append)
    assert isinstance(source, Camera)
    source._grab()
    assert pauses == [1, 2, 4, 8, 16]


def test_a_camera_whose_thread_died_is_no_silent_camera(
    monkeypatch: pytest.MonkeyPatch, output: list[str]
) -> None:
    monkeypatch.setattr(cv2, "VideoCapture", FakeCapture)
    source = open_source("0", 0, False, threading.Event(), output.append)
    monkeypatch.setattr(source, "_grab", lambda: None)
    with pytest.raises(SourceError, match="failed"):
        list(source.frames())
