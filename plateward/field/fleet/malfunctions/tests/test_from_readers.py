"""What a reader notices of itself is a malfunction like any other, and ends when the reader says so."""

from collections.abc import Callable
from datetime import timedelta

import msgspec
import pytest
from django.db import DatabaseError, transaction

from plateward.core.audit.leaf import Leaf
from plateward.field.fleet import integrity
from plateward.field.fleet.malfunctions import actions
from plateward.field.fleet.malfunctions.models import Malfunction
from plateward.field.fleet.models import Reader
from plateward.ground import clock
from plateward.ground.wire import encode
from plateward.ground.wire.batch import decode_receipt
from plateward.ground.wire.state import FaultKind, ReaderFault, ReaderState, RingSeal
from plateward.people.actor import PersonActor
from plateward.people.models import Person
from plateward.people.notices.models import Notice
from plateward.people.testing import person, signed_in
from plateward.testing.roadside import Roadside

pytestmark = pytest.mark.django_db
CAMERA, POSITION = FaultKind.PICTURE, FaultKind.POSITION
WORDS = {
    CAMERA: "The camera /dev/video0 gives no images.",
    POSITION: "No position: receiver gone.",
    FaultKind.ALARM: "No screen is open in this vehicle: alarms are neither seen nor heard.",
}


def says(
    roadside: Roadside, *kinds: FaultKind, camera: str = "attached to the reader", ring: RingSeal = ""
) -> None:
    """The reader reports that this, and nothing else, is wrong with it."""
    faults = tuple(ReaderFault(kind, clock.now() - timedelta(minutes=1), WORDS[kind]) for kind in kinds)
    body = encode(msgspec.structs.replace(roadside.batch(), state=ReaderState(faults, camera, ring)))
    decode_receipt(roadside.post(body).content)


@pytest.mark.both_databases
@pytest.mark.clause("6.j.i/camera", "6.e.iv.2/report", "6.f.i.2/on", "6.b.i.9/entries")
def test_a_silent_camera_is_told_at_once_to_crew_supervisor_and_administrators_once_and_ends_by_itself(
    ada: Person, carla: Person, roadside: Roadside, recorded: Callable[[str], Leaf]
) -> None:
    gloria = person("gloria")
    for _ in range(2):  # it says so again and again
        says(roadside, CAMERA)
    malfunction = Malfunction.objects.get()
    assert (malfunction.reporter, malfunction.summary) == ("the reader itself", "picture")
    assert malfunction.words.startswith("The camera /dev/video0 gives no images. Since ")
    assert {notice.to for notice in Notice.objects.all()} == {ada, carla, gloria}
    assert Notice.objects.get(to=ada).text.startswith(
        "The reader itself reports a malfunction of reader unit-12 (camera Unit 12 rear"
    )
    assert Notice.objects.get(to=ada).link == malfunction.get_absolute_url()
    leaf = recorded("malfunction.report")
    assert (leaf.actor_kind, leaf.actor_id) == ("device", str(malfunction.reader_id))
    reader = Reader.objects.get()
    assert (reader.malfunction, reader.malfunction_at) == ("picture", malfunction.at)
    says(roadside, CAMERA, POSITION)
    assert Reader.objects.get().malfunction == "picture, position"
    says(roadside)
    assert recorded("malfunction.end").details["malfunction"] in {row.pk for row in Malfunction.objects.all()}
    assert not Malfunction.objects.open().exists()
    assert (Reader.objects.get().malfunction, Reader.objects.get().malfunction_at) == ("", None)
    for change in ({"ended_at": None}, {"what": ["time"]}):
        with pytest.raises(DatabaseError, match=r"6\.e\.iv\.2"), transaction.atomic():
            Malfunction.objects.update(**change)
    says(roadside, CAMERA)  # it is back: another one
    assert Malfunction.objects.open().get().pk > malfunction.pk


@pytest.mark.clause("6.e.iv.2/repairs")
def test_what_a_person_reported_ends_by_a_repair_alone(ada: Person, roadside: Roadside) -> None:
    actions.report_malfunction(
        PersonActor.of(ada), Reader.objects.get(), ["picture"], "limited", "It is dark since noon."
    )
    says(roadside)
    assert Malfunction.objects.open().count() == 1
    says(roadside, CAMERA)
    assert Malfunction.objects.open().count() == 2


