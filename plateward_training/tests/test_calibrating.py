"""The curve and the alarm threshold are fitted to right and wrong reads."""

import numpy as np

from plateward_training import calibrating


def test_the_curve_finds_the_chances_that_made_the_data() -> None:
    rng = np.random.default_rng(1)
    x = np.column_stack([np.ones(20_000), rng.normal(0, 2, 20_000)])
    y = (rng.random(20_000) < 1 / (1 + np.exp(-(0.5 + 1.2 * x[:, 1])))).astype(float)
    assert np.allclose(calibrating.logistic(x, y), (0.5, 1.2), atol=0.1)


def test_above_the_alarms_threshold_hardly_a_read_is_wrong() -> None:
    rng = np.random.default_rng(2)
    sure = rng.random(50_000)
    right = (rng.random(50_000) < sure).astype(float)
    line = calibrating.alarm_threshold(sure, right)
    emitted = right[sure >= line]
    assert len(emitted)
    assert 1 - emitted.mean() <= calibrating.MAX_WRONG
    assert line > 0.95


def test_where_the_surest_reads_are_wrong_nothing_rings() -> None:
    assert calibrating.alarm_threshold(np.array([0.9, 0.5]), np.array([0.0, 1.0])) == 1.0
