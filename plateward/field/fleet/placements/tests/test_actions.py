"""Command staff decide about areas; the vehicle stays in its own when its person leaves."""

from collections.abc import Callable
from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from plateward.core.audit.actor import command_line_actor
from plateward.core.audit.leaf import Leaf
from plateward.field.fleet import actions as fleet
from plateward.field.fleet import evidence
from plateward.field.fleet.models import Deployment, ExclusionZone, Reader
from plateward.field.fleet.placements import actions
from plateward.field.fleet.placements.models import Assignment, Transfer
from plateward.field.fleet.placements.places import reassignments, waiting_transfers
from plateward.field.fleet.testing import deployed
from plateward.field.fleet.where import Basis
from plateward.ground import clock
from plateward.ground.policy.decision import Refused
from plateward.ground.policy.parameters import PlaceKind
from plateward.people.access.models import Access
from plateward.people.models import District, Person, Unit
from plateward.people.notices.kinds import Kind
from plateward.people.notices.models import Notice
from plateward.people.permissions import Role
from plateward.people.testing import acting, person
from plateward.people.units.actions import save_place
from plateward.reader.enroll import make_request
from plateward.reader.home import Home

pytestmark = pytest.mark.django_db


def remind() -> int:
    return actions.remind_of_transfers() + actions.remind_of_assignments()


REASON = "Vehicle thefts there tripled since March."


@pytest.fixture
def units(ada: Person, reader: Reader) -> dict[str, Unit]:
    """Units 12 (with the reader) and 14 of District 5; unit 90 of District 9."""
    five, nine = (District.objects.create(name=f"District {number}") for number in (5, 9))
    Unit.objects.filter(name="Unit 12").update(district=five)
    made = {"14": Unit.objects.create(name="Unit 14", district=five)}
    made |= {"90": Unit.objects.create(name="Unit 90", district=nine)}
    return made | {"12": Unit.objects.get(name="Unit 12")}


def requested(reader: Reader, to: Unit) -> Transfer:
    return actions.request_transfer(acting("frank"), reader, to, "Car 4411", REASON)


def decide(by: str, transfer: Transfer, *, approved: bool = True, answer: str = "") -> None:
    seen = Reader.objects.get().unit_id
    actions.decide_transfer(acting(by), transfer, approved=approved, answer=answer, seen=seen)


@pytest.mark.clause("6.e.v/transfer")
def test_a_transfer_out_of_the_area_without_approval_is_refused(
    reader: Reader, units: dict[str, Unit], recorded: Callable[[str], Leaf]
) -> None:
    gloria = acting("gloria")
    with pytest.raises(Refused, match=r"District 9 is not this reader's area, District 5.*6\.e\.v"):
        fleet.assign_unit(gloria, reader, units["90"])
    assert (recorded("reader.update").outcome, Reader.objects.get().unit) == ("refused", units["12"])
    fleet.assign_unit(gloria, reader, units["14"])
    assert Reader.objects.get().unit == units["14"]
    fleet.assign_unit(gloria, reader, None)  # and from nowhere it does not come to another area either
    with pytest.raises(Refused, match="Request the transfer"):
        fleet.assign_unit(gloria, reader, units["90"])


@pytest.mark.both_databases
@pytest.mark.clause("6.e.v/transfer")
def test_a_reader_does_not_leave_its_area_with_a_unit_that_is_being_moved(
    reader: Reader, units: dict[str, Unit]
) -> None:
    gloria, fourteen = acting("gloria"), Unit.objects.get(name="Unit 14")
    fourteen.district = units["90"].district
    with CaptureQueriesContext(connection) as statements:
        save_place(gloria, fourteen)
    with CaptureQueriesContext(connection) as more, pytest.raises(Refused, match="not this reader's area"):
        fleet.assign_unit(gloria, reader, units["14"])  # as it was when the page was opened
    assert Reader.objects.get().unit == units["12"]
    if connection.vendor == "postgresql":  # SQLCipher has one writer
        for asked in (statements, more):
            assert any('"people_unit"' in query["sql"] and "NO KEY UPDATE" in query["sql"] for query in asked)


