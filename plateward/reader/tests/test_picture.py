"""Covered and moved cameras are found, on real footage where it is at hand, and nothing else is."""

import threading
from collections.abc import Iterable
from datetime import timedelta
from itertools import cycle, islice
from pathlib import Path

import cv2
import numpy as np
import pytest

from plateward.ground import clock
from plateward.ground.wire.read import Position
from plateward.ground.wire.state import FaultKind
from plateward.reader import faults as faults_module
from plateward.reader import picture
from plateward.reader.faults import Faults
from plateward.reader.frames import Image
from plateward.reader.picture import LEAST, PictureWatch, is_day
from plateward.reader.position import Fix
from plateward.reader.sources import open_source
from plateward.reader.tests.assembled import AssembledReader
from plateward.reader.tests.stand_ins import NOON, Agency, Frames, Hub
from plateward.recognition import images
from plateward.testing import reference_path
from plateward.testing.waiting import wait_until

pytestmark = pytest.mark.clause("6.j.i/camera")
ALBUQUERQUE = Position(35.0844, -106.6504)
STANDS, DRIVES = Fix(ALBUQUERQUE), Fix(ALBUQUERQUE, heading=90.0)
NIGHT = NOON + timedelta(hours=12)
MINUTE = 60


class Watched:
    """A camera that shows one frame a second."""

    def __init__(self, *, fixed: bool = True, at: object = NOON, fix: Fix = STANDS) -> None:
        self.watch, self.at, self.fix = PictureWatch(fixed=fixed), at, fix
        self.seconds = 0

    def shows(self, frames: Iterable[Image], seconds: int) -> int | None:
        """After how many seconds it is said that something is wrong; None if it never is."""
        for second, frame in enumerate(islice(cycle(list(frames)), seconds)):
            self.watch.see(frame, self.at, self.fix, float(self.seconds))  # type: ignore[arg-type]
            self.seconds += 1
            if self.watch.problem:
                return second
        return None


def street(seed: int = 1) -> Image:
    """Nothing real: rectangles of all sizes, as a scene with houses has them."""
    random = np.random.default_rng(seed)
    image = np.full((360, 640, 3), 120, np.uint8)
    for x, y, width, height, shade in random.integers((0, 0, 5, 5, 0), (640, 360, 60, 60, 255), (150, 5)):
        cv2.rectangle(image, (int(x), int(y)), (int(x + width), int(y + height)), [int(shade)] * 3, -1)
    return image


def noisy(image: Image) -> Image:
    noise = np.random.default_rng(2).normal(0, 3, image.shape)
    return np.clip(image + noise, 0, 255).astype(np.uint8)


def covered(image: Image, shade: int = 6) -> Image:
    return noisy(np.full_like(image, shade))


def blurred(image: Image) -> Image:
    return noisy(np.asarray(cv2.GaussianBlur(image, (0, 0), image.shape[1] / 85), np.uint8))


def shifted(image: Image, share: float) -> Image:
    return np.roll(image, round(image.shape[1] * share), axis=1)


@pytest.mark.parametrize("cover", [covered, blurred, lambda image: covered(image, 200)])
@pytest.mark.parametrize("at", [NOON, NIGHT])
def test_a_hand_a_bag_or_grease_before_a_fixed_camera_is_found_in_minutes_by_day_and_night(
    cover: object, at: object
) -> None:
    camera = Watched(at=at)
    assert camera.shows([street()], 5 * MINUTE) is None
    assert camera.shows([cover(street())], 10 * MINUTE) == picture.COVERED_AFTER  # type: ignore[operator]
    assert "covered" in camera.watch.problem
    camera.shows([street()], 1)
    assert camera.watch.problem == ""


def test_dusk_and_a_night_without_a_light_are_no_cover_and_by_day_a_black_picture_is_from_the_start() -> None:
    camera = Watched(at=NIGHT)
    for step in range(30):  # civil twilight: a tenth of the light in 12 minutes
        darker = noisy((street() * 10 ** (-step / 12)).astype(np.uint8))
        assert camera.shows([darker], MINUTE) is None
    assert camera.shows([covered(street())], 20 * MINUTE) is None
    camera.at = NOON
    assert camera.shows([covered(street())], 5 * MINUTE) == picture.COVERED_AFTER


def test_a_fixed_camera_that_is_turned_is_found_and_traffic_or_shade_turn_none() -> None:
    camera = Watched()
    passing = [street(), street(), street()]
    for number, frame in enumerate(passing):
        cv2.rectangle(frame, (200 * number, 150), (200 * number + 180, 300), (30, 30, 160), -1)
    assert camera.shows(passing, 20 * MINUTE) is None
    shade = street()
    shade[:, :320] = (shade[:, :320] * 0.4).astype(np.uint8)
    assert camera.shows([shade], 20 * MINUTE) is None
    found = camera.shows([shifted(street(), 0.1)], 20 * MINUTE)
    assert found is not None
    assert picture.MOVED_AFTER <= found <= picture.MOVED_AFTER + 2 * MINUTE
    assert "was moved" in camera.watch.problem
    for _ in range(2 * MINUTE):  # turned back
        camera.shows([street()], 1)
    assert camera.watch.problem == ""


