"""A record counts from its day until it lapses, at the end of a day of the agency's; none is ever deleted."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, connection, transaction

from plateward.core.audit.actor import Actor
from plateward.core.audit.leaf import Leaf
from plateward.ground import clock
from plateward.ground.policy.decision import Refused
from plateward.people.access import standing
from plateward.people.access.rules import lapses_at
from plateward.people.models import Person
from plateward.people.testing import person, signed_in
from plateward.people.training.actions import records
from plateward.people.training.models import Course, Record

pytestmark = pytest.mark.django_db
GLORIA = Actor("person", "gloria", "Gloria Gallegos")
DENVER = ZoneInfo("America/Denver")
NOW = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)


def took(
    who: Person, code: str, day: date, issuer: str = "The academy", score: Decimal | None = Decimal(85)
) -> Record:
    return records.record_course(
        GLORIA, who, Course.objects.get(code=code), issuer=issuer, completed_on=day, score=score
    )


def local(*when: int) -> datetime:
    return datetime(*when, tzinfo=DENVER).astimezone(UTC)  # type: ignore[arg-type, misc]


@pytest.fixture
def jack() -> Person:
    """Whose CJIS training is missing; the clock stands at NOW."""
    with clock.set_to(NOW):
        return person("jack")


@pytest.mark.clause("5.d/cjis", "5.d/training", "6.d.i/before", "6.b.i.4/records")
def test_access_begins_with_the_record_that_was_missing(
    jack: Person, recorded: Callable[[str], Leaf]
) -> None:
    with clock.set_to(NOW):
        assert [lack.clause for lack in standing.standing_of(jack).missing] == ["6.d.ii"]
        took(jack, "cjis", date(2026, 11, 24))
        assert standing.standing_of(jack).authorized
        assert recorded("training.record").details["completed_on"] == "2026-11-24"


@pytest.mark.clause("6.d.ii/yearly", "AT-2/yearly")
def test_a_training_counts_to_the_end_of_its_last_day_in_the_agencys_time_zone(jack: Person) -> None:
    with clock.set_to(NOW):
        took(jack, "cjis", date(2026, 3, 1))
    last = local(2027, 3, 1, 23, 59, 59)
    assert standing.standing_of(jack, last).authorized
    assert [lack.clause for lack in standing.standing_of(jack, last + timedelta(seconds=1)).missing] == [
        "6.d.ii"
    ]
    assert "March 1, 2027" in standing.standing_of(jack, last + timedelta(seconds=1)).missing[0].reason


@pytest.mark.clause("6.d.ii/yearly")
@pytest.mark.parametrize(
    ("zone", "completed_on", "valid_days", "ends"),
    [
        ("America/Denver", date(2025, 3, 9), 365, "2026-03-10T06:00:00"),  # after the clocks went forward
        ("America/Denver", date(2025, 11, 1), 365, "2026-11-02T07:00:00"),  # on the day they go back
        ("America/Denver", date(2024, 2, 29), 365, "2025-03-01T07:00:00"),  # no February 29 a year later
        ("America/Denver", date(2023, 3, 1), 365, "2024-03-01T07:00:00"),  # a leap day is one of them
        ("America/Denver", date(2023, 3, 1), 366, "2024-03-02T07:00:00"),
        ("America/Santiago", date(2025, 9, 6), 0, "2025-09-07T04:00:00"),  # the midnight that does not exist
        ("Atlantic/Azores", date(2025, 10, 25), 0, "2025-10-26T00:00:00"),  # the midnight that comes twice
        ("Pacific/Kiritimati", date(2026, 1, 1), 730, "2028-01-01T10:00:00"),
    ],
)
def test_daylight_saving_and_leap_days_move_no_last_day(
    settings: Any, zone: str, completed_on: date, valid_days: int, ends: str
) -> None:
    settings.TIME_ZONE = zone
    moment = lapses_at(completed_on, valid_days)
    assert moment is not None
    assert moment.astimezone(UTC).isoformat() == ends + "+00:00"


def test_a_course_without_a_validity_does_not_lapse() -> None:
    assert lapses_at(date(2020, 1, 1), None) is None


@pytest.mark.clause("6.d.i/before")
def test_the_latest_record_counts_whatever_the_order_of_entry(jack: Person) -> None:
    with clock.set_to(NOW):
        took(jack, "cjis", date(2026, 6, 1))
        took(jack, "cjis", date(2025, 6, 1))
    assert standing.standing_of(jack, local(2027, 6, 1, 12)).authorized


@pytest.mark.clause("6.d.i/before", "6.b.i.4/records")
@pytest.mark.parametrize(
    ("day", "issuer", "message"),
    [
        (date(2026, 11, 25), "The academy", "in the future"),
        (date(1926, 11, 24), "The academy", "too long ago"),
        (date(2026, 11, 24), "  ", "no issuer"),
    ],
)
def test_a_record_of_a_day_to_come_or_of_nobodys_is_refused(
    jack: Person, recorded: Callable[[str], Leaf], day: date, issuer: str, message: str
) -> None:
    with clock.set_to(NOW), pytest.raises(Refused, match=message):
        took(jack, "cjis", day, issuer)
    assert not Record.objects.filter(course__code="cjis").exists()
    assert recorded("training.record").outcome == "refused"


@pytest.mark.clause("6.d.i/before")
def test_today_is_the_agencys_today(jack: Person) -> None:
    with clock.set_to(datetime(2026, 11, 25, 5, tzinfo=UTC)), pytest.raises(Refused, match="in the future"):
        took(jack, "cjis", date(2026, 11, 25))  # it is the 24th in New Mexico


@pytest.mark.both_databases
def test_the_same_course_on_the_same_day_is_recorded_once(jack: Person) -> None:
    with clock.set_to(NOW):
        took(jack, "cjis", date(2026, 11, 1))
        with pytest.raises(Refused, match="already has a record"):
            took(jack, "cjis", date(2026, 11, 1))


@pytest.mark.clause("5.d/exam", "5.d/says", "AT-4/kept")
def test_a_withdrawn_record_counts_no_more_and_stays_with_its_reason(recorded: Callable[[str], Leaf]) -> None:
    ada = person("ada")
    page = signed_in(ada)
    assert page.get("/alerts/").status_code == 200
    ncic = ada.training.get(course__code="ncic")
    before = clock.now()
    records.withdraw_record(GLORIA, ncic, "Entered for Ada, it was Ben's.")
    answer = page.get("/alerts/")
    assert answer.status_code == 403
    assert b"NCIC certification" in answer.content
    assert standing.standing_of(ada, before).authorized
    ncic.refresh_from_db()
    assert ncic.withdrawn_reason == "Entered for Ada, it was Ben's."
    assert recorded("training.withdraw").reason == ncic.withdrawn_reason


@pytest.mark.clause("AT-4/kept")
def test_a_record_is_withdrawn_with_a_reason_and_once() -> None:
    ncic = person("ada").training.get(course__code="ncic")
    with pytest.raises(Refused, match="has no reason"):
        records.withdraw_record(GLORIA, ncic, " ")
    records.withdraw_record(GLORIA, ncic, "Forged.")
    with pytest.raises(Refused, match="already"):
        records.withdraw_record(GLORIA, ncic, "Forged.")


@pytest.mark.both_databases
@pytest.mark.clause("AT-4/kept")
@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM people_record",
        "UPDATE people_record SET completed_on = '2030-01-01'",
        "UPDATE people_record SET issuer = 'Somebody else'",
        "DELETE FROM people_requirement",
        "UPDATE people_requirement SET role = 'auditor'",
    ],
)
def test_the_database_itself_keeps_the_records(change: str) -> None:
    person("ada")
    with pytest.raises(DatabaseError, match="AT-4"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)
    assert person("ada").training.filter(issuer="The academy", completed_on__lt=date(2030, 1, 1)).count() == 4


@pytest.mark.both_databases
@pytest.mark.clause("AT-4/kept")
def test_a_withdrawal_is_not_taken_back() -> None:
    ncic = person("ada").training.get(course__code="ncic")
    records.withdraw_record(GLORIA, ncic, "Forged.")
    ncic.refresh_from_db()
    ncic.withdrawn_at, ncic.withdrawn_reason = None, ""
    with pytest.raises(DatabaseError, match="AT-4"), transaction.atomic():
        ncic.save()


@pytest.mark.both_databases
@pytest.mark.clause("AT-4/kept")
def test_the_databases_own_ways_round_are_closed_too() -> None:
    person("ada")
    if connection.vendor == "sqlite":
        ways = ["INSERT OR REPLACE INTO people_record SELECT * FROM people_record"]
    else:
        ways = ["TRUNCATE people_record", "TRUNCATE people_person CASCADE"]
        connection.check_constraints()  # or PostgreSQL has another reason
    for way in ways:
        with pytest.raises(DatabaseError, match="AT-4"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(way)
