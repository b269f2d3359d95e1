"""Standing when the clock itself moves: set back, set forward, a repeated hour, a leap day."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from plateward.core.audit.actor import Actor
from plateward.ground import clock
from plateward.people.access import standing
from plateward.people.access.models import Access, Designation
from plateward.people.models import Person
from plateward.people.penalties import actions
from plateward.people.testing import person, untrain
from plateward.people.tests.lacks import LACKS

pytestmark = pytest.mark.django_db
GLORIA = Actor("person", "gloria", "Gloria Gallegos")
HOUR, TICK = timedelta(hours=1), timedelta(microseconds=1)
NOON = datetime(2026, 6, 1, 18, tzinfo=UTC)  # in Denver


def lacking(who: Person, moment: datetime) -> list[str]:
    """The clauses of what this person lacks at that moment."""
    with clock.set_to(moment):
        return [lack.clause for lack in standing.standing_of(who).missing]


def offend(who: Person, moment: datetime) -> datetime:
    """Record an offense; returns when its penalty ends."""
    with clock.set_to(moment):
        number = actions.next_penalty(who).number
        ends = actions.record_offense(GLORIA, who, "Looked up a neighbor.", "6.a.ii.3", number).ends
    assert ends is not None
    return ends


@pytest.fixture
def ada() -> Iterator[Person]:
    """Ada, whose access and training began a month before that noon."""
    with clock.set_to(NOON):
        yield person("ada")


@pytest.mark.clause("6.g.i.1/days", "AC-2/disabled")
def test_a_clock_set_back_brings_nothing_back_that_an_act_took_away(ada: Person) -> None:
    for name in ("no suspension: high_risk", "no suspension: locked", "no suspension: terminated"):
        LACKS[name].away(ada)
    offend(ada, NOON)
    untrain(ada, "ncic")
    at_noon = lacking(ada, NOON)
    assert at_noon == ["6.g.i.1", "AC-2", "AC-7", "AC-2", "5.d"]
    for back in (TICK, HOUR, 24 * HOUR):
        assert lacking(ada, NOON - back) == at_noon


@pytest.mark.clause("5.d/account", "6.b.i/designation")
def test_an_access_or_office_that_an_act_ended_is_over_whatever_the_clock_says() -> None:
    with clock.set_to(NOON):
        gloria = person("gloria")
        for rows in (Designation.objects.filter(person=gloria), Access.objects.filter(person=gloria)):
            rows.update(ends=NOON, ended_by="person:hector")
            assert lacking(gloria, NOON - HOUR)[-1] in ("6.b.i", "5.d")


@pytest.mark.clause("5.d/account", "AC-2/disabled")
def test_what_has_not_begun_by_the_clock_does_not_count_either(ada: Person) -> None:
    month = timedelta(days=30)
    assert lacking(ada, NOON - month) == []
    assert lacking(ada, NOON - month - TICK) == ["5.d"]


@pytest.mark.clause("6.d.ii/yearly", "AC-2/disabled")
def test_a_clock_set_forward_refuses_and_set_right_again_it_is_as_before(ada: Person) -> None:
    assert "6.d.ii" in lacking(ada, NOON + timedelta(days=400))
    assert lacking(ada, NOON) == []


@pytest.mark.clause("6.g.i.1/days")
@pytest.mark.parametrize(
    ("recorded", "ends"),
    [
        # Clocks go back on November 1, 2026 at 08:00 UTC, forward on March 14, 2027 at 09:00 UTC.
        ("2026-10-20T15:30:00", "2026-11-04T16:30:00"),
        ("2026-10-17T07:30:00", "2026-11-01T07:30:00"),  # ends in the repeated hour: in the first
        ("2027-02-27T09:30:00", "2027-03-14T09:30:00"),  # ends in the skipped hour: an hour later
        ("2028-02-20T15:30:00", "2028-03-06T15:30:00"),  # across a leap day
    ],
)
def test_a_penalty_ends_to_the_moment_across_the_edges_of_the_calendar(recorded: str, ends: str) -> None:
    begins, over = (datetime.fromisoformat(moment).replace(tzinfo=UTC) for moment in (recorded, ends))
    with clock.set_to(begins):
        ben = person("ben")
    assert lacking(ben, begins - TICK) == []
    assert offend(ben, begins) == over
    assert lacking(ben, begins) == lacking(ben, over - TICK) == ["6.g.i.1"]
    assert lacking(ben, over) == []


@pytest.mark.clause("6.d.ii/yearly", "AT-2/yearly")
@pytest.mark.parametrize(
    ("taken", "over"),
    [
        ("2027-03-01T18:00:00", "2028-03-01T07:00:00"),  # the 365th day is the leap day
        ("2028-02-29T18:00:00", "2029-03-01T07:00:00"),
        ("2025-11-01T18:00:00", "2026-11-02T07:00:00"),  # its last day has 25 hours
        ("2026-03-14T18:00:00", "2027-03-15T06:00:00"),  # its last day has 23
    ],
)
def test_the_yearly_training_ends_with_its_last_day_however_long_that_is(taken: str, over: str) -> None:
    month = timedelta(days=30)
    begins, ends = (datetime.fromisoformat(moment).replace(tzinfo=UTC) for moment in (taken, over))
    with clock.set_to(begins + month):
        ada = person("ada")
    used = ends - 2 * HOUR
    Person.objects.filter(pk=ada.pk).update(last_login=used)
    assert "6.d.ii" not in lacking(ada, ends - TICK)
    assert "6.d.ii" in lacking(ada, ends)