def test_a_camera_that_was_turned_in_the_night_is_found_in_the_morning() -> None:
    camera = Watched()
    assert camera.shows([street()], 5 * MINUTE) is None
    camera.at = NIGHT
    assert camera.shows([shifted(street(), 0.2)], 20 * MINUTE) is None
    camera.at = NOON
    assert camera.shows([shifted(street(), 0.2)], 20 * MINUTE) is not None


def test_a_vehicles_camera_moves_all_the_time_faces_walls_and_darkness_and_is_covered_only_by_day() -> None:
    camera = Watched(fixed=False, fix=DRIVES)
    assert camera.shows([street(seed) for seed in range(5)], 20 * MINUTE) is None
    camera.fix = STANDS
    assert camera.shows([covered(street(), 150)], 20 * MINUTE) is None
    camera.fix, camera.at = DRIVES, NIGHT
    assert camera.shows([covered(street())], 20 * MINUTE) is None
    camera.at = NOON
    assert camera.shows([covered(street())], 5 * MINUTE) is not None


@pytest.mark.parametrize(
    ("hour", "month", "day"),
    [
        (13, 12, False),
        (15, 12, True),
        (19, 6, True),
        (23, 12, True),
        (1, 12, False),
        (2, 6, False),
        (7, 6, False),
    ],
)
def test_the_sun_over_albuquerque(hour: int, month: int, day: bool) -> None:
    """UTC; the sun rises at 14:03 and sets at 23:55 on December 15, at 11:53 and 02:23 on June 15."""
    at = NOON.replace(month=month, day=15, hour=hour)
    assert is_day(at, ALBUQUERQUE) is day


def test_over_the_whole_video_nothing_is_wrong_and_what_is_done_to_it_is_found() -> None:
    """339 frames of a fixed camera at a toll booth, with a time stamp in the picture."""
    path = reference_path("video", "cars.mp4")
    whole, looks = Watched(), []
    for number, _, image in images.frames(path):
        assert whole.shows([image], 1) is None
        if number % 18 == 0:  # one a second
            looks.append(image)
    assert whole.seconds == 339
    assert Watched().shows(looks, 12 * MINUTE) is None

    def stamped(image: Image, original: Image) -> Image:
        image = image.copy()
        image[:42, 896:] = original[:42, 896:]
        return image

    for change, within in (
        (covered, 4 * MINUTE),
        (lambda image: covered(image, 200), 4 * MINUTE),
        (blurred, 4 * MINUTE),
        (lambda image: shifted(image, 0.1), 13 * MINUTE),
    ):
        camera = Watched()
        camera.shows(looks, 2 * MINUTE)
        found = camera.shows([stamped(change(image), image) for image in looks], 20 * MINUTE)
        assert found is not None
        assert found <= within


def test_a_drive_through_traffic_by_day_and_night_looks_covered_in_its_two_black_pictures_alone() -> None:
    camera, dull = Watched(fixed=False, fix=DRIVES), []
    for file in sorted(reference_path("traffic-ro", "images").iterdir()):
        image = images.load_image(Path(file))
        assert camera.shows([image], 1) is None
        if picture._sharp_points(image).mean() < 1.5 * LEAST:
            dull.append(image)
    assert camera.seconds == 534
    assert [int(image.max()) for image in dull] == [0, 0]


@pytest.mark.clause("6.e.iv.2/report")
def test_the_reader_says_it_and_tells_the_hub(
    hub: Hub, agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(faults_module, "PATIENCE", dict.fromkeys(FaultKind, 0.0))
    monkeypatch.setattr(picture, "COVERED_AFTER", 0.0)
    parts = AssembledReader(agency)
    parts.reader.source = source = Frames(1)  # one shade throughout
    source.still = False
    parts.reader.faults = Faults(parts.reader.log.say)
    with clock.set_to(NOON):
        parts.reader.run()
    state = parts.reader.faults.state
    assert state
    assert [(fault.kind, "covered" in fault.words) for fault in state.faults] == [(FaultKind.PICTURE, True)]
    assert "MALFUNCTION, camera: The camera is covered" in parts.out.getvalue()


@pytest.mark.parametrize(
    "source", ["7", "/dev/video97", "http://127.0.0.1:1/live", "rtsps://127.0.0.1:1/live"]
)
def test_a_camera_that_is_missing_at_the_start_is_waited_for_and_said(source: str, output: list[str]) -> None:
    frames = open_source(source, 0, False, threading.Event(), output.append)
    running = frames.frames()
    wait_until(lambda: next(running) is None and bool(frames.problem))
    running.close()
    assert "gives no images" in frames.problem
    assert frames.problem in output[0]
