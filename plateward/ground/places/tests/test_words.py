"""Where something is, in words."""

import math
from itertools import pairwise
from pathlib import Path

import pytest

from plateward.ground.places.roads import Roads
from plateward.ground.places.shapefile import NoRoads, read_roads, spoken
from plateward.ground.places.towns import Town, Towns
from plateward.ground.places.words import Places
from plateward.testing.roads import Road, write_roads

TOWNS = Towns(
    [
        Town("La Cienega", 1, 35.5628, -106.1309),
        Town("Santa Fe", 3.7, 35.687, -105.9378),
        Town("Agua Fria", 1, 35.6545, -106.0228),
        Town("El Paso, TX", 10.4, 31.7587, -106.4869),
    ]
)
# I-25 in pieces that hang together: north from Albuquerque, northeast past La Cienega, southeast from Santa Fe, then
# north.
I_25: list[tuple[float, float]] = [
    (-106.64, 35.08), (-106.30, 35.45), (-106.15, 35.535), (-106.06, 35.595), (-105.95, 35.63), (-105.88, 35.55),
    (-105.68, 35.50), (-105.22, 35.60), (-104.44, 36.90),
]  # fmt: skip
PIECES: list[Road] = [
    *(("I- 25", "I", list(piece)) for piece in pairwise(I_25)),
    ("US Hwy 85", "U", I_25[1:4]),
    ("State Rd 599", "S", [(-106.06, 35.595), (-106.06, 35.65), (-105.98, 35.72)]),
    ("", "", [(-106.13, 35.56), (-106.14, 35.56)]),
]
BY_LA_CIENEGA = (35.565, -106.105)  # on I-25


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return Places(TOWNS, Roads(read_roads(write_roads(tmp_path / "roads.zip", PIECES), "NM")))


@pytest.mark.parametrize(
    ("lat", "lon", "words"),
    [
        (35.5628, -106.1309, "in La Cienega"),
        (35.5628, -106.0954, "2 mi E of La Cienega"),
        (35.50, -106.1309, "4 mi S of La Cienega"),
        (35.655, -105.98, "in Santa Fe"),
        (35.65, -106.02, "in Agua Fria"),
        (32.00, -106.60, "18 mi N of El Paso, TX"),
    ],
)
def test_a_place_is_told_by_the_town_it_is_in_or_nearest_to(lat: float, lon: float, words: str) -> None:
    assert Places(TOWNS).words(lat, lon) == words


def test_the_nearest_town_is_that_of_a_search_through_all() -> None:
    every = [Town(f"{n}", 1, 31 + (n * 0.37) % 6, -109 + (n * 0.73) % 6) for n in range(400)]
    towns = Towns(every)
    for n in range(50):
        lat, lon = 31 + (n * 0.91) % 6, -109 + (n * 0.53) % 6
        miles = {
            town.name: math.hypot((lat - town.lat), (lon - town.lon) * math.cos(math.radians(lat)))
            for town in every
        }
        assert towns.words(lat, lon).split()[-1] == min(miles, key=miles.__getitem__)


def test_without_roads_only_a_known_heading_gives_a_direction() -> None:
    assert Places(TOWNS).words(*BY_LA_CIENEGA, 41.0) == "1 mi E of La Cienega, heading northeast"
    assert Places(TOWNS).words(*BY_LA_CIENEGA, 359.0).endswith("heading north")
    assert Places(TOWNS).words(*BY_LA_CIENEGA) == "1 mi E of La Cienega"


def test_without_a_town_the_numbers_are_told() -> None:
    assert Places(Towns([])).words(35.5628, -106.1309, 90) == "35.5628, -106.1309, heading east"


def test_on_a_road_the_direction_is_that_of_its_signs(places: Places) -> None:
    assert places.words(*BY_LA_CIENEGA, 50.0) == "1 mi E of La Cienega, I-25 northbound"
    assert places.words(*BY_LA_CIENEGA, 230.0) == "1 mi E of La Cienega, I-25 southbound"
    assert places.words(*BY_LA_CIENEGA) == "1 mi E of La Cienega, I-25"


def test_northbound_on_i_25_goes_southeast_at_glorieta(places: Places) -> None:
    assert places.words(35.59, -105.915, 145.0).endswith("I-25 northbound")
    assert places.words(35.59, -105.915, 325.0).endswith("I-25 southbound")


def test_a_vehicle_that_crosses_a_road_or_is_beside_it_is_not_on_it(places: Places) -> None:
    assert places.words(*BY_LA_CIENEGA, 140.0) == "1 mi E of La Cienega, heading southeast"
    assert "I-25" not in places.words(35.567, -106.11)
    assert "I-25" in places.words(35.566, -106.1055, 50.0, 60.0)
    assert "I-25" not in places.words(*BY_LA_CIENEGA, 50.0, 5000.0)


def test_where_two_roads_meet_the_heading_decides(places: Places) -> None:
    assert places.words(35.5955, -106.06, 0.0).endswith("NM 599 northbound")
    assert places.words(35.5955, -106.06, 60.0).endswith("I-25 northbound")


def test_a_piece_that_hangs_on_nothing_has_a_heading_and_no_side(tmp_path: Path) -> None:
    apart: list[Road] = [("I- 25", "I", I_25[:2]), ("I- 25", "I", I_25[4:6]), ("I- 25", "I", I_25[7:])]
    roads = Roads(read_roads(write_roads(tmp_path / "roads.zip", apart), "NM"))
    assert Places(TOWNS, roads).words(35.59, -105.915, 145.0).endswith("I-25, heading southeast")


@pytest.mark.parametrize(
    ("name", "words"),
    [("I- 25", "I-25"), ("I- 25 Bus", "I-25 Bus"), ("US Hwy 285", "US 285"), ("State Hwy 14", "NM 14"),
     ("Cerrillos Rd", "Cerrillos Rd")],
)  # fmt: skip
def test_a_route_is_named_as_officers_say_it(name: str, words: str) -> None:
    assert spoken(name, "NM") == words


def test_a_file_that_is_none_is_refused_with_what_is_meant(tmp_path: Path) -> None:
    path = tmp_path / "roads.zip"
    path.write_bytes(b"no ZIP")
    with pytest.raises(NoRoads, match=r"cannot be read.*prisecroads\.zip"):
        list(read_roads(path, "NM"))
    whole = write_roads(path, PIECES).read_bytes()
    path.write_bytes(whole.replace(b"roads.dbf", b"roads.txt"))
    with pytest.raises(NoRoads, match=r"0 files \*\.dbf"):
        list(read_roads(path, "NM"))
