"""A lead enters a case through DEMS, once it is vetted: a read, the results of a search, or an alert."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.test import Client

from plateward.core.audit.leaf import Leaf
from plateward.field.hotlists.models import Entry
from plateward.field.reads.store import ReadKey
from plateward.ground import clock
from plateward.ground.policy.decision import Refused
from plateward.people.actor import PersonActor
from plateward.people.models import Person
from plateward.people.permissions import Role
from plateward.people.testing import acting, person, signed_in
from plateward.simulators.dems import DemsSimulator
from plateward.testing.roadside import Photo, enroll_reader
from plateward.testing.served import dems as served
from plateward.testing.served import timestamping
from plateward.work.alerts.closing import actions as closing
from plateward.work.alerts.leaving import Release, Vetting, enter_case
from plateward.work.alerts.models import Alert
from plateward.work.alerts.testing import DISCLOSED, VETTED
from plateward.work.evidence.dems import actions, sending
from plateward.work.evidence.dems.duties import is_reviewer, reviewer_keys
from plateward.work.evidence.dems.models import Duty
from plateward.work.evidence.dems.tests.duties import NUMBER, TALKED, notices_to, record_export, step_kinds
from plateward.work.evidence.package.build import CannotPackage, Leads, build_case_package
from plateward.work.evidence.testing import jpeg, trust_files
from plateward.work.evidence.verify.package import verify_package
from plateward.work.evidence.verify.trust import Trust

pytestmark = [pytest.mark.django_db, pytest.mark.clause("6.e.iii/vetted", "6.e.iii/folder", "6.a.iv/dems")]
CASE = "2026-00412"
GIVEN = {"image": "plate", "number": CASE, **VETTED}


@pytest.fixture
def photo(chain: list[Person]) -> Photo:
    """A read of Ada's unit that raised no alert."""
    reader = enroll_reader(unit=person("ada").unit)
    sent = reader.photo("NOHIT1", image=jpeg(800, 450))
    reader.send(sent)
    return sent


def path(photo: Photo, what: str) -> str:
    return f"/custody/{photo.read.captured_at.date()}/{photo.read.id}/{what}"


@pytest.mark.both_databases
def test_a_read_enters_its_case_vetted_and_through_dems(
    photo: Photo, dems: DemsSimulator, whole_package: None, recorded: Callable[[str], Leaf]
) -> None:
    ada = signed_in(person("ada"))
    answer = ada.post(path(photo, "download"), GIVEN)
    duty = Duty.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, duty.get_absolute_url())  # no file
    vetted = recorded("dems.vet")
    assert vetted.object == f"read:{photo.read.id}"
    assert (vetted.details["vetted_by"], vetted.details["vetted_how"]) == (
        "Ada Archuleta (badge-ada)",
        "image",
    )
    assert (duty.alert, duty.number, step_kinds(duty)) == (None, CASE, ["vetted", "started"])
    assert sending.send_packages() == 1
    assert not Duty.objects.open().exists()
    [item] = dems.items.values()
    with ZipFile(BytesIO(item.content)) as package:
        names = package.namelist()
        assert f"case-{CASE}/data/reads/{photo.read.id}/context.jpg" in names
        assert not [name for name in names if "/alerts/" in name]
    page = ada.get(duty.get_absolute_url()).content.decode()
    assert "1 read, DEMS export" in " ".join(page.split())
    assert "Image compared by a person, by Ada Archuleta (badge-ada)" in page
    assert "1 read" in ada.get("/alerts/dems/").content.decode()
    again = ada.post(path(photo, "download"), GIVEN)
    assert again.status_code == 409
    assert "in DEMS already" in again.content.decode()


@pytest.mark.clause("6.j.i/proven")
def test_the_package_of_a_lead_is_checked_without_the_hub(photo: Photo, tmp_path: Path) -> None:
    with timestamping() as stamps:
        leads = Leads(
            [ReadKey(photo.read.captured_at.date(), photo.read.id)], ["Image compared by a person."]
        )
        made = build_case_package(CASE, leads, tmp_path / "lead.zip", by=acting("ada"))
        verdict = verify_package(made.path, Trust.load(**trust_files(tmp_path, stamps.authority)))
    assert verdict.verified, verdict
    with pytest.raises(CannotPackage, match="no alert"):
        build_case_package(CASE, [], tmp_path / "none.zip", by=acting("ada"))


