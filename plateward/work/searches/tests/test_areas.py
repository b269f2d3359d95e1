"""A supervisor reads where a search looks, and how far."""

import pytest

from plateward.work.searches.templatetags.areas import area_in_words


@pytest.mark.parametrize(
    ("area", "words"),
    [
        ("", ""),
        (
            '{"circle": [35.0844, -106.6504, 1609.344]}',
            "Within 1.00 miles of 35.0844, -106.6504 (in Albuquerque)",
        ),
        (
            '{"box": [35, -107, 36, -106]}',
            "A box 56.25 miles wide and 69.09 miles high: "
            "latitude 35.0000 to 36.0000, longitude -107.0000 to -106.0000",
        ),
        (
            '{"road": [[35, -107], [36, -107]], "meters": 402.336}',
            "A road of 69.09 miles, from 35.0000, -107.0000 (10 mi NE of Highland Meadows) "
            "to 36.0000, -107.0000 (3 mi SW of Cuba), "
            "and 0.25 miles on each side of it",
        ),
    ],
)
def test_an_area_in_words(area: str, words: str) -> None:
    assert area_in_words(area) == words
