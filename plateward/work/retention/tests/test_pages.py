"""The pages: what is kept until when, the schedule, holds, orders and certificates."""

import re
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from plateward.field.reads.term import reads_kept
from plateward.ground import clock
from plateward.ground.policy.evidence import Fact
from plateward.people import days
from plateward.people.notices.kinds import Kind
from plateward.people.notices.models import Notice
from plateward.people.testing import acting, person, signed_in
from plateward.work.alerts.models import Act, Alert
from plateward.work.retention import holding, ordering
from plateward.work.retention.cli import _lines
from plateward.work.retention.deciding import CaseOutcome
from plateward.work.retention.evidence import facts
from plateward.work.retention.models import (
    Adjudication,
    DayStanding,
    Destruction,
    DestructionOrder,
    Hold,
    Run,
    Schedule,
)
from plateward.work.retention.ordering import waits_of
from plateward.work.retention.run import preview
from plateward.work.retention.tests.conftest import Agency

pytestmark = pytest.mark.django_db
WHY = "Counsel's letter of November 3 asks for it."
TERMS = {
    "reads_days": 60,
    "reads_basis": "Order 2026-9",
    "hits_days": 180,
    "hits_basis": "OPR:50 6.h.ii",
    "permits_days": 1095,
    "permits_basis": "NMAC 1.21.2.507",
    "why": WHY,
}