@pytest.mark.parametrize(
    "changed",
    [
        {"destination": ""},
        {"destination": "trunk"},
        {"method": ""},
        {"method": "steps"},
        {"method": "other", "words": ""},
        {"vetted_by": ""},
        {"vetted_at": "2999-01-01T00:00"},
        {"vetted_at": "yesterday"},
        {"number": "1111"},
        {"words": "For the ICE agents in Albuquerque, deportation of the driver."},
    ],
)
def test_nothing_enters_a_case_that_is_not_vetted(photo: Photo, changed: dict[str, str]) -> None:
    with served():
        answer = signed_in(person("ada")).post(path(photo, "download"), GIVEN | changed)
    assert answer.status_code in (409, 422)
    assert not Duty.objects.exists()


def test_without_a_connection_the_file_leaves_and_its_export_is_due_until_a_supervisor_confirms_it(
    photo: Photo, chain: list[Person]
) -> None:
    ada, carla = signed_in(person("ada")), PersonActor.of(chain[0])
    answer = ada.post(path(photo, "download"), GIVEN)
    assert answer["Content-Type"] == "image/jpeg"
    duty = Duty.objects.open().get()
    assert step_kinds(duty) == ["vetted"]
    assert "Vetted, not exported yet" in ada.get(duty.get_absolute_url()).content.decode()
    record_export(PersonActor.of(person("ada")), duty, number=CASE)
    page = signed_in(chain[0]).get(duty.get_absolute_url())
    assert page.status_code == 200
    actions.confirm_export(carla, duty, duty.steps.latest("pk").pk)
    assert not Duty.objects.open().exists()
    assert signed_in(person("ben")).get(duty.get_absolute_url()).status_code == 404


def test_an_overdue_lead_reminds_its_owner_and_their_supervisor(photo: Photo, chain: list[Person]) -> None:
    signed_in(person("ada")).post(path(photo, "download"), GIVEN)
    with clock.set_to(clock.now() + timedelta(hours=13)):
        assert actions.remind() == 1
    assert [text for text in notices_to(chain[0]) if "vetted for a case" in text]
    assert [text for text in notices_to(person("ada")) if "vetted for a case" in text]


def test_whoever_has_no_duty_to_export_brings_no_lead_in(photo: Photo) -> None:
    hector = acting("hector")
    release = Release(CASE, "dems", vetting=Vetting("Hector Herrera", clock.now(), "image"))
    with served(), pytest.raises(Refused, match="does not export to DEMS"):
        enter_case(hector, release, reads=[ReadKey(photo.read.captured_at.date(), photo.read.id)])
    assert not Duty.objects.exists()


@pytest.mark.both_databases
def test_a_vetted_alert_enters_its_case_however_it_ended(
    ada: PersonActor, acted: Alert, dems: DemsSimulator
) -> None:
    browser = signed_in(ada.person)
    sheet = {"number": NUMBER, **VETTED}
    answer = browser.post(f"/alerts/{acted.pk}/case-sheet/print", sheet)
    duty = Duty.objects.get()
    assert answer["Location"] == duty.get_absolute_url()
    assert duty.alert == acted
    closing.dispose(ada, acted, TALKED)  # without enforcement
    assert Duty.objects.open().exists()
    assert sending.send_packages() == 1
    assert [NUMBER in item.metadata.values() for item in dems.items.values()] == [True]


def test_the_alerts_of_a_case_enter_it_each_by_its_own_package(
    ada: PersonActor, acted: Alert, dems: DemsSimulator
) -> None:
    Entry.objects.update(number=NUMBER)
    browser = signed_in(ada.person)
    given = {"number": NUMBER, "alerts": [acted.pk], **VETTED}
    assert browser.post("/evidence/request", given).status_code == 302
    assert step_kinds(Duty.objects.get()) == ["vetted", "started"]
    other = browser.post("/evidence/request", given | DISCLOSED | {"purpose": ""})
    assert other.status_code == 422


def test_an_officer_alone_with_a_lieutenant_above_has_a_reviewer(photo: Photo) -> None:
    """Also where nobody else in the chain is a supervisor."""
    boss = person("nora", role=Role.SUPERVISOR)
    Person.objects.filter(username="ada").update(supervisor=boss)
    client: Client = signed_in(person("ada"))
    client.post(path(photo, "download"), GIVEN)
    duty = Duty.objects.get()
    assert reviewer_keys(duty, None)[0] == [boss.pk]
    assert is_reviewer(boss, duty)
    assert not is_reviewer(person("ben"), duty)
