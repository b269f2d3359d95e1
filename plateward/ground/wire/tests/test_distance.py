"""Distances are those of the earth."""

import pytest

from plateward.ground.wire.distance import meters_between

ALBUQUERQUE, SANTA_FE = (35.0844, -106.6504), (35.6870, -105.9378)


@pytest.mark.parametrize(
    ("start", "end", "meters"),
    [
        (ALBUQUERQUE, ALBUQUERQUE, 0),
        (ALBUQUERQUE, SANTA_FE, 93_075),
        ((35, -106), (36, -106), 111_195),
        ((35, 179.999), (35, -179.999), 182),
        ((90, 0), (-90, 0), 20_015_115),
    ],
)
def test_a_distance_is_the_shortest_way_over_the_ground(
    start: tuple[float, float], end: tuple[float, float], meters: float
) -> None:
    assert meters_between(*start, *end) == pytest.approx(meters, rel=1e-3)
