"""What a read says about its clock."""

import pytest

from plateward.reader import timekeeping
from plateward.reader.timekeeping import MOST_MS, UNSYNCHRONIZED, Timex, clock_error_ms

pytestmark = pytest.mark.clause("5.c", "5.i")


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
