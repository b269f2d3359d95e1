"""Which reads are one event, for whom an alert rings, and who is next: the rules alone."""

from datetime import UTC, datetime, time, timedelta

import pytest

from plateward.alerts.routing.rules import (
    Alarm,
    Call,
    Crowd,
    Ear,
    Quiet,
    Target,
    Why,
    about_its_coming,
    about_the_clock,
    alarm,
    apart,
    joins,
    next_up,
    route,
    seen_at,
)
from plateward.people.command.rules import Candidate
from plateward.people.models import Person

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
ALL = Crowd(frozenset({12, 14, 16}), frozenset({12, 14}), True, True)


@pytest.mark.clause("5.b")
@pytest.mark.parametrize(
    ("minutes", "belongs"), [(-11, False), (-10, True), (2, True), (15, True), (15.1, False)]
)
def test_a_read_joins_an_alert_within_ten_minutes_of_any_of_its_sightings(
    minutes: float, belongs: bool
) -> None:
    assert joins(NOON + minutes * MINUTE, NOON, NOON + 5 * MINUTE) is belongs


@pytest.mark.clause("5.b")
def test_a_clock_that_is_off_is_set_right_and_told() -> None:
    ahead = timedelta(minutes=4)
    assert seen_at(NOON + ahead, ahead) == NOON
    assert seen_at(NOON, timedelta(seconds=-29)) == NOON  # on its way
    assert about_the_clock(NOON + ahead, NOON, None) == (
        "The reader's clock was 4 minutes ahead of the hub's: it said 12:04:00 UTC."
    )
    assert "3 minutes behind the hub's" in about_the_clock(NOON, NOON + 3 * MINUTE, None)
    assert about_the_clock(NOON, NOON, 999) == ""
    assert about_the_clock(NOON, NOON, 7000) == "By its own account it may be off by 7 seconds."
    assert about_the_clock(NOON, NOON, 1000) == "By its own account it may be off by 1 second."


def test_a_late_read_says_how_late() -> None:
    assert about_its_coming(NOON, NOON + timedelta(seconds=59)) == ""
    assert about_its_coming(NOON, NOON + 20 * MINUTE) == "It came 20 minutes after it was seen."


def test_distances_are_those_of_the_earth() -> None:
    albuquerque, santa_fe = (35.0844, -106.6504), (35.6870, -105.9378)
    assert apart(albuquerque, albuquerque) == 0
    assert apart(albuquerque, santa_fe) == pytest.approx(93_100, rel=0.005)


R, N, C = Target(Why.READER, unit=12), Target(Why.NEAR, unit=14, meters=3100), Target(Why.COMMUNICATIONS)
EVERYONE = Target(Why.EVERYONE)


@pytest.mark.clause("5.b", "6.c.ii")
@pytest.mark.parametrize(
    ("crowd", "unit", "near", "told"),
    [
        # Its own unit; of those nearby who is on duty, the nearest first; Communications.
        (ALL, 12, {14: 3100.2, 12: 0, 16: 200}, (R, N, C)),
        (ALL, None, {14: 3100, 12: 3000}, (Target(Why.NEAR, unit=12, meters=3000), N, C)),
        # Nobody of them is on duty: everyone.
        (Crowd(frozenset({12, 14}), frozenset(), True, False), 12, {14: 50}, (R, C, EVERYONE)),
        (Crowd(), None, {}, (EVERYONE,)),
        # A list that is not for them: they are not told.
        (Crowd(frozenset({14}), frozenset({14}), False, False), 12, {14: 3100}, (N,)),
        (Crowd(frozenset({12}), frozenset({12}), False, False), 12, {14: 3100}, (R,)),
        # One of Communications on duty is enough.
        (Crowd(frozenset({12}), frozenset(), True, True), 12, {}, (R, C)),
    ],
)
def test_who_is_told_first(
    crowd: Crowd, unit: int | None, near: dict[int, float], told: tuple[Target, ...]
) -> None:
    assert route(crowd, covert=False, reader_unit=unit, near=near.items()) == told


@pytest.mark.clause("6.c.ii")
def test_a_covert_alert_goes_to_the_named_alone() -> None:
    assert route(ALL, covert=True, reader_unit=12, near=[(14, 10.0)]) == (Target(Why.NAMED),)


ADA = Ear(person=1, unit=12, role="officer")


@pytest.mark.clause("5.b")
@pytest.mark.parametrize(
    ("ear", "target", "hears"),
    [
        (ADA, R, True),
        (ADA, N, False),
        (ADA, C, False),
        (ADA, EVERYONE, True),
        (ADA, Target(Why.NAMED), True),
        (ADA, Target(Why.ESCALATED, person=1), True),
        (ADA, Target(Why.ESCALATED, person=2), False),
        (Ear(person=3, role="communications"), C, True),
        (Ear(person=3, role="officer"), R, False),  # of no unit
    ],
)
def test_for_whom_it_rings(ear: Ear, target: Target, hears: bool) -> None:
    call = Call(True, "normal", "stolen_vehicle", (target,))
    assert bool(alarm(ear, call, time(12))) is hears
    assert not alarm(ear, Call(False, "high", "stolen_vehicle", (target,)), time(12))
    assert not alarm(ear, Call(True, "high", "x", (target,), frozenset({ear.person})), time(12))


NIGHT = Ear(person=1, unit=12, quiet=Quiet(time(22), time(6)))


@pytest.mark.clause("5.b")
@pytest.mark.parametrize(
    ("priority", "reason", "at", "does"),
    [
        ("normal", "stolen_vehicle", time(23), Alarm.SILENT),
        ("low", "stolen_vehicle", time(5, 59), Alarm.SILENT),
        ("normal", "stolen_vehicle", time(6), Alarm.LOUD),
        ("normal", "stolen_vehicle", time(21, 59), Alarm.LOUD),
        ("high", "stolen_vehicle", time(23), Alarm.LOUD),
        ("low", "amber_alert", time(23), Alarm.LOUD),
        ("low", "violent_crime", time(23), Alarm.LOUD),
    ],
)
def test_quiet_hours_show_without_a_sound_and_never_hold_for_grave_matters(
    priority: str, reason: str, at: time, does: Alarm
) -> None:
    assert alarm(NIGHT, Call(True, priority, reason, (R,)), at) is does


def test_quiet_hours_within_a_day() -> None:
    assert [Quiet(time(12), time(13)).holds(time(hour)) for hour in (11, 12, 13)] == [False, True, False]


CARLA, DAVE, EVE = (
    Candidate(Person(pk=2, full_name="Carla")),
    Candidate(Person(pk=3, full_name="Dave"), "is absent"),
    Candidate(Person(pk=4, full_name="Eve")),
)


@pytest.mark.clause("5.b", "6.b.i.8")
def test_an_unanswered_alert_goes_up_the_chain_of_command_past_who_is_away() -> None:
    first = next_up([[CARLA], [DAVE], [EVE]], 0, {1})
    assert (first.people, first.level, first.why) == ((CARLA,), 1, "")
    second = next_up([[CARLA], [DAVE], [EVE]], 1, {1, 2})
    assert (second.people, second.level, second.why) == ((EVE,), 3, "Dave is absent")
    assert next_up([[CARLA], [DAVE], [EVE]], 3, {1, 2, 4}).level is None
    assert next_up([], 0, set()).level is None
