from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from plateward.ground.matching.normalize import fold
from plateward.reader.frames import Frame
from plateward.reader.tests.stand_ins import NOON, photograph, plate
from plateward.reader.track import PlateSighting, Tracker, difference
from plateward.recognition.types import Plate

BOX = (100, 200, 80, 40)
HERE, THERE = BOX, (500, 200, 80, 40)


class Road:
    """A tracker and its output."""

    def __init__(self, *listed: str, store: float = 0.0) -> None:
        self._ids = {fold(text): uuid4() for text in listed}
        self.tracker = Tracker(self.listed, store)
        self.given: list[PlateSighting] = []

    def listed(self, plate: Plate, _: datetime) -> frozenset[UUID]:
        return frozenset(id for text, id in self._ids.items() if text == fold(plate.text))

    def see(self, seconds: float, *plates: Plate, frame: Frame | None = None) -> list[str]:
        return self._keep(self.tracker.see(frame or Frame(photograph(), NOON), plates, seconds))

    def wait(self, seconds: float) -> list[str]:
        return self._keep(self.tracker.due(seconds))

    def end(self) -> list[str]:
        self._keep(self.tracker.flush())
        return sorted(sighting.plate.text for sighting in self.given)

    def _keep(self, sightings: list[PlateSighting]) -> list[str]:
        self.given += sightings
        return [sighting.plate.text for sighting in sightings]


@pytest.fixture
def road() -> Road:
    return Road()


@pytest.mark.clause("5.a/characters", "5.i/record")
def test_a_pass_of_a_vehicle_gives_a_single_voted_read(road: Road) -> None:
    """15 frames a second, across the picture and growing, each frame with another character misread."""
    for number, text in enumerate(("A8C123", "ABC128", "ABC123", "4BC123", "ABCI23", "ABC123")):
        box = (100 + 50 * number, 200, 80 + 4 * number, 40 + 2 * number)
        assert road.see(number / 15, plate(text, 0.7, box)) == []
    assert road.wait(2.0) == ["ABC123"]
    assert road.end() == ["ABC123"]


@pytest.mark.clause("5.i/record")
def test_the_sharpest_frame_that_shows_the_read_plate_is_kept(road: Road) -> None:
    sharp = photograph()
    sharp[200:240:2, 100:180:2] = 255
    frames = [Frame(image, NOON) for image in (photograph(), sharp, photograph())]
    for number, frame in enumerate(frames):
        road.see(number / 15, plate("ABC123", 0.8), frame=frame)
    misread = Frame(sharp, NOON + timedelta(seconds=1))
    road.see(0.2, plate("ABC128", 0.85), frame=misread)
    road.end()
    assert [sighting.frame for sighting in road.given] == [frames[1]]


def test_one_frame_a_second_is_enough_to_know_a_vehicle_again(road: Road) -> None:
    for second in range(4):
        road.wait(second - 0.01)
        road.see(second, plate("ABC123", 0.8, (100 + 150 * second, 200, 80 + 20 * second, 40)))
    road.see(4, plate("ABC12B", 0.8, (700, 200, 160, 40), second="ABC123"))
    assert road.end() == ["ABC123"]


@pytest.mark.clause("5.b/vehicle")
def test_a_hit_waits_for_a_second_frame_and_no_longer_than_half_a_second(road: Road) -> None:
    road = Road("ABC123", "XYZ789")
    assert road.see(0.0, plate("ABC123"), plate("DEF456", box=THERE)) == []
    assert road.see(0.07, plate("ABC123"), plate("DEF456", box=THERE)) == ["ABC123"]
    assert road.see(10.0, plate("XYZ789")) == ["DEF456"]
    assert road.wait(10.4) == []
    assert road.wait(10.5) == ["XYZ789"]


@pytest.mark.clause("5.b/vehicle")
def test_a_listed_plate_misread_at_first_is_handed_on_again_with_the_earlier_reading(road: Road) -> None:
    road = Road("ABC123", "ABC723")
    for frame in range(4):
        road.see(frame / 15, plate("ABC723", 0.5))
    for frame in range(4, 20):
        road.see(frame / 15, plate("ABC123", 0.9))
    first, second = road.given
    assert (first.plate.text, first.before, first.rung) == ("ABC723", None, frozenset())
    assert second.plate.text == "ABC123"
    assert second.before
    assert second.before.plate.text == "ABC723"
    assert second.rung == road.listed(first.plate, NOON)
    assert road.end() == ["ABC123", "ABC723"]


