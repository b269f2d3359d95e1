"""A reader's state at a moment, by its check, and who may make one."""

from datetime import UTC, datetime, timedelta

import pytest

from plateward.field.fleet.checks.models import ReaderCheck
from plateward.field.fleet.checks.rules import (
    HEARD_AFTER,
    SHIFT,
    CheckStanding,
    CheckState,
    is_complete,
    judge_standing,
    may_check,
    not_passed_since,
)
from plateward.field.fleet.checks.steps import GUIDE, CheckStep
from plateward.field.fleet.models import Reader
from plateward.ground.policy.decision import Allow, Refusal
from plateward.people.models import Person
from plateward.people.permissions import Role

NOW = datetime(2026, 11, 25, 14, tzinfo=UTC)
HOUR = timedelta(hours=1)


def checked(at: datetime, failed: tuple[str, ...] = ()) -> ReaderCheck:
    return ReaderCheck(at=at, failed=list(failed))


PASSED, NOT_DONE = CheckStanding(CheckState.PASSED), CheckStanding(CheckState.NOT_DONE)


@pytest.mark.clause("6.e.iv.1/check")
@pytest.mark.parametrize(
    ("ago", "state"),
    [
        (timedelta(0), CheckState.PASSED),
        (HOUR, CheckState.PASSED),
        (SHIFT - timedelta(seconds=1), CheckState.PASSED),
        (SHIFT, CheckState.NOT_DONE),
        (3 * SHIFT, CheckState.NOT_DONE),
        (-HOUR, CheckState.NOT_DONE),  # the read came before the check
    ],
)
def test_a_check_holds_for_the_shift_that_it_begins(ago: timedelta, state: CheckState) -> None:
    assert judge_standing(checked(NOW - ago), NOW).state is state


@pytest.mark.clause("6.e.iv.1/missing")
def test_a_reader_that_was_never_checked_is_told_so() -> None:
    assert judge_standing(None, NOW) == NOT_DONE
    assert judge_standing(None, NOW).text == "No start-of-shift check"
    assert judge_standing(checked(NOW), NOW).text == ""


@pytest.mark.clause("6.e.iv.1/missing")
def test_a_failed_check_names_its_steps_in_their_order() -> None:
    standing = judge_standing(checked(NOW - HOUR, ("position", "time")), NOW)
    assert standing == CheckStanding(CheckState.FAILED, ("position", "time"))
    assert standing.text == "Start-of-shift check failed: time, position"


@pytest.mark.clause("6.e.iv.1/missing")
@pytest.mark.parametrize(
    ("last", "message"),
    [
        (None, "No start-of-shift check"),
        (checked(NOW - 2 * SHIFT), "No start-of-shift check"),
        (checked(NOW - HOUR), "Start-of-shift check failed: reported by the reader"),
        (checked(NOW - HOUR, ("time",)), "Start-of-shift check failed: time"),
    ],
)
def test_a_no_of_the_reader_itself_is_never_passed_over(last: ReaderCheck | None, message: str) -> None:
    assert judge_standing(last, NOW, reader_says=False).text == message


@pytest.mark.clause("6.e.iv.1/missing")
def test_a_no_that_the_reader_said_before_it_heard_of_its_check_says_nothing_of_that_check() -> None:
    made = NOW - HOUR
    for said_at, expected in (
        (made - HOUR, PASSED),  # the last read came before the check
        (made + HEARD_AFTER - timedelta(seconds=1), PASSED),
        (made + HEARD_AFTER, CheckStanding(CheckState.FAILED)),
    ):
        assert judge_standing(checked(made), NOW, reader_says=False, said_at=said_at) == expected


@pytest.mark.clause("6.e.iv.1/missing")
def test_a_yes_of_the_reader_is_no_check_by_a_person() -> None:
    assert judge_standing(None, NOW, reader_says=True) == NOT_DONE
    assert judge_standing(checked(NOW, ("time",)), NOW, reader_says=True).state is CheckState.FAILED


@pytest.mark.clause("6.e.iv.1/missing")
def test_after_a_repair_a_check_from_before_counts_no_more() -> None:
    before, after = checked(NOW - 3 * HOUR), checked(NOW - HOUR)
    assert judge_standing(before, NOW, repaired_at=NOW - 2 * HOUR) == NOT_DONE
    assert judge_standing(after, NOW, repaired_at=NOW - 2 * HOUR) == PASSED
    assert (
        judge_standing(before, NOW - 2.5 * HOUR, repaired_at=NOW - 2 * HOUR) == PASSED
    )  # a read from before the check


@pytest.mark.clause("6.e.iv.1/missing")
@pytest.mark.parametrize(
    ("last", "repaired", "expected"),
    [
        (None, None, NOW - 9 * SHIFT),
        (None, NOW - HOUR, NOW - HOUR),
        (checked(NOW - HOUR, ("time",)), None, NOW - HOUR),
        (checked(NOW - 2 * SHIFT), None, NOW - SHIFT),
        (checked(NOW - 2 * HOUR), NOW - HOUR, NOW - HOUR),
        (checked(NOW - 2 * SHIFT), NOW - HOUR, NOW - SHIFT),
        (checked(NOW - 2 * HOUR, ("time",)), NOW - HOUR, NOW - HOUR),
    ],
)
def test_since_when_a_reader_is_without(
    last: ReaderCheck | None, repaired: datetime | None, expected: datetime
) -> None:
    assert not_passed_since(last, NOW - 9 * SHIFT, repaired) == expected


@pytest.mark.clause("6.e.iv.1/check", "6.b.i.8/scope")
@pytest.mark.parametrize(
    ("person", "reader", "technician", "revoked", "says"),
    [
        (1, 1, False, False, ""),
        (1, 2, False, False, "another unit"),
        (None, 2, False, False, "another unit"),
        (1, None, False, False, "has no unit"),
        (None, None, False, False, "has no unit"),
        (None, None, True, False, ""),
        (1, 2, True, False, "another unit"),
        (1, 1, False, True, "revoked"),
    ],
)
def test_the_unit_that_carries_a_reader_checks_it(
    person: int | None, reader: int | None, technician: bool, revoked: bool, says: str
) -> None:
    role = Role.IT_SUPPORT if technician else Role.OFFICER
    decision = may_check(
        Person(unit_id=person, role=role), Reader(unit_id=reader, revoked_at=NOW if revoked else None)
    )
    assert isinstance(decision, Refusal if says else Allow)
    assert says in str(decision)


@pytest.mark.clause("6.e.iv.1/check")
def test_every_step_is_answered_and_every_no_says_what_is_wrong() -> None:
    whole = dict.fromkeys(CheckStep, (True, ""))
    assert isinstance(is_complete(whole), Allow)
    assert isinstance(is_complete(whole | {CheckStep.TIME: (False, "an hour late")}), Allow)
    for broken, says in (
        ({CheckStep.PICTURE: (True, "")}, "Not answered: plates, time"),
        (whole | {CheckStep.TIME: (False, "  ")}, "not described: time"),
    ):
        decision = is_complete(broken)
        assert isinstance(decision, Refusal)
        assert (decision.clause, says in decision.reason) == ("6.e.iv.1", True)


def test_every_step_is_guided() -> None:
    assert set(GUIDE) == set(CheckStep)