@pytest.mark.clause("6.e.v/transfer")
def test_a_unit_takes_no_reader_along_to_another_district(
    reader: Reader, units: dict[str, Unit], recorded: Callable[[str], Leaf]
) -> None:
    gloria, twelve = acting("gloria"), units["12"]
    twelve.district = units["90"].district
    with pytest.raises(Refused, match=rf"Readers of Unit 12 .*: {reader.name}\..*Placements.*6\.e\.v"):
        save_place(gloria, twelve)
    assert (recorded("place.update").outcome, Unit.objects.get(name="Unit 12").district) == (
        "refused",
        units["14"].district,
    )
    twelve.refresh_from_db()
    twelve.name = "Unit 21"
    save_place(gloria, twelve)  # which moves nothing
    Reader.objects.update(revoked_at=clock.now())
    twelve.district = units["90"].district
    save_place(gloria, twelve)
    assert Unit.objects.get(name="Unit 21").district == units["90"].district


@pytest.mark.clause("6.e.v/installed")
@pytest.mark.parametrize(
    ("decided_by", "why"),
    [
        ("", "command staff member who assigned"),
        ("nobody", "nobody cannot decide .*no account has this username"),
        ("gloria", "gloria cannot decide .*it is not their duty"),
        ("jack", "jack cannot decide .*CJIS"),  # the Chief, whose training has lapsed
        ("hector", ""),
    ],
)
def test_a_reader_is_enrolled_with_a_unit_as_command_staff_decided(
    tmp_path: Path, units: dict[str, Unit], recorded: Callable[[str], Leaf], decided_by: str, why: str
) -> None:
    hector, request = person("hector"), make_request(Home(tmp_path / "car"), "unit-90", "Unit 90 rear")
    person("gloria")
    person("jack", role=Role.CHIEF)
    at = ("https://hub.example:8444", "Unit 90")
    with pytest.raises(Refused, match=why) if why else nullcontext():
        fleet.enroll_reader(command_line_actor("fleet grant"), request, *at, decided_by=decided_by)
    assert Reader.objects.filter(name="unit-90", unit=units["90"]).exists() is not bool(why)
    leaf = recorded("reader.enroll")
    assert (leaf.outcome, leaf.details["decided_by"]) == ("refused" if why else "done", decided_by)
    if not why:
        [notice] = Notice.objects.filter(to=hector)
        assert "unit-90 was enrolled with Unit 90, as you decided (6.e.v)" in notice.text


@pytest.mark.clause("6.e.v/transfer", "6.b.i.9/entries")
def test_with_command_staffs_approval_it_goes_at_once(
    reader: Reader, units: dict[str, Unit], recorded: Callable[[str], Leaf]
) -> None:
    hector = person("hector")
    transfer = requested(reader, units["90"])
    assert [notice.to for notice in Notice.objects.filter(kind=Kind.TRANSFER_DECIDE)] == [hector]
    assert Reader.objects.get().unit == units["12"]
    decide("hector", transfer)
    assert Reader.objects.get().unit == units["90"]
    leaf = recorded("transfer.decide")
    assert (leaf.actor_id, leaf.details["approved"]) == ("hector", True)
    assert (leaf.details["unit_before"], leaf.details["unit"]) == ("Unit 12", "Unit 90")
    assert Notice.objects.get(kind=Kind.TRANSFER_ANSWER).to == person("frank")
    assert not Notice.objects.filter(kind=Kind.TRANSFER_DECIDE, settled_at=None).exists()


