"""Step 2 on the page: what the observer sees, then the description, then an explanation of differences."""

from collections.abc import Iterator

import pytest
from django.db import DatabaseError
from django.test import Client

from plateward.field.hotlists.models import Entry
from plateward.people.notices.models import Notice
from plateward.people.testing import person, signed_in
from plateward.simulators.ncic import NcicSimulator, RecordOnFile
from plateward.testing.hotlist import change_entries, load_hotlist
from plateward.testing.roadside import enroll_reader
from plateward.testing.served import switch
from plateward.work.alerts.models import Alert, Explanation, Observation

pytestmark = [pytest.mark.django_db, pytest.mark.clause("6.e.iv.3/vehicle")]
WHY = "Repainted: the old color shows at the door."


@pytest.fixture
def ada() -> Client:
    return signed_in(person("ada"))


@pytest.fixture
def alert(ada: Client) -> Alert:
    """Listed as a red Ford pickup; its plate was read."""
    load_hotlist("ABC123")
    change_entries(Entry.objects.all(), vehicle="Red Ford F-150 pickup")
    reader = enroll_reader()
    reader.send(reader.photo("ABC123", "NM"))
    alert = Alert.objects.get()
    post(ada, alert, "confirm", plate="ABC123", state="NM")
    return alert


@pytest.fixture
def ncic() -> Iterator[NcicSimulator]:
    record = RecordOnFile("ABC123", "NM", nic="V000000001", make="FORD", style="PK", color="RED", year="2018")
    with switch(record) as running:
        yield running


def post(client: Client, alert: Alert, step: str, **typed: str) -> str:
    return client.post(f"/alerts/{alert.pk}/{step}", typed, follow=True).content.decode()


def sees(client: Client, alert: Alert, kind: str, color: str, **more: str) -> str:
    return post(client, alert, "observe", plate_seen="yes", vehicle_class=kind, color=color, **more)


def may_act(client: Client, alert: Alert) -> bool:
    return 'action="' + f"/alerts/{alert.pk}/act" in client.get(f"/alerts/{alert.pk}/").content.decode()


def test_no_description_shows_before_somebody_said_what_they_see(
    ada: Client, alert: Alert, ncic: NcicSimulator
) -> None:
    page = post(ada, alert, "ncic")
    for text in ("F-150", "VMA/FORD", "VCO/RED", "VST/PK", "VYR/2018"):
        assert text not in page
    assert "VMA/withheld" in page
    assert "MKE/STOLEN VEHICLE" in page, "the rest of the answer does show"
    page = sees(ada, alert, "pickup", "red", make="Ford", years="2010")
    assert "F-150" in page
    assert "VMA/FORD" in page
    assert page.count(">Fits<") == 7, "class, color and make twice, the year of NCIC's once"
    assert may_act(ada, alert)


def test_ncic_s_answer_carries_the_vehicle_s_description(
    ada: Client, alert: Alert, ncic: NcicSimulator
) -> None:
    post(ada, alert, "ncic")
    ncic_record = alert.verifications.get().records.get()
    description = (ncic_record.year, ncic_record.make, ncic_record.style, ncic_record.color)
    assert description == ("2018", "FORD", "PK", "RED")


def test_who_sees_the_plate_says_class_and_color_or_that_they_cannot_tell(ada: Client, alert: Alert) -> None:
    assert "Choose what you see, or “Cannot tell”." in post(ada, alert, "observe", plate_seen="yes")
    assert not Observation.objects.exists()
    post(ada, alert, "observe", plate_seen="no")
    assert Observation.objects.get().matches is False


def test_cannot_tell_of_all_is_no_observation(ada: Client, alert: Alert, ncic: NcicSimulator) -> None:
    assert "this is not an observation" in sees(ada, alert, "unknown", "unknown")
    page = post(ada, alert, "ncic")
    assert "F-150" not in page
    assert "The plate and description of the vehicle itself are not recorded" in page
    assert not may_act(ada, alert)
    sees(ada, alert, "pickup", "unknown")
    assert may_act(ada, alert)


@pytest.mark.clause("6.e.vii/thorough")
def test_a_difference_is_explained_in_words_that_the_supervisor_reads(
    ada: Client, alert: Alert, ncic: NcicSimulator
) -> None:
    post(ada, alert, "ncic")
    assert "differs from its description. Explain why." in sees(ada, alert, "pickup", "blue")
    assert not may_act(ada, alert)
    assert "does not explain the difference" in post(ada, alert, "explain", explanation="ok")
    assert WHY in post(ada, alert, "explain", explanation=WHY)
    assert may_act(ada, alert)
    post(ada, alert, "observe", plate_seen="no")
    narrative = "Lost it at the light on Central; it turned south and was gone."
    post(ada, alert, "dispose", outcome="not_located", narrative=narrative)
    carla = signed_in(person("carla"))
    assert WHY in carla.get(f"/alerts/dispositions/{alert.dispositions.get().pk}/").content.decode()


def test_another_class_is_on_the_list_s_record_and_closes_as_such(
    ada: Client, alert: Alert, ncic: NcicSimulator
) -> None:
    page = sees(ada, alert, "motorcycle", "red")
    assert "NOT THE LISTED VEHICLE" in page
    alert.refresh_from_db()
    assert alert.stage == "other_vehicle"
    assert alert.faults.get().kind == "vehicle_class"
    assert alert.faults.get().of == "list"
    assert '<option value="wrong_vehicle" selected' in page


def test_where_it_was_acted_upon_and_ncic_then_describes_another_class_everybody_is_told(
    ada: Client, alert: Alert, ncic: NcicSimulator
) -> None:
    Entry.objects.update(vehicle="")
    ncic.records = [RecordOnFile("ABC123", "NM", nic="V000000001")]
    sees(ada, alert, "suv", "blue")
    post(ada, alert, "ncic")
    post(ada, alert, "act", kind="encounter")
    ncic.records = [RecordOnFile("ABC123", "NM", nic="V000000001", style="MC")]
    page = post(ada, alert, "ncic")
    assert "Notify the units at the vehicle now" in page
    assert (
        "ACTION WAS TAKEN"
        in Notice.objects.filter(to=person("ada"), text__contains="ANOTHER VEHICLE").get().text
    )


@pytest.mark.both_databases
def test_an_explanation_is_never_altered(ada: Client, alert: Alert) -> None:
    sees(ada, alert, "pickup", "blue")
    post(ada, alert, "explain", explanation=WHY)
    with pytest.raises(DatabaseError, match="never altered or removed"):
        Explanation.objects.update(differs=[])
