"""An area is read from JSON, and what is no area says so."""

import pytest

from plateward.field.reads.areas import Area, BadQuery, Box, Circle, Corridor, read_area


@pytest.mark.parametrize(
    ("text", "area"),
    [
        ('{"box": [32, -107.0, 33, -106]}', Box(32.0, -107.0, 33.0, -106.0)),
        ('{"circle": [32.3, -106.8, 500]}', Circle(32.3, -106.8, 500.0)),
        (
            '{"road": [[32.0, -107.0], [32.5, -107.1]], "meters": 200}',
            Corridor(((32.0, -107.0), (32.5, -107.1)), 200.0),
        ),
        ("", None),
    ],
)
def test_an_area_is_read(text: str, area: Area | None) -> None:
    assert read_area(text) == area


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