@pytest.mark.clause("6.e.v/transfer")
def test_a_transfer_is_decided_once_by_command_staff_on_what_they_saw(
    reader: Reader, units: dict[str, Unit]
) -> None:
    person("hector")
    with pytest.raises(Refused, match="own area"):
        requested(reader, units["14"])
    transfer = requested(reader, units["90"])
    with pytest.raises(Refused, match="already waits"):
        requested(reader, units["90"])
    with pytest.raises(Refused, match="own transfer"):
        decide("frank", transfer)
    with pytest.raises(Refused, match="not the reviewer"):
        decide("gloria", transfer)
    with pytest.raises(Refused, match="reason is too short"):
        decide("hector", transfer, approved=False, answer="no")
    fleet.assign_unit(acting("gloria"), reader, units["14"])
    with pytest.raises(Refused, match="changed after you opened it"):
        actions.decide_transfer(acting("hector"), transfer, approved=True, answer="", seen=units["12"].pk)
    decide("hector", transfer, approved=False, answer="District 5 has the only two that work.")
    with pytest.raises(Refused, match="already decided"):
        decide("hector", transfer)
    assert Reader.objects.get().unit == units["14"]


@pytest.mark.clause("6.e.v/person")
@pytest.mark.parametrize(
    ("how", "why"),
    [("transferred", "is not in the reader's area"), ("promoted", "was promoted"), ("resigned", "no access")],
)
def test_when_its_person_goes_the_vehicle_goes_to_somebody_else_in_the_area(
    ada: Person, reader: Reader, units: dict[str, Unit], how: str, why: str
) -> None:
    gloria, ben = acting("gloria"), person("ben", unit=units["14"])
    actions.assign_reader(gloria, reader, ada)
    assert (reassignments(), remind()) == ({}, 0)
    if how == "transferred":
        Person.objects.filter(pk=ada.pk).update(unit=units["90"])
    elif how == "promoted":
        Person.objects.filter(pk=ada.pk).update(rank="Sergeant")
    else:
        Access.objects.filter(person=ada).update(ends=clock.now())
    [reason] = reassignments().values()
    assert why in reason
    assert (remind(), remind()) == (1, 0)
    notice = Notice.objects.get(kind=Kind.READER_REASSIGN)
    assert (notice.to, "someone else in District 5" in notice.text) == (gloria.person, True)
    with pytest.raises(Refused, match="not in the reader's area, District 5"):
        actions.assign_reader(gloria, reader, person("dario", unit=units["90"]))
    actions.assign_reader(gloria, reader, ben)  # no approval is asked for
    assert reassignments() == {}
    assert Notice.objects.get(kind=Kind.READER_REASSIGN).settled_at


@pytest.mark.clause("6.e.v/transfer")
def test_command_staff_are_reminded_each_day_of_a_transfer_that_waits(
    reader: Reader, units: dict[str, Unit]
) -> None:
    person("hector")
    transfer = requested(reader, units["90"])
    assert remind() == 0
    for days, done in ((3.1, 1), (3.2, 0), (4.2, 1)):
        with clock.set_to(transfer.at + timedelta(days=days)):
            assert remind() == done
    assert Notice.objects.filter(kind=Kind.TRANSFER_DECIDE, settled_at=None).count() == 1


@pytest.mark.clause("6.e.v/transfer")
def test_a_revoked_readers_transfer_waits_for_nobody(reader: Reader, units: dict[str, Unit]) -> None:
    person("hector")
    transfer = requested(reader, units["90"])
    fleet.revoke_reader(acting("gloria"), reader)
    assert not waiting_transfers()
    with clock.set_to(transfer.at + timedelta(days=4)):
        assert remind() == 0
    with pytest.raises(Refused, match="reader is revoked"):
        decide("hector", transfer)
    decide("hector", transfer, approved=False, answer="The reader was revoked meanwhile.")


@pytest.mark.clause("6.e.v/transfer")
def test_while_nobody_can_decide_a_transfer_the_administrators_are_notified(
    reader: Reader, units: dict[str, Unit]
) -> None:
    gloria = person("gloria")
    requested(reader, units["90"])
    notice = Notice.objects.get(kind=Kind.TRANSFER_DECIDE)
    assert (notice.to, "No one on command staff can decide it now" in notice.text) == (gloria, True)


