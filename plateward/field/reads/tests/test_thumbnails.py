"""The small picture of a vehicle: covered, it names nobody."""

import csv
import io

import cv2
import numpy as np
import pytest
from PIL import Image

from plateward.bench import photographs
from plateward.field.reads.thumbnails import COVER, EMPTY, HEIGHT, WIDTH, cover_of, thumbnail, vehicle_of
from plateward.recognition.plates import PlateEngine
from plateward.recognition.tests.stand_ins import drawn_car
from plateward.testing import reference_path
from plateward.testing.pictures import BOX, colors, picture, yellow


@pytest.mark.clause("6.e.iv.3/plate")
def test_nothing_of_a_covered_plate_is_left_in_pixels_or_metadata() -> None:
    original = picture()
    assert yellow(thumbnail(original, BOX, masked=False)) > 20
    covered = thumbnail(original, BOX, masked=True)
    assert yellow(covered) == 0
    assert b"ABC123" not in covered
    opened = Image.open(io.BytesIO(covered))
    assert not opened.getexif()
    assert opened.width <= WIDTH
    assert opened.height <= HEIGHT
    assert any(
        max(abs(part - cover) for part, cover in zip(color, COVER, strict=True)) < 24
        for color in colors(covered)
    )


@pytest.mark.clause("6.e.iv.3/plate")
@pytest.mark.parametrize(
    ("original", "box"),
    [
        (picture(), (0, 0, 0, 0)),
        (picture(), (0, 0, 1, 1)),
        (picture(), (0, 400, 700, 300)),
        (picture(), (600, 400, 40, 200)),
        (picture(), (1200, 400, 120, 60)),
        (picture((640, 480)), BOX),
        (b"\xff\xd8\xff\xe0 no picture", BOX),
        (b"", BOX),
    ],
)
def test_where_it_is_not_known_where_the_plate_is_the_picture_is_empty(
    original: bytes, box: tuple[int, int, int, int]
) -> None:
    assert colors(thumbnail(original, box, masked=True)) == {tuple(round(part / 16) * 16 for part in EMPTY)}


def test_the_picture_is_of_the_vehicle_and_not_of_what_is_far_from_it() -> None:
    left, top, right, bottom = vehicle_of((600, 400, 60, 30), (1280, 720))
    assert (right - left, bottom - top) == (840, 480)
    assert left < 600 - 4 * 60 < 660 + 4 * 60 < right
    assert top < 400 - 4 * 60
    assert vehicle_of((1200, 690, 60, 30), (1280, 720)) == (440, 240, 1280, 720)


def test_a_cover_reaches_beyond_the_plate_and_not_beyond_the_picture() -> None:
    left, top, right, bottom = cover_of(BOX, (1280, 720)) or (0, 0, 0, 0)
    assert (left < 600, top < 400, right > 720, bottom > 460) == (True,) * 4
    assert cover_of((0, 0, 600, 300), (1280, 720)) == (0, 0, 758, 383)


def seen(jpeg: bytes) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """A small picture as somebody sees it who makes it larger."""
    small = Image.open(io.BytesIO(jpeg))
    large = small.resize((small.width * 3, small.height * 3), Image.Resampling.BICUBIC)
    return np.ascontiguousarray(np.asarray(large, np.uint8)[..., ::-1])


@pytest.fixture(scope="module")
def engine() -> PlateEngine:
    return PlateEngine()


@pytest.mark.clause("6.e.iv.3/plate")
def test_no_plate_can_be_read_in_a_covered_picture_even_if_its_box_is_wrong(engine: PlateEngine) -> None:
    box, elsewhere = (190, 230, 340, 170), (20, 50, 120, 60)
    original = cv2.imencode(".jpg", drawn_car())[1].tobytes()

    def read(box: tuple[int, int, int, int], *, masked: bool) -> list[str]:
        return [plate.text for plate in engine.read(seen(thumbnail(original, box, masked=masked)))]

    assert read(box, masked=False) == ["HVT4821"]
    assert read(box, masked=True) == read(elsewhere, masked=True) == []


@pytest.mark.clause("6.h.iii/redaction")
@pytest.mark.parametrize("box", [BOX, (20, 20, 24, 12)], ids=["its box", "a wrong box"])
def test_two_faces_behind_a_window_look_the_same(box: tuple[int, int, int, int]) -> None:
    def driven_by(eyes: int) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
        """A face half as wide as a plate, whose features are where `eyes` says."""
        car = np.full((720, 1280, 3), (96, 84, 70), np.uint8)
        rows, columns = np.indices((80, 60)) // 6
        car[150:230, 700:760] = np.where((rows + columns + eyes) % 2, 230, 40)[..., None]
        original = cv2.imencode(".jpg", car)[1].tobytes()
        return np.asarray(Image.open(io.BytesIO(thumbnail(original, box, masked=True))), np.int64)

    assert np.abs(driven_by(0) - driven_by(1)).max() < 32


@pytest.mark.clause("6.h.iii/redaction", "6.e.iv.3/plate")
def test_no_plate_is_left_in_real_photographs(engine: PlateEngine) -> None:
    """Of the street scenes, most have further plates than the one of the box."""
    scenes = photographs.album(reference_path("plates-us", "scenes.csv")).photographs[::12]
    files = [(scene.file, scene.box) for scene in scenes if scene.box]
    with reference_path("traffic-ro", "boxes.csv").open(encoding="utf-8") as table:
        for row in [*csv.DictReader(table)][::60]:
            box = int(row["x"]), int(row["y"]), int(row["w"]), int(row["h"])
            files.append((reference_path("traffic-ro", "images", row["file"]), box))
    covered = [thumbnail(file.read_bytes(), box, masked=True) for file, box in files]
    assert all(len(colors(picture)) > 4 for picture in covered), "each shows its vehicle"
    assert [plate.text for picture in covered for plate in engine.read(seen(picture))] == []
