"""What a read says about its clock."""

from datetime import timedelta

import pytest

from plateward.reader import timekeeping
from plateward.reader.timekeeping import MOST_MS, UNSYNCHRONIZED, Timex, clock_error_ms

pytestmark = pytest.mark.clause("5.c/data", "5.i/record")


@pytest.mark.parametrize(
    ("timex", "error"),
    [
        (Timex(maxerror=12_345), 13),
        (Timex(maxerror=0), 0),
        (Timex(maxerror=10**12), MOST_MS),
        (Timex(maxerror=12_345, status=UNSYNCHRONIZED), None),  # unsynchronized
        (None, None),  # no kernel to ask
    ],
)
def test_an_error_is_told_where_somebody_sets_the_clock(
    timex: Timex | None, error: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timekeeping, "_kernel_clock", lambda: timex)
    assert clock_error_ms() == error


def test_this_machines_kernel_is_asked() -> None:
    timex = timekeeping._kernel_clock()
    synchronized = timex is not None and not timex.status & UNSYNCHRONIZED
    assert (clock_error_ms() is not None) == synchronized


@pytest.mark.parametrize(
    ("kernel", "ahead", "error"),
    [
        (None, 0.2, 1200),  # nothing sets the clock, but GPS says how far it is off
        (None, -90, 91_000),
        (Timex(maxerror=12_345), 0.9, 13),  # the line waited
        (Timex(maxerror=12_345), -90, 91_000),  # what sets the clock is contradicted
        (Timex(maxerror=10**11), 1, MOST_MS),
        (Timex(maxerror=12_345), 20 * 365 * 86_400, MOST_MS),
    ],
)
def test_a_difference_from_gps_time_is_told_as_any_clock_error(
    kernel: Timex | None, ahead: float, error: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timekeeping, "_kernel_clock", lambda: kernel)
    assert clock_error_ms(timedelta(seconds=ahead)) == error
