"""A plate returns after its alert was handled: who learns how, and when it rings again."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings

from plateward.core.audit.models import AuditEntry as Audit
from plateward.field.hotlists.models import HotList
from plateward.field.hotlists.reasons import REASONS
from plateward.ground import clock
from plateward.people.actor import PersonActor
from plateward.people.models import Unit
from plateward.people.testing import person, signed_in
from plateward.testing.hotlist import load_hotlist
from plateward.testing.roadside import Roadside, enroll_reader
from plateward.work.alerts.facts import AlertOutcome, Stage
from plateward.work.alerts.models import Alert, Disposition
from plateward.work.alerts.queue.summary import summary
from plateward.work.alerts.routing.models import Unanswered
from plateward.work.alerts.routing.rules import (
    DISMISSED_OUTCOMES,
    OTHER_VEHICLE_OUTCOMES,
    VEHICLE_REASONS,
    LastHandled,
    silent_until,
)
from plateward.work.alerts.testing import ringing
from plateward.work.alerts.verifying.models import Denial

NOON = datetime(2026, 11, 24, 19, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
TERMS = settings.RINGS_AGAIN_AFTER
pytestmark = pytest.mark.clause("5.b/which")


def until(outcome: AlertOutcome, reason: str = "stolen_vehicle", reader: int = 1) -> datetime | None:
    return silent_until(LastHandled(7, NOON, outcome, reader=1), reason, reader, TERMS)


@pytest.mark.parametrize("reason", sorted(VEHICLE_REASONS))
def test_a_vehicle_that_was_dealt_with_rings_for_no_other_car_until_the_agencys_term_is_over(
    reason: str,
) -> None:
    for outcome in (
        AlertOutcome.ENFORCEMENT,
        AlertOutcome.ENCOUNTER,
        AlertOutcome.NOT_VERIFIED,
        AlertOutcome.STALE,
    ):
        assert until(outcome, reason, reader=2) == NOON + 60 * MINUTE
    assert until(AlertOutcome.INVESTIGATION, reason, reader=2) == NOON + 30 * MINUTE


@pytest.mark.parametrize("reason", sorted(VEHICLE_REASONS))
def test_a_vehicle_that_was_not_located_rings_at_once(reason: str) -> None:
    assert until(AlertOutcome.NOT_LOCATED, reason) is None


OF_PERSONS = [*sorted(REASONS.keys() - VEHICLE_REASONS), "one_that_the_agency_added"]


@pytest.mark.parametrize("outcome", sorted(set(AlertOutcome) - DISMISSED_OUTCOMES))
@pytest.mark.parametrize("reason", OF_PERSONS)
def test_where_a_person_is_in_danger_or_may_be_one_nothing_but_a_dismissal_silences_it(
    reason: str, outcome: AlertOutcome
) -> None:
    assert until(outcome, reason) is None


@pytest.mark.parametrize("outcome", sorted(DISMISSED_OUTCOMES))
@pytest.mark.parametrize("reason", [*OF_PERSONS, "stolen_vehicle"])
def test_a_vehicle_that_was_dismissed_stays_silent_whatever_it_was_listed_for(
    reason: str, outcome: AlertOutcome
) -> None:
    assert until(outcome, reason) == NOON + TERMS[outcome] * MINUTE


@pytest.mark.parametrize("outcome", sorted(OTHER_VEHICLE_OUTCOMES))
def test_another_vehicle_than_the_listed_one_silences_the_reader_that_stands_there_alone(
    outcome: AlertOutcome,
) -> None:
    assert until(outcome, reader=1) == NOON + 10 * MINUTE
    assert until(outcome, reader=2) is None


def test_a_term_of_nothing_silences_nothing() -> None:
    handled = LastHandled(7, NOON, AlertOutcome.ENFORCEMENT, reader=1)
    assert silent_until(handled, "stolen_vehicle", 2, {"enforcement": 0}) is None


# Incoming reads.


@pytest.fixture
def cars(db: None) -> tuple[Roadside, Roadside]:
    """Units 12 and 14, whose people may see all lists."""
    units = [Unit.objects.get_or_create(name=name)[0] for name in ("Unit 12", "Unit 14")]
    return enroll_reader("unit-12", "Unit 12 rear", units[0]), enroll_reader(
        "unit-14", "Unit 14 rear", units[1]
    )


def handle(outcome: AlertOutcome, alert: Alert | None = None) -> Alert:
    """Ada closes it; other tests cover the steps before."""
    alert = alert or Alert.objects.latest("pk")
    Disposition.objects.create(
        alert=alert, by=person("ada"), at=clock.now(), outcome=outcome, narrative="As it was found on I-25."
    )
    Alert.objects.filter(pk=alert.pk).update(stage=Stage.CLOSED)
    return alert


def passes(car: Roadside, after: timedelta = timedelta(seconds=20), **more: Any) -> Alert:
    """A read of the plate this long after now."""
    with clock.set_to(clock.now() + after):
        car.send(car.photo("ABC123", **more))
    return Alert.objects.latest("pk")


def test_the_next_car_is_told_who_handled_it_and_how_and_it_does_not_ring(
    cars: tuple[Roadside, Roadside],
) -> None:
    ours, theirs = cars
    load_hotlist("ABC123")
    passes(ours)
    before = handle(AlertOutcome.ENFORCEMENT)
    alert = passes(theirs)
    assert alert.pk != before.pk
    assert (alert.handled, alert.rings) == (before, False)
    assert alert.silent_until == before.disposition.at + 60 * MINUTE  # type: ignore[union-attr]
    row = summary(alert)
    assert re.fullmatch(r"Handled by Ada Archuleta at \d\d:\d\d: Enforcement action taken", row["handled"])
    assert row["quiet"].startswith("Handled, no alarm until ")
    assert not Unanswered.objects.filter(alert=alert).exists()


def test_queue_and_alert_say_it_and_lead_to_the_alert_before(cars: tuple[Roadside, Roadside]) -> None:
    load_hotlist("ABC123")
    passes(cars[0])
    before = handle(AlertOutcome.ENFORCEMENT)
    alert = passes(cars[1])
    browser = signed_in(person("ben", unit=Unit.objects.get(name="Unit 14")))
    queue = browser.get("/alerts/")
    assert ringing(person("ben")) == []
    assert "Handled by Ada Archuleta" in queue.content.decode()
    page = browser.get(f"/alerts/{alert.pk}/").content.decode()
    assert "Handled by Ada Archuleta" in page
    assert f'<a href="/alerts/{before.pk}/">Alert {before.pk}</a>' in page


@pytest.mark.clause("6.b.i.9/entries")
def test_the_log_says_which_alert_silenced_it(cars: tuple[Roadside, Roadside]) -> None:
    load_hotlist("ABC123")
    passes(cars[0])
    before = handle(AlertOutcome.ENFORCEMENT)
    alert = passes(cars[1])
    leaf = Audit.objects.filter(event="alert.arrive", object=f"alert:{alert.pk}").latest("sequence").leaf
    assert leaf is not None
    assert (leaf.details["handled"], leaf.details["rings"]) == (before.pk, False)


def test_gone_on_arrival_rings_at_once_and_says_it_all_the_same(cars: tuple[Roadside, Roadside]) -> None:
    load_hotlist("ABC123")
    passes(cars[0])
    before = handle(AlertOutcome.NOT_LOCATED)
    alert = passes(cars[1])
    assert (alert.rings, alert.handled, alert.silent_until) == (True, before, None)
    assert summary(alert)["handled"].endswith("Vehicle not located or not stopped")
    assert Unanswered.objects.filter(alert=alert, due_at__isnull=False).exists()


@pytest.mark.parametrize("reason", ["amber_alert", "violent_crime", "officer_safety"])
def test_an_arrest_silences_no_amber_alert_violent_crime_or_officer_safety(
    cars: tuple[Roadside, Roadside], reason: str
) -> None:
    load_hotlist(f"ABC123,NM,{reason},high,")
    passes(cars[0])
    handle(AlertOutcome.ENFORCEMENT)
    alert = passes(cars[1])
    assert alert.rings
    assert "Enforcement action taken" in summary(alert)["handled"]


@pytest.mark.parametrize("outcome", sorted(DISMISSED_OUTCOMES))
def test_the_same_reader_rings_for_no_amber_alert_that_was_dismissed(
    cars: tuple[Roadside, Roadside], outcome: AlertOutcome
) -> None:
    load_hotlist("ABC123,NM,amber_alert,high,")
    passes(cars[0])
    handle(outcome)
    alert = passes(cars[0])
    assert not alert.rings
    assert ringing(person("ada")) == []
    assert not Unanswered.objects.filter(alert=alert).exists()


def test_once_the_term_is_over_it_rings_with_the_next_read(cars: tuple[Roadside, Roadside]) -> None:
    load_hotlist("ABC123")
    passes(cars[0])
    handle(AlertOutcome.ENFORCEMENT)
    silent = passes(cars[1], 55 * MINUTE)
    assert not silent.rings
    again = passes(cars[1], 59 * MINUTE)
    assert (again, again.rings) == (silent, False)
    rung = passes(cars[1], 61 * MINUTE)
    assert (rung, rung.rings) == (silent, True)
    assert Unanswered.objects.filter(alert=rung, due_at__isnull=False).exists()


def test_a_misread_silences_its_own_reader_and_the_listed_vehicle_rings_for_another(
    cars: tuple[Roadside, Roadside],
) -> None:
    ours, theirs = cars
    load_hotlist("ABC123")
    passes(ours)
    handle(AlertOutcome.MISREAD)
    alert = passes(ours)
    assert not alert.rings
    joined = passes(theirs, 2 * MINUTE)
    assert (joined, joined.rings) == (alert, True)


def test_the_last_word_counts_and_not_the_longest_silence(cars: tuple[Roadside, Roadside]) -> None:
    load_hotlist("ABC123")
    passes(cars[0])
    handle(AlertOutcome.ENFORCEMENT)
    silent = passes(cars[1])
    with clock.set_to(clock.now() + 5 * MINUTE):
        handle(AlertOutcome.NOT_LOCATED, silent)
    alert = passes(cars[1], 6 * MINUTE)
    assert (alert.handled, alert.rings) == (silent, True)


def test_what_ncic_said_no_to_does_not_ring_again_seconds_later(cars: tuple[Roadside, Roadside]) -> None:
    load_hotlist("ABC123")
    alert = passes(cars[0])
    cause = Denial.Cause.NO_RECORD
    Denial.objects.create(alert=alert, at=clock.now(), cause=cause, why="NCIC has no record.", closes=True)
    Alert.objects.filter(pk=alert.pk).update(stage=Stage.CLOSED)
    again = passes(cars[1])
    assert (again.handled, again.rings) == (alert, False)
    assert re.fullmatch(r"Handled by the hub at \d\d:\d\d: NCIC has no record", summary(again)["handled"])


def test_another_entry_of_the_plate_rings_and_is_told_nothing(cars: tuple[Roadside, Roadside]) -> None:
    load_hotlist("ABC123")
    passes(cars[0])
    handle(AlertOutcome.ENFORCEMENT)
    load_hotlist("ABC123,NM,stolen_plate,high,", name="Another list")
    passes(cars[1])
    other = Alert.objects.get(entry__hotlist__name="Another list")
    assert (other.rings, other.handled) == (True, None)


def test_the_day_after_nothing_is_said_of_it(cars: tuple[Roadside, Roadside]) -> None:
    load_hotlist("ABC123")
    passes(cars[0])
    handle(AlertOutcome.ENFORCEMENT)
    alert = passes(cars[1], timedelta(hours=13))
    assert (alert.rings, alert.handled, summary(alert)["handled"]) == (True, None, "")


@pytest.mark.clause("6.c.ii/lists")
def test_whom_the_alert_is_shared_with_reads_how_and_gets_no_link_to_the_other(
    cars: tuple[Roadside, Roadside],
) -> None:
    from plateward.work.alerts.sharing.actions import share

    load_hotlist("ABC123")
    HotList.objects.get().units.set([Unit.objects.get(name="Unit 14")])
    ben, dario = person("ben", unit=Unit.objects.get(name="Unit 14")), person("dario")
    passes(cars[0])
    handle(AlertOutcome.ENFORCEMENT)
    alert = passes(cars[1])
    actor = PersonActor.of(ben)
    share(actor, alert, dario, "Compare the dent in the left door with the van of case 2026-114.", 1)
    page = signed_in(dario).get(f"/alerts/{alert.pk}/").content.decode()
    assert "Handled by Ada Archuleta" in page
    assert f"/alerts/{alert.handled_id}/" not in page


# What the reader receives.


@pytest.fixture
def receipt(cars: tuple[Roadside, Roadside]) -> Callable[[], Any]:
    """Unit 14's receipt for a read of the plate that Ada just handled."""

    def send() -> Any:
        passes(cars[0])
        handle(AlertOutcome.ENFORCEMENT)
        with clock.set_to(clock.now() + 5 * MINUTE):
            return cars[1].send(cars[1].photo("ABC123"))

    return send


def test_the_receipt_tells_the_reader(receipt: Callable[[], Any]) -> None:
    load_hotlist("ABC123")
    (handled,) = receipt().handled
    alert = Alert.objects.latest("pk")
    assert (handled.read, handled.entry, handled.silent_until) == (
        alert.read,
        alert.entry_id,
        alert.silent_until,
    )
    assert "Enforcement action taken" in handled.words


@pytest.mark.clause("6.c.ii/lists")
def test_the_receipt_tells_nothing_of_a_covert_list(receipt: Callable[[], Any]) -> None:
    load_hotlist("ABC123")
    HotList.objects.update(covert=True)
    assert receipt().handled == []
    assert Alert.objects.latest("pk").handled is not None