def test_a_vehicle_that_lingers_is_handed_on_once(road: Road) -> None:
    passes = [road.see(tenth / 10, plate()) for tenth in range(200)]
    assert [tenth for tenth, passed in enumerate(passes) if passed] == [50]
    assert road.end() == ["ABC123"]


def test_a_vehicle_seen_again_within_seconds_is_the_same_pass_and_later_a_new_one(road: Road) -> None:
    road.see(0.0, plate())
    assert road.wait(1.1) == ["ABC123"]
    road.see(4.0, plate(box=THERE))
    assert road.end() == ["ABC123"]
    road.see(60.0, plate())
    assert road.end() == ["ABC123", "ABC123"]


@pytest.mark.parametrize("seconds", [0.8, 1.5, 4.0])
def test_like_plates_one_after_the_other_in_one_place_are_two_vehicles(road: Road, seconds: float) -> None:
    for frame in range(5):
        road.see(frame / 15, plate("G12345", 0.93))
    for frame in range(5):
        road.see(seconds + frame / 15, plate("G12346", 0.93))
    assert road.end() == ["G12345", "G12346"]


def test_a_similar_plate_that_appears_as_the_first_leaves_is_a_second_vehicle(road: Road) -> None:
    for frame in range(5):
        road.see(frame / 15, plate("G12345", 0.7, (100, 100 + 40 * frame, 80, 40)))
    for frame in range(5, 10):
        road.see(frame / 15, plate("G12346", 0.7, (100, 100 + 40 * (frame - 9), 80, 40)))
    assert road.end() == ["G12345", "G12346"]


def test_vehicles_side_by_side_keep_their_readings_apart(road: Road) -> None:
    beside = (190, 200, 80, 40)
    for frame, other in enumerate(("ABC124", "ABC12X", "ABC124")):
        road.see(frame / 15, plate("ABC123", 0.8), plate(other, 0.7, beside))
    assert road.end() == ["ABC123", "ABC124"]


def test_near_the_same_text_elsewhere_in_the_picture_is_another_vehicle(road: Road) -> None:
    road.see(0.0, plate("ABC123", 0.8))
    road.see(0.2, plate("ABC124", 0.7, THERE))
    assert road.end() == ["ABC123", "ABC124"]


def test_photographs_have_no_next_frame(road: Road) -> None:
    frame = Frame(photograph(), NOON, still=True)
    for number, text in enumerate(("ABC123", "ABC723", "ABC123")):
        road.see(number / 100, plate(text, 0.6), frame=frame)
    road.see(0.04, plate("ABC123"), frame=Frame(photograph(), NOON + timedelta(days=1), still=True))
    assert road.end() == ["ABC123", "ABC123", "ABC723"]


def test_a_scene_that_is_cut_is_another_vehicle(road: Road) -> None:
    road.see(0.0, plate("ABC123"))
    road.see(0.07, plate("XYZ789"))
    assert road.end() == ["ABC123", "XYZ789"]


def test_a_plate_found_twice_in_one_frame_is_one_vehicle(road: Road) -> None:
    road.see(0.0, plate("ABC123"), plate("ABCI23", 0.6, (104, 202, 84, 44)))
    assert road.end() == ["ABC123"]


def test_a_plate_below_the_store_threshold_is_no_read_until_it_is_surer() -> None:
    road = Road(store=0.6)
    road.see(0.0, plate("ABC123", 0.4))
    assert road.wait(1.1) == []
    road.see(1.2, plate("ABC123", 0.95, (100, 200, 160, 80)))
    assert road.end() == ["ABC123"]


@pytest.mark.parametrize(
    ("left", "right", "apart"),
    [
        (plate("ABC120", 0.95), plate("ABC12O", 0.95), 0),
        (plate("ABC128", 0.8), plate("ABC12B", 0.8), 0.4),
        (plate("ABC123", 0.8, second="ABC127"), plate("ABC127", 0.8), 0.4),
        (plate("ABC123", 0.8), plate("ABC127", 0.8), 1),
        (plate("ABC123", 0.95), plate("ABC127", 0.95), 2),
        (plate("ABC123", 0.95), plate("BC123", 0.95), 1),
    ],
)
def test_how_far_two_readings_are_apart(left: Plate, right: Plate, apart: float) -> None:
    assert difference(left.characters, right.characters) == pytest.approx(apart)
    assert difference(right.characters, left.characters) == pytest.approx(apart)
