"""Computing figures."""

import pytest

from plateward.bench.figures import percentile


@pytest.mark.parametrize(
    ("share", "value"), [(0.0, 1), (0.01, 1), (0.5, 50), (0.501, 51), (0.95, 95), (0.99, 99), (1.0, 100)]
)
def test_a_percentile_is_a_value_that_was_measured(share: float, value: int) -> None:
    assert percentile(list(range(100, 0, -1)), share) == value


def test_the_95th_of_a_few_is_the_largest() -> None:
    assert percentile([3.0, 9.0, 1.0], 0.95) == 9.0


def test_a_single_value_is_every_percentile() -> None:
    assert percentile([7.0], 0.05) == percentile([7.0], 0.95) == 7.0
