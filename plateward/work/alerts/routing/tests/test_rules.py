"""Which reads are one event, for whom an alert rings, and who is next: only the rules."""

from datetime import UTC, datetime, time, timedelta

import pytest

from plateward.field.reads.rules import hub_time
from plateward.people.chain_of_command.rules import Candidate
from plateward.people.models import Person
from plateward.work.alerts.routing.rules import (
    AlarmSound,
    AudiencePresence,
    NotifyReason,
    NotifyTarget,
    QuietPeriod,
    Recipient,
    RingFacts,
    alarm_sound,
    clock_warning,
    delay_text,
    first_targets,
    joins_alert,
    next_escalation,
    unanswered_by,
)

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
ALL = AudiencePresence(frozenset({12, 14, 16}), frozenset({12, 14}), True, True)


@pytest.mark.clause("5.b/which")
@pytest.mark.parametrize(
    ("minutes", "belongs"), [(-11, False), (-10, True), (2, True), (15, True), (15.1, False)]
)
def test_a_read_joins_an_alert_within_ten_minutes_of_any_of_its_sightings(
    minutes: float, belongs: bool
) -> None:
    assert joins_alert(NOON + minutes * MINUTE, NOON, NOON + 5 * MINUTE) is belongs


def test_a_clock_that_is_off_is_set_right_and_told() -> None:
    ahead = timedelta(minutes=4)
    assert hub_time(NOON + ahead, ahead) == NOON
    assert hub_time(NOON, timedelta(seconds=-29)) == NOON  # in transit
    assert clock_warning(NOON + ahead, NOON, None) == (
        "The reader's clock was 4 minutes ahead of the hub's: it said 12:04:00 UTC."
    )
    assert "3 minutes behind the hub's" in clock_warning(NOON, NOON + 3 * MINUTE, None)
    assert clock_warning(NOON, NOON, 999) == ""
    assert clock_warning(NOON, NOON, 7000) == "By its own estimate it may be off by 7 seconds."
    assert clock_warning(NOON, NOON, 1000) == "By its own estimate it may be off by 1 second."


def test_a_late_read_says_how_late() -> None:
    assert delay_text(NOON, NOON + timedelta(seconds=59)) == ""
    assert delay_text(NOON, NOON + 20 * MINUTE) == "It arrived 20 minutes after the read."


R, N, C = (
    NotifyTarget(NotifyReason.READER, unit=12),
    NotifyTarget(NotifyReason.NEAR, unit=14, meters=3100),
    NotifyTarget(NotifyReason.COMMUNICATIONS),
)
EVERYONE = NotifyTarget(NotifyReason.EVERYONE)


@pytest.mark.clause("5.b/reaches", "6.c.ii/lists")
@pytest.mark.parametrize(
    ("crowd", "unit", "near", "expected"),
    [
        # Its own unit; nearby units on duty, nearest first; Communications.
        (ALL, 12, {14: 3100.2, 12: 0, 16: 200}, (R, N, C)),
        (ALL, None, {14: 3100, 12: 3000}, (NotifyTarget(NotifyReason.NEAR, unit=12, meters=3000), N, C)),
        # None of them is on duty: everyone.
        (AudiencePresence(frozenset({12, 14}), frozenset(), True, False), 12, {14: 50}, (R, C, EVERYONE)),
        (AudiencePresence(), None, {}, (EVERYONE,)),
        # A list that is not for them: they are not notified.
        (AudiencePresence(frozenset({14}), frozenset({14}), False, False), 12, {14: 3100}, (N,)),
        (AudiencePresence(frozenset({12}), frozenset({12}), False, False), 12, {14: 3100}, (R,)),
        # One person of Communications on duty is enough.
        (AudiencePresence(frozenset({12}), frozenset(), True, True), 12, {}, (R, C)),
    ],
)
def test_who_is_told_first(
    crowd: AudiencePresence, unit: int | None, near: dict[int, float], expected: tuple[NotifyTarget, ...]
) -> None:
    assert first_targets(crowd, covert=False, reader_unit=unit, near=near.items()) == expected


