"""Where a read was taken, in words."""

from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from plateward.field.reads.place import place_words, places, read_place
from plateward.ground.places.shapefile import NoRoads
from plateward.ground.wire.read import Position, PositionLack
from plateward.testing.roads import write_roads
from plateward.testing.roadside import Roadside

pytestmark = pytest.mark.clause("5.c/position")
BY_LA_CIENEGA = (35.565, -106.105)


@pytest.fixture(autouse=True)
def _anew(settings: Any) -> None:
    places.cache_clear()
    settings.ROADS = None


def test_the_towns_are_those_of_the_maps_and_what_is_not_known_is_said() -> None:
    assert place_words(*BY_LA_CIENEGA, 45.0) == "1 mi E of La Cienega, heading northeast"
    assert place_words(31.76, -106.49) == "in El Paso, TX"
    assert place_words(None, None) == "Location unknown"
    assert read_place(None) == "Location unknown"


@pytest.mark.clause("5.i/position")
@pytest.mark.parametrize(
    ("lack", "last", "words"),
    [
        (None, None, "Location unknown"),
        (PositionLack.NO_FIX, None, "Location unknown (no fix)"),
        (
            PositionLack.GONE,
            Position(*BY_LA_CIENEGA, 5.0, 240.0),
            "Location unknown (receiver gone); 4 minutes before: 1 mi E of La Cienega",
        ),
    ],
)
def test_a_read_without_a_position_says_why_and_where_its_reader_was_last(
    lack: PositionLack | None, last: Position | None, words: str
) -> None:
    reader = Roadside("unit-12", "Unit 12 rear", Ed25519PrivateKey.generate())
    photo = reader.photo(position=None, position_lack=lack, last_position=last)
    assert read_place(photo.read) == words


def test_the_agencys_roads_name_the_road_of_a_read_and_another_file_is_refused(
    settings: Any, tmp_path: Path
) -> None:
    settings.ROADS = write_roads(
        tmp_path / "tl_2026_35_prisecroads.zip",
        [("I- 25", "I", [(-106.30, 35.45), (-106.06, 35.595), (-106.05, 35.9)])],
    )
    assert "I-25 northbound" in place_words(35.53, -106.1676, 50.0)
    places.cache_clear()
    settings.ROADS.write_text("roads")
    with pytest.raises(NoRoads, match="PLATEWARD_MAP_ROADS"):
        place_words(*BY_LA_CIENEGA)
    places.cache_clear()
