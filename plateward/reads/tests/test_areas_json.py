"""An area as JSON comes back as the same area, and what is no area says so."""

import pytest

from plateward.reads.areas import Area, BadQuery, Box, Circle, Corridor
from plateward.reads.areas_json import read_area, write_area


@pytest.mark.parametrize(
    "area",
    [
        Box(32.0, -107.0, 33.0, -106.0),
        Circle(32.3, -106.8, 500.0),
        Corridor(((32.0, -107.0), (32.5, -107.1)), 200.0),
    ],
)
def test_it_comes_back_as_it_was(area: Area) -> None:
    assert read_area(write_area(area)) == area
    assert (read_area(""), write_area(None)) == (None, "")


@pytest.mark.parametrize(
    "text",
    [
        *("{", "[]", "null", '{"box": [1, 2, 3]}', '{"box": ["1", 2, 3, 4]}', '{"circle": [1, 2, true]}'),
        *('{"road": [[1, 2], [3]], "meters": 5}', '{"road": [1, 2], "meters": 5}', '{"circle": [NaN, 1, 5]}'),
        *("[" * 5000, '{"box": [' + "1, " * 10_000 + "1]}", '{"circle": [1, 1, 1e999]}'),
        '{"circle": [1, 1, 1' + "0" * 400 + "]}",
    ],
)
def test_what_is_no_area_says_so(text: str) -> None:
    with pytest.raises(BadQuery):
        read_area(text)
