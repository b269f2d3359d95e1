"""Stops that should never have happened: a reader or a list began them, and people were held at gunpoint.
Each test walks through the pages like a hurried officer who trusts the machine; none reaches an encounter,
not even with an override."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from plateward.field.hotlists.imports.apply import apply_load
from plateward.field.hotlists.imports.preview import preview_load
from plateward.field.hotlists.imports.receive import receive_file
from plateward.people.testing import person, signed_in
from plateward.simulators.ncic import NcicSimulator, RecordOnFile, Reply
from plateward.testing.hotlist import GLORIA
from plateward.testing.roadside import enroll_reader
from plateward.testing.served import switch
from plateward.work.alerts.models import Act, Alert
from plateward.work.alerts.testing import allow_overrides

# Every query of these stories is asked of both databases by the tests of its room.
pytestmark = [pytest.mark.django_db, pytest.mark.clause("6.e.iv.3/order", "6.e.iv.3/vehicle")]
DANGER = "The driver reaches under the seat while two children watch from the sidewalk."


@pytest.fixture
def ncic() -> Iterator[NcicSimulator]:
    with switch() as running:
        yield running


def listed(plate: str, state: str, vehicle: str = "") -> None:
    """As stolen, by NCIC's extract or a state's file."""
    lines = f"plate,state,reason,priority,expires,vehicle\n{plate},{state},stolen_vehicle,high,,{vehicle}\n"
    apply_load(
        GLORIA,
        preview_load(GLORIA, receive_file(GLORIA, "State hot file", "NCIC", "list.csv", [lines.encode()])),
    )


class Officer:
    """Ada at her alert, step by step."""

    def __init__(self, read: str, state: str | None) -> None:
        self.client: Client = signed_in(person("ada"))
        reader = enroll_reader()
        reader.send(reader.photo(read, state))
        self.alert = Alert.objects.get()

    def does(self, step: str, **typed: Any) -> str:
        return self.client.post(f"/alerts/{self.alert.pk}/{step}", typed, follow=True).content.decode()

    def reads(self, plate: str, state: str) -> str:
        return self.does("confirm", plate=plate, state=state)

    def sees(self, kind: str, color: str, make: str = "", years: str = "") -> str:
        description = {"vehicle_class": kind, "color": color, "make": make, "years": years}
        return self.does("observe", plate_seen="yes", **description)

    def asks_ncic(self) -> str:
        return self.does("ncic")

    def cannot_stop_anybody(self) -> None:
        for kind in ("encounter", "investigation", "enforcement"):
            assert self.client.post(f"/alerts/{self.alert.pk}/act", {"kind": kind}).status_code == 409
        allow_overrides()
        assert self.client.post(f"/alerts/{self.alert.pk}/override", {"why": DANGER}).status_code == 409
        for kind in ("encounter", "investigation", "enforcement"):
            assert self.client.post(f"/alerts/{self.alert.pk}/act", {"kind": kind}).status_code == 409
        assert not Act.objects.exists()


def stolen(plate: str, state: str, **more: Any) -> RecordOnFile:
    """NCIC's record of it."""
    return RecordOnFile(plate, state, nic="V000000001", ori="CA0000000", oca="23-000123", **more)


def test_espanola_2023_a_2_read_as_7_and_two_sisters_handcuffed(ncic: NcicSimulator) -> None:
    """The stolen car's plate ends in 7, theirs in 2; the camera read 7, and nobody compared."""
    ncic.records.append(stolen("BNT457", "NM"))
    listed("BNT457", "NM")
    officer = Officer("BNT457", "NM")
    assert "not the listed plate" in officer.reads("BNT452", "NM")
    officer.asks_ncic()
    officer.cannot_stop_anybody()


def test_espanola_2023_where_the_officer_typed_what_the_camera_had_read(ncic: NcicSimulator) -> None:
    ncic.records.append(stolen("BNT457", "NM"))
    listed("BNT457", "NM")
    officer = Officer("BNT457", "NM")
    officer.reads("BNT457", "NM")
    officer.asks_ncic()
    assert "not observed" in officer.does("observe", plate_seen="no")  # it ends in 2, as she sees up close
    officer.cannot_stop_anybody()


