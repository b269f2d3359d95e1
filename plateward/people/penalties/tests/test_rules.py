"""Which penalty follows an offense: boundaries, clean slate, several a day, clocks and calendars. Pure."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plateward.ground.policy.decision import Allow, Refusal
from plateward.people.penalties.rules import days_later, may_follow, penalty_for, policy_clauses

AGENCY = ZoneInfo("America/Denver")
NOON = datetime(2026, 3, 2, 12, tzinfo=AGENCY)


def days(count: float) -> timedelta:
    return timedelta(days=count)


@pytest.mark.clause("6.g.i.1/days")
def test_the_first_offense_revokes_access_for_15_days_from_its_recording() -> None:
    first = penalty_for([], NOON, AGENCY)
    assert (first.number, first.days, first.clause) == (1, 15, "6.g.i.1")
    assert first.begins == NOON
    assert first.ends == datetime(2026, 3, 17, 12, tzinfo=AGENCY)


@pytest.mark.clause("6.g.i.2/days", "6.g.i.3/count")
@pytest.mark.parametrize(("since", "number"), [(0, 2), (1, 2), (364, 2), (365, 2), (366, 1), (367, 1)])
def test_an_earlier_penalty_counts_through_its_365th_day(since: int, number: int) -> None:
    recorded = datetime.combine(NOON.date() + days(since), NOON.time(), AGENCY)
    assert penalty_for([NOON], recorded, AGENCY).number == number


@pytest.mark.clause("6.g.i.2/days")
@pytest.mark.parametrize(("hour", "number"), [(23, 2), (24, 1)])
def test_the_365th_day_ends_at_midnight_of_the_agency_whatever_the_hour_of_the_first(
    hour: int, number: int
) -> None:
    for first in (NOON.replace(hour=0), NOON.replace(hour=23, minute=59)):
        recorded = datetime.combine(NOON.date() + days(365), datetime.min.time(), AGENCY)
        recorded = (recorded.astimezone(UTC) + timedelta(hours=hour)).astimezone(AGENCY)
        assert penalty_for([first], recorded, AGENCY).number == number


@pytest.mark.clause("6.g.i.2/days")
def test_the_day_is_the_agencys_not_utcs() -> None:
    """23:30 in Denver is the next day in UTC; counted in UTC the second would be on its 366th day."""
    first = datetime(2026, 3, 1, 12, tzinfo=AGENCY)
    late = datetime(2027, 3, 1, 23, 30, tzinfo=AGENCY)
    assert late.astimezone(UTC).day == 2
    assert penalty_for([first.astimezone(UTC)], late.astimezone(UTC), AGENCY).number == 2
    assert penalty_for([first], late, ZoneInfo("UTC")).number == 1


@pytest.mark.clause("6.g.i.3/permanent")
def test_the_third_is_for_good_and_so_is_each_after_it() -> None:
    third = penalty_for([NOON - days(300), NOON - days(20)], NOON, AGENCY)
    assert (third.number, third.days, third.ends, third.clause) == (3, None, None, "6.g.i.3")
    assert penalty_for([NOON - days(3), NOON - days(2), NOON - days(1)], NOON, AGENCY).ends is None


@pytest.mark.clause("6.g.i.3/clean")
def test_after_365_days_of_compliance_the_slate_is_clean() -> None:
    assert penalty_for([NOON - days(700), NOON - days(500), NOON - days(367)], NOON, AGENCY).number == 1


@pytest.mark.clause("6.g.i.3/count")
def test_only_the_penalties_of_the_prior_365_days_count() -> None:
    """One from 400 days ago no longer counts, although another came 200 days after it."""
    penalty = penalty_for([NOON - days(400), NOON - days(200)], NOON, AGENCY)
    assert (penalty.number, penalty.counted) == (2, (NOON - days(200),))


@pytest.mark.clause("6.g.i.2/days", "6.g.i.3/count")
def test_several_offenses_on_one_day_each_count() -> None:
    second = penalty_for([NOON], NOON, AGENCY)
    third = penalty_for([NOON, NOON], NOON + timedelta(minutes=1), AGENCY)
    assert (second.number, third.number, third.ends) == (2, 3, None)


@pytest.mark.clause("6.g.i.2/days")
def test_a_leap_year_has_the_same_365_days() -> None:
    first = datetime(2027, 3, 1, 9, tzinfo=AGENCY)  # February 29, 2028 is in between
    assert penalty_for([first], datetime(2028, 2, 29, 9, tzinfo=AGENCY), AGENCY).number == 2
    assert penalty_for([first], datetime(2028, 3, 1, 9, tzinfo=AGENCY), AGENCY).number == 1


@pytest.mark.clause("6.g.i.2/days")
def test_a_clock_that_was_set_back_forgives_nothing() -> None:
    assert penalty_for([NOON + days(3)], NOON, AGENCY).number == 2


@pytest.mark.clause("6.g.i.1/days")
@pytest.mark.parametrize(
    ("recorded", "ends"),
    [
        (
            datetime(2026, 3, 1, 10, tzinfo=AGENCY),
            datetime(2026, 3, 16, 10, tzinfo=AGENCY),
        ),  # skips an hour
        (
            datetime(2026, 10, 25, 10, tzinfo=AGENCY),
            datetime(2026, 11, 9, 10, tzinfo=AGENCY),
        ),  # repeats one
        (datetime(2026, 2, 21, 2, 30, tzinfo=AGENCY), datetime(2026, 3, 8, 3, 30, tzinfo=AGENCY)),  # no 02:30
        (datetime(2026, 11, 1, 1, 30, tzinfo=AGENCY, fold=1), datetime(2026, 11, 16, 1, 30, tzinfo=AGENCY)),
        (datetime(2028, 2, 20, 8, tzinfo=AGENCY), datetime(2028, 3, 6, 8, tzinfo=AGENCY)),  # February 29
    ],
)
def test_it_ends_at_the_same_time_of_day_across_daylight_saving_and_leap_days(
    recorded: datetime, ends: datetime
) -> None:
    assert penalty_for([], recorded.astimezone(UTC), AGENCY).ends == ends.astimezone(UTC)


@given(st.datetimes(datetime(2024, 1, 1), datetime(2032, 1, 1), timezones=st.just(UTC)))
def test_fifteen_days_are_never_off_by_more_than_the_clocks_hour(recorded: datetime) -> None:
    assert abs(days_later(recorded, 15, AGENCY) - recorded - days(15)) <= timedelta(hours=1)


@pytest.mark.clause("6.g.i/chain")
def test_an_appeal_is_decided_once_it_was_received_and_once() -> None:
    heard = ["handled", "appealed"]
    for earlier, kind in [
        ([], "appealed"),
        (heard, "denied"),
        (heard, "granted"),
        ([*heard, "denied"], "appealed"),
    ]:
        assert isinstance(may_follow(kind, earlier), Allow)
    assert isinstance(may_follow("handled", [*heard, "granted"]), Allow)
    for earlier, kind in [
        ([], "denied"),
        ([], "granted"),
        (heard, "appealed"),
        ([*heard, "denied"], "granted"),
        ([*heard, "granted"], "appealed"),
    ]:
        assert isinstance(may_follow(kind, earlier), Refusal)


def test_the_policys_own_rows_can_be_offended_against() -> None:
    assert "6.a.ii.3" in policy_clauses()
    assert "AC-2" not in policy_clauses()
    assert "5.a" not in policy_clauses()