@pytest.mark.both_databases
@pytest.mark.clause("6.e.v/person")
def test_the_notice_to_reassign_is_settled_once_its_reason_is_gone(
    ada: Person, reader: Reader, units: dict[str, Unit]
) -> None:
    actions.assign_reader(acting("gloria"), reader, ada)
    Person.objects.filter(pk=ada.pk).update(unit=units["90"])
    assert remind() == 1
    Person.objects.filter(pk=ada.pk).update(unit=units["12"])
    assert remind() == 0
    assert Notice.objects.get(kind=Kind.READER_REASSIGN).settled_at


@pytest.mark.clause("6.a.ii.1/basis", "6.b.i.5/locations")
@pytest.mark.parametrize(
    ("basis", "grounds", "hours", "says"),
    [
        (Basis.PUBLIC_VIEW, "road", None, "grounds are not stated"),
        (Basis.COURT_ORDER, "Warrant 26-114 of the district court", None, "has an end"),
        (Basis.PUBLIC_VIEW, "A public road, both lanes", -1, "ends before it begins"),
    ],
)
def test_a_deployment_has_grounds_and_a_warrant_has_an_end(
    reader: Reader, basis: Basis, grounds: str, hours: int | None, says: str
) -> None:
    now = clock.now()
    ends = None if hours is None else now + timedelta(hours=hours)
    with pytest.raises(Refused, match=says):
        deployed(reader, "I-25", basis, grounds, now, ends)


@pytest.mark.clause("6.a.ii.1/basis")
def test_no_deployment_is_recorded_for_a_time_gone_by_nor_ended_after_its_own_end(reader: Reader) -> None:
    gloria, now, hour = acting("gloria"), clock.now(), timedelta(hours=1)
    given = reader, "I-25", Basis.PUBLIC_VIEW, "A public road, both lanes"
    with clock.set_to(now), pytest.raises(Refused, match="would begin more than an hour ago"):
        deployed(*given, now - hour - timedelta(minutes=1), None)
    with clock.set_to(now):
        deployment = deployed(*given, now - hour, now + hour)
    with clock.set_to(now + hour), pytest.raises(Refused, match="already ended"):
        actions.end_deployment(gloria, deployment, "It is off the road from today.")


@pytest.mark.clause("6.a.ii.1/basis", "6.a.ii.1/outside")
def test_an_order_to_come_ends_what_overlaps_it_in_public_view_when_it_begins(reader: Reader) -> None:
    now, hour = clock.now(), timedelta(hours=1)
    grounds = "A public road, both lanes"
    places = {"before": (now, now + hour), "across": (now, None), "within": (now + 3 * hour, now + 4 * hour)}
    places |= {"after": (now + 9 * hour, None)}
    for place, dates in places.items():
        deployed(reader, place, Basis.PUBLIC_VIEW, grounds, *dates)
    begins, ends = now + 2 * hour, now + 8 * hour
    deployed(reader, "The lot", Basis.COURT_ORDER, grounds, begins, ends)
    ended = Deployment.objects.filter(place__in=places).exclude(ended_at=None)
    assert {item.place: item.ended_at for item in ended} == {"across": begins, "within": begins}


@pytest.mark.clause("6.a.ii.1/basis", "6.a.ii.1/outside")
@pytest.mark.parametrize("first", ["later", "sooner"])
def test_of_several_orders_the_one_that_begins_first_ends_public_view_and_each_has_its_own_end(
    reader: Reader, first: str
) -> None:
    now, hour = clock.now(), timedelta(hours=1)
    grounds = "A public road, both lanes"
    road = deployed(reader, "Road", Basis.PUBLIC_VIEW, grounds, now, None)
    sooner, later = (now + hour, now + 2 * hour), (now + 8 * hour, now + 9 * hour)
    for dates in (sooner, later) if first == "sooner" else (later, sooner):
        deployed(reader, "The lot", Basis.COURT_ORDER, grounds, *dates)
    road.refresh_from_db()
    assert road.ended_at == sooner[0]
    assert "The court order for The lot" in road.end_reason
    begun = {item.begins_at: item for item in Deployment.objects.filter(basis=Basis.COURT_ORDER)}
    assert {item.until for item in begun.values()} == {sooner[1], later[1]}
    in_force = {
        at: Deployment.objects.filter(reader=reader).in_force(now + at * hour).count() for at in range(10)
    }
    assert [at for at, count in in_force.items() if count == 0] == [2, 3, 4, 5, 6, 7, 9]


