"""What releases evidence: each of its cases over, and an order signed after all of that."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connection

from plateward.core.audit.models import AuditEntry
from plateward.field.reads import destruction
from plateward.field.reads.store.partitions import TABLES, number_of
from plateward.ground import clock
from plateward.ground.policy.decision import Allow, Refused
from plateward.people.testing import acting, person
from plateward.work.alerts.closing.models import Review
from plateward.work.alerts.holds import hits_on
from plateward.work.alerts.models import Act, Alert, Disposition, Sighting
from plateward.work.evidence.dems.models import Duty, DutyStep
from plateward.work.retention import ordering
from plateward.work.retention.deciding import CaseEnd, CaseOutcome, SignedOrder, still_orders
from plateward.work.retention.models import DestructionOrder, OrderItem
from plateward.work.retention.ordering import waits_of
from plateward.work.retention.tests.conftest import Agency

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.clause("6.h.ii/enforcement", "6.h.ii/order", "6.b.i.2/hold"),
    pytest.mark.both_databases,
]
WHY, COURT = "The court ordered it in its judgment.", "Third Judicial District Court"
FIRST, SECOND = "D-307-CR-2026-00001", "D-307-CR-2026-00002"


@pytest.fixture
def alert(agency: Agency) -> Alert:
    """Evidence, whose reads outlived the rest of their day, tagged with the first case."""
    alert = agency.alert("ABC123")
    with agency.later():
        Act.objects.create(alert=alert, kind="enforcement", by=person("ada"), at=clock.now())
    agency.run(31)
    return alert


def adjudicate(number: str, alert: Alert | None = None, outcome: CaseOutcome = CaseOutcome.CONVICTED) -> None:
    on = clock.now().date()
    ordering.record_adjudication(acting("iris"), number, COURT, outcome, on, alert.pk if alert else None)


def sign(alert: Alert) -> DestructionOrder:
    return ordering.sign_order(acting("hector"), [alert.pk], "Order 7 of 2027", WHY)


def export(alert: Alert, *steps: tuple[str, str]) -> None:
    """A duty with these steps: kind and number."""
    by, at = person("ada"), clock.now()
    duty = Duty.objects.create(alert=alert, by=by, at=at, number=FIRST, due_at=at)
    for kind, number in steps:
        item = {"item": "DEMS-1", "exported_at": at} if number else {}
        DutyStep.objects.create(duty=duty, kind=kind, by=by, at=at, number=number, **item)


def test_evidence_in_dems_under_several_cases_needs_each_of_them_over(agency: Agency, alert: Alert) -> None:
    with agency.later(190):
        export(
            alert,
            ("exported", FIRST),
            ("confirmed", ""),
            ("resumed", ""),
            ("exported", "2026-99999"),  # a typing error, which the supervisor returned
            ("returned", ""),
            ("accepted", SECOND),
        )
        adjudicate(SECOND)
        with pytest.raises(Refused, match=f"case {FIRST} is not adjudicated"):
            sign(alert)
        adjudicate(FIRST)
        order = sign(alert)
        adjudicate(FIRST, outcome=CaseOutcome.REOPENED)
        assert waits_of([order])[order.pk][0] == f"case {FIRST} reopened"
    agency.run(200)
    assert agency.stored() == {"ABC123"}
    with agency.later(210):
        adjudicate(FIRST)
        sign(alert)  # the first order is stale, and needs no revocation
    agency.run(211)
    assert agency.stored() == set()


def test_what_a_court_decided_before_a_read_was_taken_releases_nothing(agency: Agency, alert: Alert) -> None:
    with agency.later(-1):
        adjudicate(FIRST, alert)  # by this number, which a case went by then
    with agency.later(190):
        with pytest.raises(Refused, match=f"case {FIRST} is not adjudicated"):
            sign(alert)
        assert ordering.cases_without_outcome(Alert.objects.filter(pk=alert.pk)) == [FIRST]
        adjudicate(FIRST)
        sign(alert)


def test_a_sighting_after_the_end_needs_an_end_of_its_own(agency: Agency, alert: Alert) -> None:
    with agency.later(40):
        adjudicate(FIRST, alert)
    later = agency.start + timedelta(days=41)
    Sighting.objects.create(
        alert=alert, reader=alert.reader, read=UUID(int=41), captured_at=later, seen_at=later
    )
    with agency.later(190):
        with pytest.raises(Refused, match=f"case {FIRST} is not adjudicated"):
            sign(alert)
        adjudicate(FIRST)
        sign(alert)


def test_an_order_is_not_for_what_people_did_after_it(agency: Agency, alert: Alert) -> None:
    with agency.later(190):
        adjudicate(FIRST, alert)
        order = sign(alert)
        with pytest.raises(Refused, match="already has a destruction order"):
            sign(alert)
    with agency.later(191):
        Act.objects.create(alert=alert, kind="investigation", by=person("ben"), at=clock.now())
    agency.run(192)
    assert agency.stored() == {"ABC123"}
    with agency.later(193):
        [waits] = waits_of([order])[order.pk]
        assert f"The alert was acted upon after {order} (Order 7 of 2027) was signed" in waits
        sign(alert)
    agency.run(194)
    assert agency.stored() == set()


def lose(day: date) -> None:
    """Behind the hub's back."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for table in TABLES:
                cursor.execute(f"DROP TABLE {table}_{number_of(day)}")
        return
    for path in (settings.DATA / "reads").glob(f"{day}*"):
        path.unlink()