@pytest.mark.clause("6.c.ii/lists")
def test_a_covert_alert_goes_to_the_named_alone() -> None:
    assert first_targets(ALL, covert=True, reader_unit=12, near=[(14, 10.0)]) == (
        NotifyTarget(NotifyReason.NAMED),
    )


ADA = Recipient(person=1, unit=12, role="officer")


@pytest.mark.clause("5.b/reaches")
@pytest.mark.parametrize(
    ("ear", "target", "hears"),
    [
        (ADA, R, True),
        (ADA, N, False),
        (ADA, C, False),
        (ADA, EVERYONE, True),
        (ADA, NotifyTarget(NotifyReason.NAMED), True),
        (ADA, NotifyTarget(NotifyReason.ESCALATED, person=1), True),
        (ADA, NotifyTarget(NotifyReason.ESCALATED, person=2), False),
        (Recipient(person=3, role="communications"), C, True),
        (Recipient(person=3, role="officer"), R, False),  # without a unit
    ],
)
def test_for_whom_it_rings(ear: Recipient, target: NotifyTarget, hears: bool) -> None:
    call = RingFacts(True, "normal", "stolen_vehicle", (target,))
    assert bool(alarm_sound(ear, call, time(12))) is hears
    assert not alarm_sound(ear, RingFacts(False, "high", "stolen_vehicle", (target,)), time(12))
    assert not alarm_sound(ear, RingFacts(True, "high", "x", (target,), frozenset({ear.person})), time(12))


NIGHT = Recipient(person=1, unit=12, quiet=QuietPeriod(time(22), time(6)))


@pytest.mark.clause("5.b/reaches")
@pytest.mark.parametrize(
    ("priority", "reason", "at", "does"),
    [
        ("normal", "stolen_vehicle", time(23), AlarmSound.SILENT),
        ("low", "stolen_vehicle", time(5, 59), AlarmSound.SILENT),
        ("normal", "stolen_vehicle", time(6), AlarmSound.LOUD),
        ("normal", "stolen_vehicle", time(21, 59), AlarmSound.LOUD),
        ("high", "stolen_vehicle", time(23), AlarmSound.LOUD),
        ("low", "amber_alert", time(23), AlarmSound.LOUD),
        ("low", "violent_crime", time(23), AlarmSound.LOUD),
    ],
)
def test_quiet_hours_show_without_a_sound_and_never_hold_for_grave_matters(
    priority: str, reason: str, at: time, does: AlarmSound
) -> None:
    assert alarm_sound(NIGHT, RingFacts(True, priority, reason, (R,)), at) is does


def test_quiet_hours_within_a_day() -> None:
    assert [QuietPeriod(time(12), time(13)).holds(time(hour)) for hour in (11, 12, 13)] == [
        False,
        True,
        False,
    ]


CARLA, DAVE, EVE = (
    Candidate(Person(pk=2, full_name="Carla")),
    Candidate(Person(pk=3, full_name="Dave"), "is absent"),
    Candidate(Person(pk=4, full_name="Eve")),
)


@pytest.mark.clause("5.b/reaches", "6.b.i.8/scope")
def test_an_unanswered_alert_goes_up_the_chain_of_command_past_who_is_away() -> None:
    first = next_escalation([[CARLA], [DAVE], [EVE]], 0, {1})
    assert (first.people, first.level, first.why) == ((CARLA,), 1, "")
    second = next_escalation([[CARLA], [DAVE], [EVE]], 1, {1, 2})
    assert (second.people, second.level, second.why) == ((EVE,), 3, "Dave is absent")
    assert next_escalation([[CARLA], [DAVE], [EVE]], 3, {1, 2, 4}).level is None
    assert next_escalation([], 0, set()).level is None


@pytest.mark.clause("5.b/reaches")
def test_nobody_answers_for_a_unit_that_it_has_not_rung_for_long_enough() -> None:
    assert unanswered_by({12: NOON, 14: NOON + timedelta(seconds=50)}, NOON) == {12}
