"""Where a read was taken, in words."""

from pathlib import Path
from typing import Any

import pytest

from plateward.field.reads.place import place_words, places, read_place
from plateward.ground.places.shapefile import NoRoads
from plateward.testing.roads import write_roads

pytestmark = pytest.mark.clause("5.c")
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
    with pytest.raises(NoRoads, match="PLATEWARD_ROADS"):
        place_words(*BY_LA_CIENEGA)
    places.cache_clear()
