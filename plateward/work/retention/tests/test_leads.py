"""Leads on their way into a case are held until DEMS has them, or somebody decides otherwise."""

from collections.abc import Iterator

import pytest

from plateward.field.reads.store import ReadKey
from plateward.ground import clock
from plateward.ground.policy.decision import Refused
from plateward.people.models import Person
from plateward.people.notices.models import Notice
from plateward.people.permissions import Role
from plateward.people.testing import acting, person, signed_in
from plateward.simulators.dems import DemsSimulator
from plateward.testing.served import dems as served
from plateward.work.alerts.leaving import Release, Vetting, enter_case
from plateward.work.evidence.dems import sending
from plateward.work.evidence.dems.models import FILES, Duty
from plateward.work.retention import holding
from plateward.work.retention.covering import coverage
from plateward.work.retention.models import Hold
from plateward.work.retention.tests.conftest import Agency

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.both_databases,
    pytest.mark.clause("6.e.iii/folder", "6.b.i.2/hold"),
]
CASE = "2026-00412"
WHY = "The driver came forward; the case needs no read."


@pytest.fixture
def dems() -> Iterator[DemsSimulator]:
    with served() as running:
        yield running
    for id in FILES.kept():
        FILES.erase(id)


def bring_in(agency: Agency, plate: str) -> Duty:
    """Ada, whom Carla leads, brings a read into a case."""
    Person.objects.filter(pk=person("ada").pk).update(supervisor=person("carla"))
    read = agency.photos[plate].read
    with agency.later(hours=1):
        release = Release(CASE, "dems", vetting=Vetting("Ada Archuleta", clock.now(), "image"))
        enter_case(acting("ada"), release, reads=[ReadKey(read.captured_at.date(), read.id)])
    return Duty.objects.get()


def test_leads_outlive_their_term_until_dems_has_them(agency: Agency, dems: DemsSimulator) -> None:
    bring_in(agency, "PLAIN1")
    hold = Hold.objects.live().get()
    assert (str(hold.owner), hold.covers) == ("Carla Chavez", f"1 read for case {CASE}")
    with agency.later(2):
        assert coverage(hold, hold.owner).text == "It covers 1 read now."
    agency.run(40)
    assert "PLAIN1" in agency.stored()
    with agency.later(41):
        assert sending.send_packages() == 1
    hold.refresh_from_db()
    assert (hold.lifted_by, hold.lifted_reason) == ("system:hub", "Acknowledged by DEMS")
    agency.run(42)
    assert "PLAIN1" not in agency.stored()


def test_after_a_month_somebody_decides_whether_leads_are_still_held(
    agency: Agency, dems: DemsSimulator
) -> None:
    duty = bring_in(agency, "PLAIN1")
    hold, gloria = Hold.objects.get(), person("gloria")

    def notified() -> set[str]:
        rows = Notice.objects.filter(kind="hold.remind", settled_at=None)
        return set(rows.values_list("to__username", flat=True))

    with agency.later(20):
        assert (holding.remind(), notified()) == (0, set())
    with agency.later(25):
        assert (holding.remind(), notified()) == (1, {"carla"})
    with agency.later(33):
        assert (holding.remind(), notified()) == (1, {"carla", gloria.username})
        with pytest.raises(Refused, match="not the owner"):
            holding.lift_hold(acting("iris"), hold, WHY)
        page = signed_in(person("carla")).get(f"/retention/holds/{hold.pk}/").content.decode()
        assert "Leads that enter a case through DEMS" in page
        assert "This ends the export to DEMS" in page
        holding.lift_hold(acting("carla"), hold, WHY)
    assert notified() == set()
    assert not Duty.objects.open().exists()
    assert [step.kind for step in duty.steps.all()] == ["vetted", "started", "dropped"]
    with agency.later(34):
        assert sending.send_packages() == 0
    assert not dems.items
    agency.run(35)
    assert "PLAIN1" not in agency.stored()


def test_leads_that_were_given_up_and_come_again_are_held_again(agency: Agency) -> None:
    """And nobody places such a hold by hand."""
    duty = bring_in(agency, "PLAIN1")
    first = Hold.objects.get()
    holding.lift_hold(acting("carla"), first, WHY)
    again = bring_in(agency, "PLAIN1")
    assert again == duty
    assert Hold.objects.live().get() != first
    page = signed_in(person("nora", role=Role.SUPERVISOR)).get("/retention/holds/place/?kind=export")
    assert "Alert number" in page.content.decode()