@pytest.mark.clause("6.e.iv.2/repairs")
def test_a_repair_after_which_the_reader_still_says_so_is_followed_by_another_report(
    ada: Person, roadside: Roadside
) -> None:
    frank, gloria = person("frank"), person("gloria")
    actions.authorize_technician(PersonActor.of(gloria), frank, "", "Trained by the maker.")
    says(roadside, CAMERA)
    malfunction = Malfunction.objects.get()
    actions.record_repair(PersonActor.of(frank), malfunction, "Changed the cable.", "", "repaired")
    says(roadside, CAMERA)
    assert Malfunction.objects.open().get() != malfunction


@pytest.mark.clause("6.f.i.2/on")
def test_what_a_reader_reports_of_itself_has_a_time_and_goes_up_from_those_who_drive_with_it(
    ada: Person, carla: Person, roadside: Roadside
) -> None:
    gloria, hector = person("gloria"), person("hector")
    says(roadside, CAMERA)
    malfunction = Malfunction.objects.get()
    assert malfunction.severity == "out"
    with clock.set_to(malfunction.due_at + timedelta(minutes=1)):
        assert actions.remind() == 1
        reminders = Notice.objects.filter(kind="malfunction.remind", settled_at=None)
        assert {notice.to for notice in reminders.all()} == {ada, carla, gloria, hector}
    says(roadside)
    assert not reminders.all().exists(), "the reader says that it is over"


@pytest.mark.clause("6.i.ii/cameras", "SC-8/cameras", "6.e.iv.2/report")
def test_pages_show_the_cameras_link_and_who_reported_what_is_over(ada: Person, roadside: Roadside) -> None:
    gloria = signed_in(person("gloria"))
    says(roadside, CAMERA, camera="rtsp in clear, on the reader's own link eth1")
    says(roadside, camera="rtsp in clear, on the reader's own link eth1")
    reader, malfunction = Reader.objects.get(), Malfunction.objects.get()
    for page in ("/fleet/", reader.get_absolute_url()):
        assert "Rtsp in clear, on the reader&#x27;s own link eth1" in gloria.get(page).content.decode()
    shown = gloria.get(malfunction.get_absolute_url()).content.decode()
    assert "Over without a repair" in shown
    assert "by the reader itself" in shown
    assert "Over without a repair" in gloria.get("/fleet/malfunctions/").content.decode()


@pytest.mark.clause("5.b/vehicle", "6.e.iv.2/report")
def test_an_alarm_that_nobody_would_see_or_hear_is_told_to_crew_and_leads(
    ada: Person, carla: Person, roadside: Roadside
) -> None:
    says(roadside, FaultKind.ALARM)
    malfunction = Malfunction.objects.get()
    assert (malfunction.summary, malfunction.severity) == ("alarm", "out")
    assert malfunction.words.startswith("No screen is open in this vehicle")
    assert {ada, carla} <= {notice.to for notice in Notice.objects.all()}


@pytest.mark.clause("SC-28/ring")
def test_pages_and_integrity_say_whose_keys_are_not_sealed(ada: Person, roadside: Roadside) -> None:
    gloria = signed_in(person("gloria"))
    page = Reader.objects.get().get_absolute_url()
    says(roadside)
    for path in ("/fleet/", page):
        assert "sealed" not in gloria.get(path).content.decode().lower(), "an earlier reader does not say"
    says(roadside, ring="none")
    assert "Keys not sealed" in gloria.get("/fleet/").content.decode()
    assert "<dt>Keys</dt><dd>Not sealed</dd>" in gloria.get(page).content.decode()
    [fault] = integrity._check_certificates()[1]
    assert "Its keys are not sealed" in fault.problem
    says(roadside, ring="passphrase")
    assert "Keys not sealed" not in gloria.get("/fleet/").content.decode()
    assert "Sealed by a passphrase" in gloria.get(page).content.decode()
    assert not [item for item in integrity._check_certificates()[1] if "sealed" in item.problem]
