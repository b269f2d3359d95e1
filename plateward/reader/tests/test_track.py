import pytest
from hypothesis import given
from hypothesis import strategies as st

from plateward.reader.frames import Frame
from plateward.reader.tests.stand_ins import NOON, photograph, plate
from plateward.reader.track import Sighting, Tracker, one_apart

FRAME = Frame(photograph(), NOON)


def texts(sightings: list[Sighting]) -> list[str]:
    return [sighting.plate.text for sighting in sightings]


@pytest.mark.clause("5.i")
def test_one_pass_of_a_vehicle_gives_one_read_with_its_best_frame() -> None:
    tracker = Tracker()
    frames = [Frame(photograph(shade), NOON) for shade in (10, 20, 30)]
    for second, (frame, confidence) in enumerate(zip(frames, (0.5, 0.8, 0.6), strict=True)):
        assert (
            tracker.see(
                frame, [plate(confidence=confidence, box=(100 + 200 * second, 200, 80, 40))], second / 4
            )
            == []
        )
    (best,) = tracker.due(1.6)
    assert best.frame is frames[1]
    assert tracker.flush() == []


def test_it_is_given_early_when_two_frames_are_sure() -> None:
    tracker = Tracker()
    assert tracker.see(FRAME, [plate(confidence=0.95)], 0.0) == []
    assert texts(tracker.see(FRAME, [plate(confidence=0.92)], 0.1)) == ["ABC123"]


@pytest.mark.clause("5.b")
def test_an_alarm_waits_no_longer_than_two_seconds_for_a_better_frame() -> None:
    tracker = Tracker()
    given = [texts(tracker.see(FRAME, [plate(confidence=0.5)], tenth / 10)) for tenth in range(40)]
    assert [tenth for tenth, found in enumerate(given) if found] == [20]


def test_what_is_seen_later_of_the_vehicle_is_a_repeat() -> None:
    tracker = Tracker()
    tracker.see(FRAME, [plate()], 0.0)
    assert texts(tracker.due(1.1)) == ["ABC123"]
    assert tracker.see(FRAME, [plate(confidence=0.99)], 4.0) == []
    assert tracker.flush() == []


def test_a_vehicle_that_comes_back_later_is_a_new_pass() -> None:
    tracker = Tracker()
    tracker.see(FRAME, [plate()], 0.0)
    tracker.due(6.0)
    tracker.see(FRAME, [plate()], 60.0)
    assert texts(tracker.flush()) == ["ABC123"]


def test_look_alikes_and_near_misreads_of_one_place_are_one_vehicle() -> None:
    tracker = Tracker()
    tracker.see(FRAME, [plate("ABC120", 0.8)], 0.0)
    tracker.see(FRAME, [plate("ABC12O", 0.7)], 0.2)
    tracker.see(FRAME, [plate("BC120", 0.6, (110, 205, 75, 40))], 0.4)
    assert texts(tracker.flush()) == ["ABC120"]


def test_near_the_same_text_elsewhere_in_the_image_is_another_vehicle() -> None:
    tracker = Tracker()
    tracker.see(FRAME, [plate("ABC123", 0.8)], 0.0)
    tracker.see(FRAME, [plate("ABC124", 0.7, (500, 200, 80, 40))], 0.2)
    assert texts(tracker.flush()) == ["ABC123", "ABC124"]


def test_two_sure_readings_that_differ_are_a_convoy() -> None:
    tracker = Tracker()
    tracker.see(FRAME, [plate("G12345", 0.95)], 0.0)
    tracker.see(FRAME, [plate("G12346", 0.95)], 0.5)
    assert texts(tracker.flush()) == ["G12345", "G12346"]


def test_two_plates_in_one_frame_are_two_vehicles() -> None:
    tracker = Tracker()
    tracker.see(FRAME, [plate("ABC123", 0.8), plate("ABC124", 0.7, (190, 200, 80, 40))], 0.0)
    assert texts(tracker.flush()) == ["ABC123", "ABC124"]


def test_a_misread_of_the_second_of_two_like_plates_is_no_third_vehicle() -> None:
    tracker = Tracker()
    beside = (190, 200, 80, 40)
    tracker.see(FRAME, [plate("ABC123", 0.8), plate("ABC124", 0.7, beside)], 0.0)
    tracker.see(FRAME, [plate("ABC123", 0.8), plate("ABC12X", 0.6, beside)], 0.2)
    assert texts(tracker.flush()) == ["ABC123", "ABC124"]


@given(st.text("AB", max_size=4), st.text("AB", max_size=4))
def test_one_apart_is_an_edit_distance_of_at_most_one(a: str, b: str) -> None:
    near = {a} | {a[:i] + a[i + 1 :] for i in range(len(a))}
    near |= {
        a[:i] + char + a[j:] for i in range(len(a) + 1) for j in (i, i + 1) for char in "AB" if j <= len(a)
    }
    assert one_apart(a, b) == (b in near)
