"""What a check says of a moment, and who may make one."""

from datetime import UTC, datetime, timedelta

import pytest

from plateward.fleet.checks.rules import (
    GUIDE,
    HEARD,
    SHIFT,
    Last,
    Standing,
    State,
    Step,
    is_whole,
    may_check,
    since,
    standing,
)
from plateward.policy.decision import Allow, Refusal

NOW = datetime(2026, 11, 25, 14, tzinfo=UTC)
HOUR = timedelta(hours=1)
PASSED, NOT_DONE = Standing(State.PASSED), Standing(State.NOT_DONE)


@pytest.mark.clause("6.e.iv.1")
@pytest.mark.parametrize(
    ("ago", "state"),
    [
        (timedelta(0), State.PASSED),
        (HOUR, State.PASSED),
        (SHIFT - timedelta(seconds=1), State.PASSED),
        (SHIFT, State.NOT_DONE),
        (3 * SHIFT, State.NOT_DONE),
        (-HOUR, State.NOT_DONE),  # the read is from before the check
    ],
)
def test_a_check_holds_for_the_shift_that_it_begins(ago: timedelta, state: State) -> None:
    assert standing(Last(NOW - ago), NOW).state is state


@pytest.mark.clause("6.e.iv.1")
def test_a_reader_that_was_never_checked_is_told_so() -> None:
    assert standing(None, NOW) == NOT_DONE
    assert standing(None, NOW).told == "No start-of-shift check"
    assert standing(Last(NOW), NOW).told == ""


@pytest.mark.clause("6.e.iv.1")
def test_a_failed_check_names_its_steps_in_their_order() -> None:
    found = standing(Last(NOW - HOUR, ("position", "time")), NOW)
    assert found == Standing(State.FAILED, ("position", "time"))
    assert found.told == "Start-of-shift check failed: time, position"


@pytest.mark.clause("6.e.iv.1")
@pytest.mark.parametrize(
    ("last", "told"),
    [
        (None, "No start-of-shift check"),
        (Last(NOW - 2 * SHIFT), "No start-of-shift check"),
        (Last(NOW - HOUR), "Start-of-shift check failed: the reader says so itself"),
        (Last(NOW - HOUR, ("time",)), "Start-of-shift check failed: time"),
    ],
)
def test_a_no_of_the_reader_itself_is_never_passed_over(last: Last | None, told: str) -> None:
    assert standing(last, NOW, said=False).told == told


@pytest.mark.clause("6.e.iv.1")
def test_a_no_that_the_reader_said_before_it_heard_of_its_check_says_nothing_of_that_check() -> None:
    made = NOW - HOUR
    for said_at, expected in (
        (made - HOUR, PASSED),  # the last read before the check
        (made + HEARD - timedelta(seconds=1), PASSED),
        (made + HEARD, Standing(State.FAILED)),
    ):
        assert standing(Last(made), NOW, said=False, said_at=said_at) == expected


@pytest.mark.clause("6.e.iv.1")
def test_a_yes_of_the_reader_is_no_check_by_a_person() -> None:
    assert standing(None, NOW, said=True) == NOT_DONE
    assert standing(Last(NOW, ("time",)), NOW, said=True).state is State.FAILED


@pytest.mark.clause("6.e.iv.1", "6.e.iv.2")
def test_after_a_repair_a_check_from_before_counts_no_more() -> None:
    before, after = Last(NOW - 3 * HOUR), Last(NOW - HOUR)
    assert standing(before, NOW, repaired_at=NOW - 2 * HOUR) == NOT_DONE
    assert standing(after, NOW, repaired_at=NOW - 2 * HOUR) == PASSED
    assert standing(before, NOW - 2.5 * HOUR, repaired_at=NOW - 2 * HOUR) == PASSED  # a read from before it


@pytest.mark.clause("6.e.iv.1")
@pytest.mark.parametrize(
    ("last", "repaired", "expected"),
    [
        (None, None, NOW - 9 * SHIFT),
        (None, NOW - HOUR, NOW - HOUR),
        (Last(NOW - HOUR, ("time",)), None, NOW - HOUR),
        (Last(NOW - 2 * SHIFT), None, NOW - SHIFT),
        (Last(NOW - 2 * HOUR), NOW - HOUR, NOW - HOUR),
        (Last(NOW - 2 * SHIFT), NOW - HOUR, NOW - SHIFT),
        (Last(NOW - 2 * HOUR, ("time",)), NOW - HOUR, NOW - HOUR),
    ],
)
def test_since_when_a_reader_is_without(
    last: Last | None, repaired: datetime | None, expected: datetime
) -> None:
    assert since(last, NOW - 9 * SHIFT, repaired) == expected


@pytest.mark.clause("6.e.iv.1", "6.b.i.8")
@pytest.mark.parametrize(
    ("person", "reader", "technician", "revoked", "says"),
    [
        (1, 1, False, False, ""),
        (1, 2, False, False, "another unit's"),
        (None, 2, False, False, "another unit's"),
        (1, None, False, False, "No unit carries"),
        (None, None, False, False, "No unit carries"),
        (None, None, True, False, ""),
        (1, 2, True, False, "another unit's"),
        (1, 1, False, True, "revoked"),
    ],
)
def test_the_unit_that_carries_a_reader_checks_it(
    person: int | None, reader: int | None, technician: bool, revoked: bool, says: str
) -> None:
    found = may_check(person_unit=person, reader_unit=reader, technician=technician, revoked=revoked)
    assert isinstance(found, Refusal if says else Allow)
    assert says in str(found)


@pytest.mark.clause("6.e.iv.1")
def test_every_step_is_answered_and_every_no_says_what_is_wrong() -> None:
    whole = dict.fromkeys(Step, (True, ""))
    assert isinstance(is_whole(whole), Allow)
    assert isinstance(is_whole(whole | {Step.TIME: (False, "an hour late")}), Allow)
    for broken, says in (
        ({Step.PICTURE: (True, "")}, "Not answered: plates, time"),
        (whole | {Step.TIME: (False, "  ")}, "not said: time"),
    ):
        found = is_whole(broken)
        assert isinstance(found, Refusal)
        assert (found.clause, says in found.reason) == ("6.e.iv.1", True)


def test_every_step_is_guided() -> None:
    assert set(GUIDE) == set(Step)
