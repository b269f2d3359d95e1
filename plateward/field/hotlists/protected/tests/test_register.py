"""The administrator keeps the register."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.test import Client

from plateward.core.pages.models import Upload
from plateward.field.hotlists.models import Entry, HotList, Revision
from plateward.field.hotlists.protected import actions
from plateward.field.hotlists.protected.models import Vehicle
from plateward.field.hotlists.protected.tests.conftest import registered
from plateward.field.hotlists.requests.testing import Recorded
from plateward.ground import clock
from plateward.ground.policy.decision import Allow, Refused
from plateward.people.models import Unit
from plateward.people.testing import person, signed_in

pytestmark = pytest.mark.django_db
REGISTER = "/hotlists/protected/"


@pytest.fixture
def gloria() -> Client:
    return signed_in(person("gloria"))


def given(**changed: object) -> dict[str, object]:
    return {"plate": "bkt 419", "state": "NM", "kind": "personal", "person": "", "unit": ""} | changed


def sent(client: Client, path: str, data: dict[str, object]) -> tuple[int, str]:
    answer = client.post(path, data, follow=True, secure=True)
    return answer.status_code, answer.content.decode()


@pytest.mark.clause("6.a.ii.3/brake", "6.b.i.9/entries")
def test_a_vehicle_is_added_and_ended_and_its_row_stays(gloria: Client, recorded: Recorded) -> None:
    ada = person("ada")
    status, page = sent(gloria, REGISTER, given(person=ada.pk, unit=ada.unit_id))
    assert (status, "BKT 419" in page, "Ada Archuleta" in page) == (200, True, True)
    vehicle = Vehicle.objects.get()
    assert (vehicle.bare, vehicle.person, vehicle.added_by) == ("BKT419", ada, "person:gloria")
    added = recorded("protected.add")
    assert (added.actor_id, added.details["person"]) == ("gloria", "ada")
    assert "BKT" not in f"{added.object}{added.details}", "the plate is in the register, not on the log"
    status, page = sent(gloria, REGISTER, given(plate="BKT-419", person=ada.pk))
    assert (status, "is already in the register" in page) == (409, True)

    sent(gloria, f"{REGISTER}{vehicle.pk}/end", {})
    vehicle.refresh_from_db()
    assert (vehicle.ended_by, vehicle.ended_at is not None) == ("person:gloria", True)
    assert recorded("protected.end").object == f"protected-vehicle:{vehicle.pk}"
    _, page = sent(gloria, f"{REGISTER}{vehicle.pk}/end", {})
    assert "It has already ended" in page
    assert recorded("protected.end").outcome == "refused"
    registered(person=ada)  # declaring it again makes another row
    assert Vehicle.objects.count() == 2


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"plate": ""}, "Enter the plate."),
        ({"plate": "A" * 40}, "at most 10 letters and digits"),
        ({"plate": "BKT4??"}, "letters, digits, dots"),
        ({"state": ""}, "Choose the state."),
        ({"kind": "police"}, "Choose one of the options"),
        ({"person": "99999"}, "Choose one of the options"),
    ],
)
def test_what_is_no_vehicle_is_told(gloria: Client, changed: dict[str, object], message: str) -> None:
    status, page = sent(gloria, REGISTER, given(**changed))
    assert (status, message in page, Vehicle.objects.exists()) == (422, True, False)


@pytest.mark.both_databases
@pytest.mark.clause("6.a.ii.3/brake")
@pytest.mark.parametrize(
    "change",
    ["DELETE FROM {0}", "UPDATE {0} SET bare = 'X'", "UPDATE {0} SET ended_at = NULL, ended_by = ''"],
)
def test_the_database_lets_nobody_rewrite_the_register(change: str) -> None:
    Vehicle.objects.filter(pk=registered().pk).update(ended_at=clock.now(), ended_by="x")
    with (
        pytest.raises(DatabaseError, match="never altered or deleted"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(change.format(Vehicle._meta.db_table))


@pytest.mark.both_databases
@pytest.mark.clause("6.b.i.9/entries")
def test_a_file_is_looked_at_and_then_taken(gloria: Client, recorded: Recorded) -> None:
    Unit.objects.create(name="Unit 7")
    content = (
        "plate;state;kind;unit;person\nPT1204;NM;agency;Unit 7;\nBKT419;nm;personal;;GLORIA\n;NM;agency;;\n"
    )
    file = SimpleUploadedFile("cars.csv", content.encode("utf-8-sig"))
    path = f"{REGISTER}import"
    page = gloria.post(path, {"file": file}, secure=True).content.decode()
    assert "Add 2 vehicles" in page
    assert "enter the plate" in page
    assert not Vehicle.objects.exists()
    key: dict[str, object] = {"upload": Upload.objects.get().pk}
    _, page = sent(gloria, path, key)
    assert "2 vehicles added; 1 line rejected" in page
    assert {(vehicle.bare, str(vehicle.person), str(vehicle.unit)) for vehicle in Vehicle.objects.all()} == {
        ("PT1204", "None", "Unit 7"),
        ("BKT419", "Gloria Gallegos", "None"),
    }
    assert recorded("protected.import").details["vehicles"] == 2
    _, page = sent(gloria, path, key)
    assert "cars.csv was already applied" in page
    gloria.post(path, {"file": SimpleUploadedFile("cars.csv", content.encode())}, secure=True)
    _, page = sent(gloria, path, {"upload": Upload.objects.latest("pk").pk})
    assert "No line of cars.csv can be used" in page


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "not empty"),
        (b"\xff\x00\xfe", "not UTF-8"),
        (b"plate,kind\nA1,agency\n", "Missing: state"),
        (b'plate,state,kind\n"A1,NM,agency\n', "is not CSV"),
    ],
)
def test_a_file_that_is_none_is_told(gloria: Client, content: bytes, message: str) -> None:
    status, page = sent(gloria, f"{REGISTER}import", {"file": SimpleUploadedFile("cars.csv", content)})
    assert (status, message in page) == (422, True)


def entry(plate: str, state: str = "NM", *, covert: bool = False, kind: str = "ncic", days: int = 9) -> Entry:
    hotlist, _ = HotList.objects.get_or_create(
        name=f"{kind} {covert}", defaults={"source": "NCIC", "kind": kind, "covert": covert}
    )
    began = Revision.objects.create(hotlist=hotlist, cause="load", by="x", at=clock.now())
    return Entry.objects.create(
        hotlist=hotlist,
        plate=plate,
        bare=plate,
        state=state,
        reason="stolen_vehicle",
        priority="high",
        began=began,
        expires_at=clock.now() + timedelta(days=days),
    )


@pytest.mark.clause("6.a.ii.3/found", "6.c.ii/lists")
def test_the_page_tells_which_entries_name_a_vehicle_that_was_registered_later(gloria: Client) -> None:
    there = [entry("B0T419"), entry("BOT419", ""), entry("BOT4?9", kind="agency")]
    others = [entry("BOT419", "TX"), entry("B0T41"), entry("BOT419", days=-1), entry("BOT419", covert=True)]
    page = gloria.get(REGISTER).content.decode()
    assert "in force</a>" not in page
    registered("BOT 419", person=person("ada"))
    page = gloria.get(REGISTER).content.decode()
    assert "3 entries in force</a> name a vehicle of this register" in page
    assert all(f"/history/{listed.pk}/" in page for listed in there)
    assert not any(f"/history/{other.pk}/" in page for other in others)


@pytest.mark.clause("6.a.ii.3/found", "6.c.ii/people")
@pytest.mark.parametrize(("viewer", "sees"), [("gloria", True), ("ben", False)])
def test_an_entrys_page_warns_and_says_whose_it_is_to_who_keeps_the_register_alone(
    viewer: str, sees: bool
) -> None:
    listed = entry("BKT419")
    client, path = signed_in(person(viewer)), f"/hotlists/requests/history/{listed.pk}/"
    assert "one of its people" not in client.get(path).content.decode()
    registered(person=person("ada"))
    page = client.get(path).content.decode()
    assert ("a private vehicle of Ada Archuleta" in page) == sees
    assert ("a vehicle of the agency or of one of its people" in page) != sees
    assert ("Ada" in page) == sees


@pytest.mark.both_databases
def test_of_two_who_add_a_vehicle_at_once_the_second_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    registered()
    monkeypatch.setattr(actions, "may_register", lambda *_: Allow())  # neither sees the other's row
    with pytest.raises(Refused, match="is already in the register"):
        registered("bkt-419", kind="agency")
    assert Vehicle.objects.count() == 1
