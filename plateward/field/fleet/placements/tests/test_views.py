"""The pages of placements."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.db import DatabaseError, transaction
from django.test import Client

from plateward.field.fleet.models import Deployment, DeploymentDecision, ExclusionZone, Reader
from plateward.field.fleet.placements import actions
from plateward.field.fleet.placements.models import Assignment, Transfer
from plateward.field.fleet.testing import deployed
from plateward.field.fleet.where import Basis
from plateward.ground import clock
from plateward.ground.policy.decision import Refused
from plateward.people.actor import PersonActor
from plateward.people.models import District, Person, Unit
from plateward.people.permissions import Role
from plateward.people.testing import acting, person, signed_in

pytestmark = pytest.mark.django_db
PAGE = "/fleet/placements/"


@pytest.fixture
def noon() -> Iterator[None]:
    with clock.set_to(datetime(2026, 5, 4, 12, tzinfo=ZoneInfo(settings.TIME_ZONE))):
        yield


@pytest.fixture
def gloria() -> Client:
    return signed_in(person("gloria"))


@pytest.fixture
def far(reader: Reader) -> Unit:
    return Unit.objects.create(name="Unit 90", district=District.objects.create(name="District 9"))


def text(browser: Client, url: str = PAGE) -> str:
    return " ".join(browser.get(url).content.decode().split())


@pytest.mark.clause("6.e.v/transfer")
def test_a_transfer_is_requested_and_the_chief_decides_it_on_the_readers_page(
    gloria: Client, reader: Reader, far: Unit
) -> None:
    own = f"{PAGE}{reader.pk}/"
    asked = {"to": far.pk, "vehicle": "Car 4411", "reason": "Vehicle thefts there tripled."}
    assert gloria.post(f"{own}transfer", asked | {"vehicle": ""}).status_code == 422
    assert gloria.post(f"{own}transfer", asked).status_code == 302
    transfer = Transfer.objects.get()
    assert "The reader stays where it is until they decide" in text(gloria, own)
    chief = signed_in(person("hector"))
    assert "Waiting for command staff" in text(chief)
    assert 'value="yes"' in text(chief, own)
    decision = {"approved": "no", "answer": "", "seen": reader.unit_id}
    refused = chief.post(f"{PAGE}transfers/{transfer.pk}/decide", decision)
    assert (refused.status_code, "State why it stays" in refused.content.decode()) == (409, True)
    chief.post(f"{PAGE}transfers/{transfer.pk}/decide", decision | {"approved": "yes"})
    assert Reader.objects.get().unit == far
    assert "Approved" in text(gloria, own)


@pytest.mark.clause("6.e.v/transfer")
def test_to_another_area_the_page_of_readers_moves_nothing(gloria: Client, reader: Reader, far: Unit) -> None:
    done = gloria.post(f"/fleet/{reader.pk}/unit", {"unit": far.pk}, follow=True)
    assert "District 9 is not this reader&#x27;s area, Unit 12." in done.content.decode()
    assert Reader.objects.get().unit == reader.unit


@pytest.mark.parametrize("unit", ["no unit", "987654321", "²", None])
def test_a_unit_that_is_none_takes_no_reader_from_its_own(
    gloria: Client, reader: Reader, unit: str | None
) -> None:
    done = gloria.post(f"/fleet/{reader.pk}/unit", {} if unit is None else {"unit": unit}, follow=True)
    assert "This unit is no longer there. Choose another one, or none." in done.content.decode()
    assert Reader.objects.get().unit == reader.unit
    gloria.post(f"/fleet/{reader.pk}/unit", {"unit": ""})
    assert Reader.objects.get().unit is None


@pytest.mark.clause("6.e.v/person")
def test_the_vehicle_is_assigned_and_the_list_says_when_it_is_to_be_reassigned(
    gloria: Client, reader: Reader, ada: Person, far: Unit
) -> None:
    outside = gloria.post(f"{PAGE}{reader.pk}/assign", {"person": person("ben", unit=far).pk})
    assert (outside.status_code, "not in the reader&#x27;s area" in outside.content.decode()) == (409, True)
    gloria.post(f"{PAGE}{reader.pk}/assign", {"person": ada.pk})
    assert Assignment.objects.get().person == ada
    assert "Reassign" not in text(gloria)
    Person.objects.filter(pk=ada.pk).update(rank="Lieutenant")
    assert 'Reassign</span> <span class="quiet">was promoted' in text(gloria)


@pytest.mark.both_databases
@pytest.mark.clause("6.a.ii.1/basis", "6.a.ii.1/zones", "6.b.i.5/locations")
@pytest.mark.usefixtures("noon")
def test_deployments_and_zones_are_recorded_and_ended(reader: Reader) -> None:
    gloria = signed_in(person("gloria"))
    sent = {
        "place": "Lot behind the house",
        "basis": "order",
        "grounds": "Second Judicial District Court, warrant 26-114.",
        "begins_at": "2026-05-04T12:00",
        "ends_at": "",
    }
    own = f"{PAGE}{reader.pk}/"
    assert "records again only under a new deployment" in text(gloria, own)
    refused = gloria.post(f"{own}deploy", sent)
    assert (refused.status_code, "warrant has an end" in refused.content.decode()) == (409, True)
    ends = {"ends_at": "2026-05-13T12:00"}
    half = gloria.post(f"{own}deploy", sent | ends | {"lat": "35.08", "radius_m": "150"})
    assert (half.status_code, "Enter all three, or none." in half.content.decode()) == (422, True)
    gloria.post(f"{own}deploy", sent | ends | {"lat": "35.08", "lon": "-106.65", "radius_m": "150"})
    made = Deployment.objects.get(basis="order")
    signed_in(person("hector")).post(
        f"{PAGE}deployments/{made.pk}/approve", {"approved": "yes", "answer": ""}
    )
    assert (made.area.lat, made.area.lon, made.area.radius_m) == (35.08, -106.65, 150)
    assert "150 m around 35.08000, -106.65000" in text(gloria, own)
    assert "35.08000" not in text(signed_in(person("frank")), own)  # nor does he see its grounds
    assert "Lot behind the house" in text(gloria)
    assert "On patrol" not in text(gloria)  # the order has ended it
    for ended in Deployment.objects.filter(ended_at=None):
        gloria.post(f"{PAGE}deployments/{ended.pk}/end", {"reason": "It is off the road from today."})
    assert "every read is dropped" in text(gloria)
    made.refresh_from_db()
    assert made.ended_by == "person:gloria"
    zone = {
        "name": "Clinic",
        "kind": "health",
        "lat": "35.08",
        "lon": "-106.65",
        "radius_m": 150,
        "reason": "Its entrance alone.",
    }
    assert gloria.post(f"{PAGE}zones/", zone | {"radius_m": 90_000}).status_code == 409
    gloria.post(f"{PAGE}zones/", zone)
    assert "Exclusion zones: 1" in text(gloria)
    gloria.post(f"{PAGE}zones/{ExclusionZone.objects.get().pk}/end", {"reason": "The clinic moved away."})
    assert "Exclusion zones: 0" in text(gloria)
    assert "The clinic moved away." in text(gloria, f"{PAGE}zones/")


@pytest.mark.clause("6.b.i.8/matrix", "6.a.ii.1/basis", "6.a.ii.1/zones")
def test_who_may_do_what(reader: Reader) -> None:
    for name, index, deploy, transfer in (
        ("ada", 403, 403, 403),
        ("frank", 200, 403, 422),
        ("gloria", 200, 422, 422),
        ("hector", 200, 403, 403),
    ):
        browser = signed_in(person(name))
        assert browser.get(PAGE).status_code == index
        assert browser.post(f"{PAGE}{reader.pk}/deploy", {}).status_code == deploy
        assert browser.post(f"{PAGE}{reader.pk}/transfer", {}).status_code == transfer


@pytest.mark.clause("6.b.i.5/results")
def test_the_chief_documents_a_significant_incident(gloria: Client, reader: Reader) -> None:
    chief, own = signed_in(person("hector")), f"{PAGE}{reader.pk}/"
    happened = {
        "happened_at": "2026-05-04T10:30",
        "number": "26-000412",
        "text": "A pursuit ended at the bridge.",
    }
    assert chief.post(f"{own}incident", happened | {"happened_at": "2999-05-04T10:30"}).status_code == 409
    assert gloria.post(f"{own}incident", happened).status_code == 403
    chief.post(f"{own}incident", happened)
    assert "26-000412" in text(gloria, own)
    assert "A pursuit ended at the bridge." in text(gloria, own)


@pytest.mark.clause("6.c.ii/cases")
def test_it_support_reads_neither_incidents_nor_the_grounds_of_a_court_order(
    gloria: Client, reader: Reader
) -> None:
    actions.record_incident(
        acting("hector"), reader, clock.now(), "A pursuit ended at the bridge.", "26-000412"
    )
    begins, ends = clock.now(), clock.now() + timedelta(days=9)
    grounds = "Second Judicial District Court, warrant 26-114."
    deployed(reader, "The lot", Basis.COURT_ORDER, grounds, begins, ends)
    own = f"{PAGE}{reader.pk}/"
    known = text(gloria, own)
    assert "A pursuit ended" in known
    assert grounds in known
    limited = text(signed_in(person("frank")), own)
    assert "The lot" in limited
    assert not any(
        words in limited for words in ("Significant incidents", "A pursuit ended", "26-000412", grounds)
    )


@pytest.mark.both_databases
@pytest.mark.usefixtures("noon")
@pytest.mark.clause("6.b.i.5/locations")
def test_nothing_is_recorded_at_a_place_before_another_than_who_recorded_it_approved(reader: Reader) -> None:
    gloria = signed_in(person("gloria"))
    own, now = f"{PAGE}{reader.pk}/", clock.now()
    Deployment.objects.update(ended_at=now - timedelta(hours=1), ended_by="person:gloria", end_reason="Over.")
    form = {
        "place": "I-25 at Lomas",
        "basis": "public",
        "grounds": "A public road, both lanes.",
        "ends_at": "",
    }
    gloria.post(f"{own}deploy", form | {"begins_at": "2026-05-04T12:00"})
    deployment = Deployment.objects.get(place="I-25 at Lomas")
    approve = f"{PAGE}deployments/{deployment.pk}/approve"
    assert gloria.post(approve, {"approved": "yes", "answer": ""}).status_code == 403
    chief, waiting = signed_in(person("hector")), "Its reads are dropped until command staff approve it"
    assert waiting in text(gloria, own)
    assert "may it record? I-25 at Lomas" in text(chief)
    assert not Deployment.objects.in_force(now).exists()
    denied = chief.post(approve, {"approved": "no", "answer": ""})
    assert (denied.status_code, "State why it may not record there" in denied.content.decode()) == (409, True)
    with clock.set_to(now + timedelta(minutes=3)):
        assert chief.post(approve, {"approved": "yes", "answer": ""}).status_code == 302
        assert chief.post(approve, {"approved": "yes", "answer": ""}).status_code == 409
        assert Deployment.objects.in_force(clock.now()).get() == deployment
        assert "approved" in text(gloria, own)
    deployment = Deployment.objects.get(pk=deployment.pk)
    assert deployment.times
    assert deployment.times.begins_at == now + timedelta(minutes=3), "never from before"
    with pytest.raises(DatabaseError, match="never altered"), transaction.atomic():
        DeploymentDecision.objects.update(approved=False)


@pytest.mark.clause("6.b.i.5/locations")
def test_nobody_approves_a_place_that_they_recorded_and_a_denied_one_stays_on_record(reader: Reader) -> None:
    grounds = "A public road, both lanes."
    made = actions.record_deployment(acting("hector"), reader, "I-25", "public", grounds, clock.now(), None)
    with pytest.raises(Refused, match="your own deployment"):
        actions.decide_deployment(acting("hector"), made, approved=True, answer="")
    other = person("kim", role=Role.CHIEF)
    actions.decide_deployment(PersonActor.of(other), made, approved=False, answer="It is private ground.")
    assert Deployment.objects.get(pk=made.pk).state(clock.now()) == "denied"
    assert "It is private ground." in text(signed_in(person("gloria")), f"{PAGE}{reader.pk}/")