@pytest.mark.both_databases
@pytest.mark.clause("6.a.ii.1/basis")
def test_an_end_set_ahead_is_brought_forward_never_put_off(reader: Reader) -> None:
    gloria, now, hour = acting("gloria"), clock.now(), timedelta(hours=1)
    road = Deployment.objects.get()
    order = "The lot", Basis.COURT_ORDER, "Warrant 26-114 of the district court", now + hour, now + 2 * hour
    deployed(reader, *order)
    for changed in (now + 3 * hour, None):
        with pytest.raises(DatabaseError, match="never altered"), transaction.atomic():
            Deployment.objects.filter(pk=road.pk).update(ended_at=changed)
    actions.end_deployment(gloria, road, "It is off the road from today.")
    road.refresh_from_db()
    assert road.ended_at
    assert road.ended_at < now + hour
    assert road.end_reason == "It is off the road from today."
    with pytest.raises(Refused, match="already ended"):
        actions.end_deployment(gloria, road, "It is off the road from today.")
    with pytest.raises(DatabaseError, match="never altered"), transaction.atomic():
        Deployment.objects.filter(pk=road.pk).update(ended_at=now - hour)


@pytest.mark.both_databases
@pytest.mark.clause("6.a.ii.1/basis", "6.e.v/transfer", "6.e.v/person")
def test_the_database_itself_keeps_what_was_recorded(reader: Reader, units: dict[str, Unit]) -> None:
    gloria = acting("gloria")
    zone = actions.add_zone(gloria, "Clinic", 35.1, -106.6, 300, "The entrance of a clinic.")
    actions.end_zone(gloria, zone, "The clinic has moved away.")
    with pytest.raises(Refused, match="already ended"):
        actions.end_zone(gloria, zone, "The clinic has moved away.")
    requested(reader, units["90"])
    actions.assign_reader(gloria, reader, person("ada"))
    for rows, change in (
        (Deployment.objects.all(), {"grounds": "other"}),
        (ExclusionZone.objects.all(), {"ended_at": None}),
        (Transfer.objects.all(), {"reason": "other"}),
        (Assignment.objects.all(), {"rank": "other"}),
    ):
        with pytest.raises(DatabaseError, match="never altered"), transaction.atomic():
            rows.update(**change)


@pytest.mark.clause("WA.places/kinds")
@pytest.mark.both_databases
def test_the_report_says_which_kinds_of_places_have_a_zone(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not [fact for fact in evidence.facts() if "WA.places" in fact.rows]
    monkeypatch.setenv("PLATEWARD_PACKS", "WA,CJIS")
    gloria = acting("gloria")
    actions.add_zone(gloria, "Clinic", 35.1, -106.6, 300, "The entrance of a clinic.", "health")
    for kind in ("school", "worship", "court", "food", "immigration"):
        said = next(fact for fact in evidence.facts() if "WA.places" in fact.rows)
        assert "Health care: 1" in said.text
        assert PlaceKind(kind).label in said.attention
        actions.add_zone(gloria, kind, 35.2, -106.6, 300, "Not exposed to public view.", kind)
    assert next(fact for fact in evidence.facts() if "WA.places" in fact.rows).attention == ""
    assert ExclusionZone.objects.get(name="Clinic").get_kind_display() == "Health care"