def test_an_order_is_not_carried_out_by_losing_the_reads(agency: Agency, alert: Alert) -> None:
    with agency.later(190):
        adjudicate(FIRST, alert)
        order = sign(alert)
    lose(alert.captured_at.date())
    problem = agency.run(191).problem
    assert problem.count("are missing") == 2, problem  # the day's, and the order's
    assert f"{order}: " in problem
    assert OrderItem.objects.get(order=order).done_at is None


def test_when_an_order_was_carried_out_is_on_the_log(agency: Agency, alert: Alert) -> None:
    with agency.later(190):
        adjudicate(FIRST, alert)
        order = sign(alert)
    switch, ends = destruction.switch, agency.start + timedelta(days=191, minutes=40)
    with pytest.MonkeyPatch.context() as patch:

        def slow(*given: Any, **more: Any) -> Any:
            patch.setattr(clock, "now", lambda: ends)
            return switch(*given, **more)

        patch.setattr(destruction, "switch", slow)
        agency.run(191)
    assert OrderItem.objects.get(order=order).done_at == ends
    entry = AuditEntry.objects.get(event="order.complete", object=f"order:{order.pk}")
    assert entry.leaf
    assert entry.leaf.details["alert"] == alert.pk


def test_whoever_recorded_an_end_signs_no_order_and_every_end_is_before_it() -> None:
    now = clock.now()
    order = SignedOrder("Destruction order 1", now, "person:hector")
    before, after = now - timedelta(days=1), now + timedelta(days=1)
    ends = [CaseEnd(before, "person:iris"), CaseEnd(now, "person:gloria")]
    assert still_orders(order, ends, before) == Allow()
    for changed, acted_at, why in (
        ([*ends, CaseEnd(after, "person:iris")], before, "A case ended again after"),
        (ends, after, "acted upon after"),
        ([*ends, CaseEnd(before, "person:hector")], before, "by the person who recorded"),
    ):
        assert why in str(still_orders(order, changed, acted_at))


def test_of_dispositions_the_last_says_whether_a_hit_is_evidence(agency: Agency) -> None:
    alert, by = agency.alert("ABC123"), person("ada")

    def acted_at() -> set[object]:
        return {hit.acted_at for hit in hits_on(alert.captured_at.date()) if hit.alert == alert.pk}

    def dispose(outcome: str, hours: int) -> Disposition:
        at = agency.start + timedelta(hours=hours)
        return Disposition.objects.create(alert=alert, outcome=outcome, narrative=WHY, by=by, at=at)

    assert acted_at() == {None}
    first = dispose("enforcement", 1)
    assert acted_at() == {first.at}
    Review.objects.create(disposition=first, returned=True, by=person("carla"), at=clock.now(), words=WHY)
    assert acted_at() == {first.at}  # until it is completed, nobody knows better
    dispose("no_action", 2)
    assert acted_at() == {None}
    assert not ordering.evidence_alerts().filter(pk=alert.pk).exists()
    act = Act.objects.create(alert=alert, kind="investigation", by=by, at=agency.start)
    assert acted_at() == {act.at}
