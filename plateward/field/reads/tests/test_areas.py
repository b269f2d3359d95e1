import time
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plateward.field.reads.areas import METERS_PER_DEGREE, BadQuery, Box, Circle, Corridor
from plateward.field.reads.cell import cell_of, cells_of
from plateward.ground.wire.distance import meters_between
from plateward.ground.wire.read import Position

latitudes = st.floats(-85, 85)
longitudes = st.floats(-180, 180)


def test_a_box_across_the_180th_meridian_is_two() -> None:
    box = Box(50, 170, 60, -170)
    assert box.contains(55, 175)
    assert box.contains(55, -175)
    assert not box.contains(55, 0)
    assert box.bounds() == (Box(50, 170, 60, 180), Box(50, -180, 60, -170))


@pytest.mark.parametrize(
    ("edges", "says"),
    [
        ((36, -107, 35, -106), "south edge"),
        ((35, -107, 36, -107), "west and east"),
        ((35, -190, 36, 0), "west and east"),
        ((10, 180, 20, -180), "west and east"),
    ],
)
def test_a_box_that_is_none_says_so(edges: tuple[float, float, float, float], says: str) -> None:
    with pytest.raises(BadQuery, match=says):
        Box(*edges)


def test_a_corridor_follows_its_line_and_not_the_box_around_it() -> None:
    albuquerque, santa_fe, las_vegas = (35.08, -106.65), (35.69, -105.94), (35.59, -105.22)
    road = Corridor((albuquerque, santa_fe, las_vegas), 2_000)
    assert road.contains(35.385, -106.295)  # half way on the first stretch
    assert not road.contains(35.2, -105.9)


@pytest.mark.parametrize(
    "points",
    [((35, -106),), ((35, -106),) * 201, ((95, 0), (35, 0)), ((0, 179), (0, -179)), ((35, -179), (35, 0))],
)
def test_a_line_that_is_no_road_says_so(points: tuple[tuple[float, float], ...]) -> None:
    with pytest.raises(BadQuery):
        Corridor(points, 500)


@pytest.mark.parametrize("meters", [0, -5, 1e-9, 200_001, float("nan")])
def test_a_reach_has_bounds(meters: float) -> None:
    with pytest.raises(BadQuery, match="distance"):
        Circle(35, -106, meters)


@given(latitudes, longitudes, st.floats(1, 200_000), latitudes, longitudes)
def test_what_a_circle_contains_its_bounds_contain(
    lat: float, lon: float, meters: float, other_lat: float, other_lon: float
) -> None:
    circle = Circle(lat, lon, meters)
    if circle.contains(other_lat, other_lon):
        assert meters_between(lat, lon, other_lat, other_lon) <= meters
        assert any(box.contains(other_lat, other_lon) for box in circle.bounds())


def test_a_road_has_no_other_side_of_the_earth() -> None:
    road = Corridor(((35, -107), (35, -106)), 500)
    assert not road.contains(35, 73.5)
    assert Corridor(((35, 179), (35, 180)), 500).contains(35, -180)


@given(latitudes, st.floats(-179, 170), st.floats(-4, 4), st.floats(0, 8), st.floats(1, 50_000), st.randoms())
def test_the_cells_of_a_road_hold_every_place_on_it(
    lat: float, lon: float, rise: float, run: float, meters: float, random: Random
) -> None:
    road = Corridor(((lat, lon), (lat + rise, lon + run)), meters)
    cells = cells_of(road, 100_000)
    along, beside = random.random(), meters / METERS_PER_DEGREE
    place = Position(
        lat + along * rise + random.uniform(-beside, beside),
        lon + along * run + random.uniform(-beside, beside),
    )
    if road.contains(place.lat, place.lon):
        assert cells is None or cell_of(place) in cells


def test_the_cells_of_a_long_road_drawn_by_hand_take_no_time() -> None:
    points = tuple((34 + number % 2, -107 + number % 2 + 0.001 * number) for number in range(200))
    started = time.thread_time()
    for meters in (1_000, 2_000, 20_000):
        cells = cells_of(Corridor(points, meters), 5_000)
        assert cells
        assert cells_of(Corridor(points, meters), 5_000) is cells
    assert cells_of(Corridor(points, 200_000), 5_000) is None
    assert time.thread_time() - started < 1.5
