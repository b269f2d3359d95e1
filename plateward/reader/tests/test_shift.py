"""The start-of-shift check at the roadside: it comes from the hub and goes on every read and alarm."""

from datetime import datetime, timedelta

import pytest

from plateward.ground import clock
from plateward.ground.wire.check import ShiftCheck, from_header, to_header
from plateward.reader.shift import FRESH, Shift
from plateward.reader.tests.stand_ins import NOON

HOUR = timedelta(hours=1)
PASSED = ShiftCheck("passed", NOON - HOUR, NOON + 11 * HOUR)
FAILED, NOT_DONE = ShiftCheck("failed", failed="plates, time"), ShiftCheck("not_done")
UNKNOWN = "Start-of-shift check unknown: no recent contact with the hub"


def shift_after(check: ShiftCheck, at: datetime = NOON) -> Shift:
    shift = Shift()
    with clock.set_to(at):
        shift.receive(check)
    return shift


@pytest.mark.clause("6.e.iv.1/missing")
@pytest.mark.parametrize(
    ("shift", "at", "passed", "lack"),
    [
        (Shift(), NOON, None, UNKNOWN),
        (shift_after(PASSED), NOON, True, ""),
        (shift_after(PASSED), NOON + 10 * HOUR, True, ""),  # it stays valid while the hub is away
        (shift_after(PASSED), NOON - 2 * HOUR, None, UNKNOWN),  # a photograph from before it
        (shift_after(PASSED), NOON + 12 * HOUR, None, UNKNOWN),  # lapsed; a newer check is possible
        (shift_after(PASSED, NOON + 12 * HOUR), NOON + 12 * HOUR, False, "No start-of-shift check"),
        (shift_after(NOT_DONE), NOON, False, "No start-of-shift check"),
        (shift_after(NOT_DONE), NOON + FRESH + HOUR, None, UNKNOWN),
        (shift_after(FAILED), NOON, False, "Start-of-shift check FAILED: plates, time"),
    ],
)
def test_a_moment_is_marked_by_what_the_hub_said(
    shift: Shift, at: datetime, passed: bool | None, lack: str
) -> None:
    assert (shift.passed(at), shift.lack(at)) == (passed, lack)


@pytest.mark.clause("6.e.iv.1/missing")
def test_the_screen_says_it_once_and_says_what_is_new(output: list[str]) -> None:
    shift = Shift(output.append)
    for check in (NOT_DONE, NOT_DONE, None, PASSED, FAILED, FAILED):
        shift.receive(check)
    assert [line.split(". ")[0].split(",")[0] for line in output] == [
        "No start-of-shift check",
        "Start-of-shift check passed",
        "Start-of-shift check FAILED: plates",
    ]
    assert "6.e.iv.1" in output[0]


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "passed",
        '{"state":"passed"}',
        '{"state":"perhaps"}',
        '{"state":"passed","since":"2026-03-02T12:00:00","until":"2026-03-02T13:00:00"}',
        '{"state":"not_done","until":"2026-03-02T13:00:00Z"}',
        '{"state":"failed","failed":"' + "x" * 600 + '"}',
        "[" * 400,
    ],
)
def test_a_header_that_cannot_be_read_says_nothing(text: str | None) -> None:
    assert from_header(text) is None


@pytest.mark.parametrize("check", [PASSED, FAILED, NOT_DONE])
def test_a_header_says_what_it_was_made_of(check: ShiftCheck) -> None:
    assert from_header(to_header(check)) == check