def html(client: Any, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer
    return str(answer.content.decode())


@pytest.mark.both_databases
@pytest.mark.clause("6.h.i/terms", "6.h.ii/reads", "4.b/schedule", "6.c.i.1/role")
def test_the_chief_approves_a_schedule_and_intake_follows_it() -> None:
    gloria, hector = signed_in(person("gloria")), signed_in(person("hector"))
    assert reads_kept() == timedelta(days=30)
    short = gloria.post("/retention/schedule/propose/", TERMS | {"reads_days": 29})
    assert short.status_code == 409
    assert "at least 30 days" in short.content.decode()
    assert gloria.post("/retention/schedule/propose/", TERMS).status_code == 302
    schedule = Schedule.objects.get()
    assert reads_kept() == timedelta(days=30)
    assert Notice.objects.filter(kind=Kind.SCHEDULE_DECIDE, to__username="hector").count() == 1
    path = f"/retention/schedule/{schedule.pk}/"
    assert gloria.post(f"{path}decide/", {"approve": "yes"}).status_code == 403
    assert "NMAC 1.21.2.507" in html(hector, path)
    assert hector.post(f"{path}decide/", {"approve": "yes"}).status_code == 302
    assert reads_kept() == timedelta(days=60)
    page = html(gloria, "/retention/")
    assert "Order 2026-9" in page
    assert "1,095" in page
    facts_by_row: dict[str, Fact] = {row: fact for fact in facts() for row in fact.rows}
    assert facts_by_row["4.b"].figures["days"] == 1095
    with pytest.raises(DatabaseError), transaction.atomic():
        Schedule.objects.update(note="Another.")


@pytest.mark.both_databases
@pytest.mark.clause("6.h.i/terms", "6.b.i.2/hold")
def test_a_hold_says_what_it_covers_and_its_owner_is_reminded(agency: Agency) -> None:
    carla, ben = signed_in(person("carla")), signed_in(person("ben"))
    since = days.day_of(agency.start)
    given = {"plate": "PLAIN1", "since": since, "until": since, "basis": "2026-00412", "reason": WHY}
    given["review_on"] = days.today() + timedelta(days=20)
    page = carla.post("/retention/holds/place/?kind=plate", given, follow=True).content.decode()
    hold = Hold.objects.get()
    assert "is placed. See below what it covers now" in page
    other = given | {"plate": "n0s uch"}  # as it is written
    assert carla.post("/retention/holds/place/?kind=plate", other).status_code == 302
    assert Hold.objects.latest("pk").plate == "N0SUCH"
    assert ben.get(f"/retention/holds/{hold.pk}/").status_code == 403
    assert signed_in(person("iris")).get(f"/retention/holds/{hold.pk}/").status_code == 404
    for wrong in ({"kind": "alert"}, {"kind": "camera"}, {"kind": "place"}, {"kind": "case"}):
        assert carla.post(f"/retention/holds/place/?kind={wrong['kind']}", {"basis": "x"}).status_code == 422
    assert holding.remind() == 0
    person("gloria")
    with agency.later(15):
        assert holding.remind() == 2
        assert holding.remind() == 0
    path = f"/retention/holds/{hold.pk}/"
    again = {"next_on": days.today() + timedelta(days=60), "note": WHY}
    assert carla.post(f"{path}review/", again).status_code == 302
    with agency.later(40):
        assert holding.remind() == 1  # the other one: overdue, the administrators hear of it
    overdue = Notice.objects.filter(kind=Kind.HOLD_REMIND, to__username="gloria")
    assert "until then it holds" in overdue.get().text
    assert carla.post(f"{path}lift/", {"reason": "no"}).status_code == 409
    assert carla.post(f"{path}lift/", {"reason": WHY}).status_code == 302
    assert Hold.objects.live().count() == 1
    with pytest.raises(DatabaseError), transaction.atomic():
        Hold.objects.filter(pk=hold.pk).update(lifted_at=None)


@pytest.mark.both_databases
@pytest.mark.clause("6.h.ii/held")
def test_a_clock_that_was_set_forward_and_back_silences_no_reminder(agency: Agency) -> None:
    hold = agency.hold("PLAIN1")
    with agency.later(1000):
        assert holding.remind() == 1
    with clock.set_to(datetime.combine(hold.next_review, time(12), UTC)):
        assert holding.remind() == 1, "the entry from the day that has not come says nothing"
        assert holding.remind() == 0


@pytest.mark.both_databases
@pytest.mark.clause("6.h.ii/enforcement", "6.h.ii/order", "6.c.i.1/role", "6.a.i.2/own")
def test_an_order_needs_the_adjudication_and_the_chief(agency: Agency) -> None:
    alert: Alert = agency.alert("ABC123")
    Act.objects.create(alert=alert, kind="enforcement", by=person("ada"), at=agency.start)
    iris, hector = signed_in(person("iris")), signed_in(person("hector"))
    order = {"alert": str(alert.pk), "document": "Order 7 of 2027", "reason": WHY}
    assert iris.post("/retention/orders/sign/", order).status_code == 403
    early = hector.post("/retention/orders/sign/", order)
    assert early.status_code == 409
    assert "cannot be destroyed yet: no case tags it." in early.content.decode()
    case = {
        "number": "D-307-2026-1",
        "outcome": "acquitted",
        "court": "Third District",
        "decided_on": days.today(),
    }
    assert iris.post("/retention/evidence/adjudicate/", case).status_code == 409
    named = case | {"alert": alert.pk}
    assert iris.post("/retention/evidence/adjudicate/", named).status_code == 302
    assert Adjudication.objects.get().alert == alert
    assert "Adjudicated" in html(hector, "/retention/evidence/")
    reopened = named | {"outcome": "reopened", "alert": ""}
    assert iris.post("/retention/evidence/adjudicate/", reopened).status_code == 302
    link = "?number=D-307-2026-1"
    assert f'adjudicate/{link}"' in html(hector, "/retention/evidence/")
    assert link in html(hector, "/retention/evidence/adjudicate/")
    assert iris.post("/retention/evidence/adjudicate/", named | {"alert": ""}).status_code == 302
    assert link not in html(hector, "/retention/evidence/adjudicate/")
    box = f'name="alert" value="{alert.pk}"'
    assert box in html(hector, "/retention/orders/sign/")
    assert box in html(hector, "/retention/orders/sign/?case=307-2026")
    assert box not in html(hector, "/retention/orders/sign/?case=308")
    assert box not in html(hector, f"/retention/orders/sign/?until={days.today() - timedelta(days=2000)}")
    none = hector.post("/retention/orders/sign/", order | {"alert": []})
    assert (none.status_code, "names no evidence" in none.content.decode()) == (409, True)
    assert hector.post("/retention/orders/sign/", order).status_code == 302
    made = DestructionOrder.objects.get()
    assert box not in html(hector, "/retention/orders/sign/")
    assert hector.post("/retention/orders/sign/", order).status_code == 409
    assert hector.post(f"/retention/orders/{made.pk}/revoke/", {"reason": WHY}).status_code == 302
    assert "Revoked" in html(hector, "/retention/orders/")
    signed = hector.post("/retention/orders/sign/", order, follow=True).content.decode()
    assert "signed for 1 alert. It takes effect" in signed
    path = f"/retention/orders/{DestructionOrder.objects.latest('pk').pk}/"
    assert html(hector, path).count("term ends") == 1  # the longest
    last = DestructionOrder.objects.latest("pk").pk
    assert f"Nothing. Order {last} signed; term ends" in html(hector, "/retention/evidence/")
    agency.run(31)
    hold = Hold.objects.create(
        kind="alert", alert=alert, reason=WHY, basis="1", owner=person("iris"), review_on=days.today()
    )
    with agency.later(200):
        made = DestructionOrder.objects.latest("pk")
        assert waits_of([made]) == {made.pk: [str(hold)]}
        number, court, on = "D-307-2026-1", "Court of Appeals", agency.start.date()
        ordering.record_adjudication(acting("iris"), number, court, CaseOutcome.REOPENED, on)
        assert waits_of([made]) == {made.pk: [f"case {number} reopened", str(hold)]}
        ordering.record_adjudication(acting("iris"), number, court, CaseOutcome.CONVICTED, on)
        holding.lift_hold(acting("iris"), hold, WHY)
        assert "a new destruction order" in waits_of([made])[made.pk][0]
        ordering.revoke_order(acting("hector"), made, WHY)
        made = ordering.sign_order(acting("hector"), [alert.pk], "Order 8 of 2027", WHY)
        assert waits_of([made]) == {made.pk: []}
    agency.run(201)
    made = DestructionOrder.objects.latest("pk")
    assert made.done
    assert "destroyed by" in html(hector, f"/retention/orders/{made.pk}/")


@pytest.mark.both_databases
@pytest.mark.clause("6.h.ii/destruction", "MP-6/recorded")
def test_the_page_shows_what_goes_next_and_the_certificate_prints(agency: Agency) -> None:
    nora, gloria = signed_in(person("nora")), signed_in(person("gloria"))
    page = html(nora, "/retention/")
    assert "Next to be destroyed" in page
    assert "Kept until someone acts" not in page
    assert "1: Reads with a hit: 180 days (OPR:50 6.h.ii), until" in re.sub("</?a[^>]*>", "", page)
    assert "Confirm today’s date and" not in page
    with agency.later(40):
        from plateward.work.retention.run import run_daily

        run_daily()
        page = html(signed_in(person("gloria")), "/retention/")
        assert "The last run stopped" in page
        assert "Confirm today’s date and destroy due reads" in page
        # The day is due: what it shows is what goes now, and the hit that stays.
        standing = DayStanding.objects.get()
        assert standing.goes == [["Reads: 30 days (OPR:50 6.h.ii)", None]]
        assert [(why, number) for why, number, _ in standing.stays] == [
            ("Reads with a hit: 180 days (OPR:50 6.h.ii)", 1)
        ]
    gloria = signed_in(person("gloria"))  # by a clock that was set back
    page = html(gloria, "/retention/")
    assert "The last run stopped" in page
    assert "Confirm today’s date and" not in page  # it would not help
    assert nora.post("/retention/confirm/").status_code == 403
    assert gloria.post("/retention/confirm/").status_code == 302
    agency.run(40, hours=2)
    row = Destruction.objects.get()
    assert "Certificate of destruction" in html(nora, row.get_absolute_url())
    assert f"Certificate {row.pk}" in html(nora, "/retention/certificates/")
    answer = nora.get(f"{row.get_absolute_url()}file/")
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    assert Run.objects.latest("pk").problem == ""
    with pytest.raises(DatabaseError), transaction.atomic():
        Destruction.objects.update(reads=0)
    assert clock.now() < agency.start + timedelta(days=40)


def test_what_only_people_release_is_listed_with_its_hold(agency: Agency) -> None:
    gloria, nora = signed_in(person("gloria")), signed_in(person("nora"))
    hold = Hold.objects.create(
        kind="plate",
        plate="PLAIN1",
        since=agency.start - timedelta(days=2),
        until=days.start_of(days.day_of(agency.start) + timedelta(days=1)),
        reason=WHY,
        basis="1",
        owner=person("gloria"),
        review_on=days.today(),
    )
    with agency.later():
        agency.send("PLAIN2")
    with agency.later(31):
        lines = _lines(preview(), dry_run=True)
        assert lines[1] == (
            f"{agency.start:%Y-%m-%d}: 1 reads to destroy (Reads: 30 days, OPR:50 6.h.ii). 2 kept:"
        )
    agency.run(31)
    agency.run(181)
    row = Destruction.objects.latest("pk")
    page = html(gloria, "/retention/")
    assert "Kept until someone acts" in page
    assert f'<a href="{hold.get_absolute_url()}">{hold}</a>' in page
    assert hold.get_absolute_url() not in html(nora, "/retention/")
    first, last = (clock.format_day(days.day_of(agency.start - timedelta(days=n))) for n in (2, 0))
    assert f"{first} through {last}" in html(gloria, hold.get_absolute_url())
    certificate = html(nora, row.get_absolute_url())
    assert f"Reads of {clock.format_day(row.day)} (UTC)" in certificate