def test_aurora_2020_a_family_in_an_suv_for_a_motorcycle_of_another_state(ncic: NcicSimulator) -> None:
    """The number was of a motorcycle stolen in Montana; the camera read only the number."""
    ncic.records.append(stolen("DT4092", "MT", make="YAMA", style="MC"))
    listed("DT4092", "MT")
    officer = Officer("DT4092", None)
    assert "not the listed plate" in officer.reads("DT4092", "CO")
    officer.cannot_stop_anybody()


@pytest.mark.clause("5.h/query")
def test_aurora_2020_where_the_state_was_taken_for_the_listed_one_and_ncic_was_asked_last(
    ncic: NcicSimulator,
) -> None:
    ncic.records.append(stolen("DT4092", "MT", make="YAMA", style="MC", year="2005", color="BLK"))
    listed("DT4092", "MT")
    officer = Officer("DT4092", None)
    officer.reads("DT4092", "MT")
    assert "Verify it next" in officer.sees("suv", "blue"), "the list describes nothing"
    page = officer.asks_ncic()
    assert "NOT THE LISTED VEHICLE" in page
    assert "Motorcycle" in page
    officer.sees("motorcycle", "black")  # once the description is known, nobody can change the first answer
    officer.cannot_stop_anybody()


def test_aurora_2020_where_the_list_itself_described_the_motorcycle(ncic: NcicSimulator) -> None:
    ncic.records.append(stolen("DT4092", "MT"))
    listed("DT4092", "MT", "2005 YAMA CYL MC BLK")
    officer = Officer("DT4092", None)
    page = officer.reads("DT4092", "MT")
    assert "YAMA" not in page, "what the officer sees comes first"
    assert "not the class of vehicle described" in officer.sees("suv", "blue")
    officer.asks_ncic()
    officer.cannot_stop_anybody()


def test_toledo_2024_a_7_read_as_2_a_tan_malibu_and_a_red_pickup(ncic: NcicSimulator) -> None:
    """The stolen plate was a tan Chevy Malibu's; he drove a red Dodge pickup, and a dog was set on him."""
    ncic.records.append(stolen("JLL7632", "OH", make="CHEV", model="MAL", style="4D", color="TAN"))
    listed("JLL7632", "OH", "Tan Chevrolet Malibu sedan")
    officer = Officer("JLL7632", "OH")
    officer.reads("JLL7632", "OH")
    assert "NOT THE LISTED VEHICLE" in officer.sees("pickup", "red", "Dodge, Ram")
    officer.asks_ncic()
    officer.cannot_stop_anybody()


def test_toledo_2024_where_the_style_alone_would_fit_a_pickup(ncic: NcicSimulator) -> None:
    """NCIC's 4D covers sedans and four-door pickups: color and make bar it, and then the plate itself."""
    ncic.records.append(stolen("JLL7632", "OH", make="CHEV", model="MAL", style="4D", color="TAN"))
    listed("JLL7632", "OH")
    officer = Officer("JLL7632", "OH")
    officer.reads("JLL7632", "OH")
    officer.sees("pickup", "red", "Dodge, Ram")
    assert "The vehicle differs" in officer.asks_ncic()
    assert officer.client.post(f"/alerts/{officer.alert.pk}/act", {"kind": "encounter"}).status_code == 409
    officer.does("observe", plate_seen="no")  # he reads 7637 to dispatch
    officer.cannot_stop_anybody()


@pytest.mark.clause("5.h/query")
def test_hofer_2018_a_rental_car_that_had_been_recovered_and_was_still_listed(ncic: NcicSimulator) -> None:
    listed("8DEV324", "CA")
    officer = Officer("8DEV324", "CA")
    officer.reads("8DEV324", "CA")
    officer.sees("car", "gray")
    assert "NOT VERIFIED: do not act" in officer.asks_ncic()
    officer.cannot_stop_anybody()


@pytest.mark.clause("5.h/query")
def test_hofer_2018_where_ncic_had_it_still_and_who_entered_it_no_longer(ncic: NcicSimulator) -> None:
    ncic.records.append(stolen("8DEV324", "CA", reply=Reply.AT_ONCE, verdict="N"))
    listed("8DEV324", "CA")
    officer = Officer("8DEV324", "CA")
    officer.reads("8DEV324", "CA")
    officer.sees("car", "gray")
    officer.asks_ncic()
    page = officer.does("hit", nic="V000000001", priority="U", oca="18-000123")
    assert "says that it is not valid" in page
    officer.cannot_stop_anybody()
