"""The pages of malfunctions, repairs and technicians."""

import pytest
from django.test import Client

from plateward.core.audit.models import AuditEntry
from plateward.field.fleet.malfunctions.models import Authorization, Malfunction, Modification, Repair
from plateward.field.fleet.models import Reader
from plateward.people.models import Person, Unit
from plateward.people.testing import person, signed_in

pytestmark = pytest.mark.django_db
SEEN = {"what": ["picture", "damage"], "severity": "out", "words": "The glass is broken since this morning."}
REPAIRED = {"done": "Changed the glass.", "parts": "Front glass", "outcome": "repaired"}
GROUND = {"why": "Trained by the maker, certificate 114."}


def text(browser: Client, url: str) -> str:
    return " ".join(browser.get(url).content.decode().split())


def reported(reader: Reader, by: Person) -> Malfunction:
    signed_in(by).post(f"/fleet/malfunctions/report/{reader.pk}/", SEEN)
    return Malfunction.objects.latest("pk")


@pytest.mark.clause("6.e.iv.2/report")
def test_an_officer_reports_a_malfunction_from_an_alert(ada: Person, carla: Person, reader: Reader) -> None:
    browser = signed_in(ada)
    page = text(browser, f"/fleet/malfunctions/report/{reader.pk}/?alert=42")
    assert "from alert 42" in page
    assert 'name="alert" value="42"' in page
    done = browser.post(f"/fleet/malfunctions/report/{reader.pk}/", SEEN | {"alert": "42"}, follow=True)
    assert (
        "Reported: picture, damage. Your supervisor and the ALPR administrator were notified."
        in done.content.decode()
    )
    made = Malfunction.objects.get()
    assert (made.by, made.alert, made.what) == (ada, 42, ["picture", "damage"])
    assert "Picture, damage" in text(signed_in(carla), "/fleet/malfunctions/")
    assert "Malfunction: picture, damage" in text(signed_in(person("frank")), "/fleet/")


@pytest.mark.clause("6.e.iv.2/report")
@pytest.mark.parametrize(
    ("given", "status"),
    [
        (SEEN | {"what": []}, 422),
        (SEEN | {"what": ["flux"]}, 422),
        (SEEN | {"severity": ""}, 422),
        (SEEN | {"severity": "awful"}, 422),
        (SEEN | {"words": ""}, 422),
        (SEEN | {"words": "x" * 2001}, 422),
        (SEEN | {"words": "--dark--"}, 409),
        ({**SEEN, "alert": "-1"}, 422),
        ({**SEEN, "alert": "'; --"}, 422),
        ({**SEEN, "alert": "9" * 30}, 422),
    ],
)
def test_a_report_that_says_too_little_or_too_much_comes_back(
    ada: Person, reader: Reader, given: dict[str, object], status: int
) -> None:
    answer = signed_in(ada).post(f"/fleet/malfunctions/report/{reader.pk}/", given)
    assert answer.status_code == status
    assert str(given["words"]) in answer.content.decode()
    assert not Malfunction.objects.exists()
    for odd in ("x", "-4", "9" * 40, "²"):
        assert signed_in(ada).get(f"/fleet/malfunctions/report/{reader.pk}/?alert={odd}").status_code == 200


@pytest.mark.clause("6.e.iv.2/repairs", "6.b.i.9/denied")
def test_a_repair_by_another_is_refused_on_its_page_and_on_the_log(
    ada: Person, carla: Person, reader: Reader
) -> None:
    made = reported(reader, ada)
    for someone in (ada, carla, person("gloria"), person("frank")):
        browser = signed_in(someone)
        assert "Record the repair" not in text(browser, f"/fleet/malfunctions/{made.pk}/")
        for given in (REPAIRED, {}):
            answer = browser.post(f"/fleet/malfunctions/{made.pk}/repair", given)
            assert (answer.status_code, ">6.e.iv.2</a>)" in answer.content.decode()) == (409, True)
            leaf = AuditEntry.objects.filter(event="repair.record").latest("sequence").leaf
            assert leaf
            assert (leaf.outcome, leaf.clause, leaf.actor_id) == ("refused", "6.e.iv.2", someone.username)
    answer = signed_in(ada).post(f"/fleet/malfunctions/{made.pk}/repair", REPAIRED)
    assert "Changed the glass." in answer.content.decode()  # nothing typed is lost
    assert not Repair.objects.exists()


@pytest.mark.both_databases
@pytest.mark.clause("6.e.iv.2/repairs", "6.f.i.2/repaired")
def test_the_administrator_authorizes_a_technician_who_then_repairs(ada: Person, reader: Reader) -> None:
    made, frank = reported(reader, ada), person("frank")
    gloria = signed_in(person("gloria"))
    assert "No one is authorized" in text(gloria, "/fleet/malfunctions/technicians/")
    done = gloria.post("/fleet/malfunctions/technicians/", GROUND | {"technician": frank.pk}, follow=True)
    assert "Frank Fierro may now repair and modify readers." in done.content.decode()
    technician, page = signed_in(frank), f"/fleet/malfunctions/{made.pk}/"
    assert "Record the repair" in text(technician, page)
    for broken in (
        {},
        REPAIRED | {"outcome": "perhaps"},
        REPAIRED | {"parts": "x" * 201},
        REPAIRED | {"replacement": "x" * 101},
        REPAIRED | {"vendor": "99"},
    ):
        assert technician.post(f"{page}repair", broken).status_code == 422
    assert technician.post(f"{page}repair", REPAIRED | {"done": "ok"}).status_code == 409
    done = technician.post(f"{page}repair", REPAIRED, follow=True)
    assert "Works again. Its unit was asked for a start-of-shift check" in done.content.decode()
    html = text(technician, page)
    assert "Changed the glass." in html
    assert "Parts: Front glass" in html
    assert "Record the repair" not in html
    listed = text(technician, "/fleet/malfunctions/")
    assert "No open malfunctions." in listed
    assert "Recently repaired, replaced or over" in listed
    again = technician.post(f"{page}repair", REPAIRED)
    assert (again.status_code, "already repaired" in again.content.decode()) == (409, True)


@pytest.mark.clause("6.e.iv.2/repairs", "6.b.i.9/entries")
def test_a_modification_is_recorded_by_whom_the_administrator_authorized_alone(
    ada: Person, reader: Reader
) -> None:
    page, given = "/fleet/malfunctions/modifications/", {"reader": reader.pk, "done": "New firmware 4.2."}
    for someone in (ada, person("gloria"), person("frank")):
        browser = signed_in(someone)
        assert "Record the modification" not in text(browser, page)
        for sent in (given, {}, {"reader": "x", "vendor": "99"}):
            answer = browser.post(page, sent)
            assert (answer.status_code, ">6.e.iv.2</a>)" in answer.content.decode()) == (409, True)
    assert "New firmware 4.2." in browser.post(page, given).content.decode()  # nothing typed is lost
    assert not Modification.objects.exists()
    signed_in(person("gloria")).post(
        "/fleet/malfunctions/technicians/", GROUND | {"technician": person("frank").pk}
    )
    technician = signed_in(person("frank"))
    for broken, status in (
        ({}, 422),
        (given | {"done": "ok"}, 409),
        (given | {"done": "x" * 2001}, 422),
        (given | {"reader": "999"}, 422),
        (given | {"vendor": "'; --"}, 422),
    ):
        assert technician.post(page, broken).status_code == status, broken
    assert "Recorded: Modification of unit-12." in technician.post(page, given, follow=True).content.decode()
    technician.post(page, given | {"reader": "", "done": "Moved to another rack."})
    for username, sees in (("gloria", True), ("frank", True), ("ada", False)):  # of the system
        listed = text(signed_in(person(username)), page)
        assert "New firmware 4.2." in listed
        assert ("Moved to another rack." in listed) is sees


@pytest.mark.clause("6.e.iv.2/repairs")
def test_an_authorization_is_ended_and_bad_ones_are_refused(ada: Person) -> None:
    frank, gloria = person("frank"), signed_in(person("gloria"))
    page = "/fleet/malfunctions/technicians/"
    for broken, status in (
        ({}, 422),
        (GROUND, 409),
        (GROUND | {"technician": str(ada.pk)}, 422),
        (GROUND | {"technician": "x"}, 422),
        (GROUND | {"vendor": "x" * 101}, 422),
        (GROUND | {"technician": str(frank.pk), "vendor": "Ridgeline Optics"}, 409),
        ({"technician": str(frank.pk), "why": "ok"}, 409),
    ):
        assert gloria.post(page, broken).status_code == status, broken
    assert not Authorization.objects.exists()
    gloria.post(page, GROUND | {"vendor": "Ridgeline Optics"})
    made = Authorization.objects.get()
    for typed, status in (("", 422), ("x" * 401, 422), ("over", 409)):
        answer = gloria.post(f"{page}{made.pk}/end", {"why": typed})
        assert answer.status_code == status
    assert 'value="over"' in answer.content.decode()
    done = gloria.post(f"{page}{made.pk}/end", {"why": "The contract is over."}, follow=True).content.decode()
    assert "Ridgeline Optics may no longer repair or modify readers." in done
    assert "The contract is over." in done
    for username in ("ada", "carla", "frank", "hector"):
        assert signed_in(person(username)).get(page).status_code == 403


@pytest.mark.clause("6.e.iv.2/report")
def test_one_sees_the_malfunctions_of_ones_own_readers_and_reports(ada: Person, reader: Reader) -> None:
    ben = person("ben", unit=Unit.objects.create(name="Unit 14"))
    made = reported(reader, ada)
    browser, page = signed_in(ben), f"/fleet/malfunctions/{made.pk}/"
    assert browser.get(page).status_code == 404
    assert browser.post(f"{page}repair", REPAIRED).status_code == 404
    assert "No open malfunctions." in text(browser, "/fleet/malfunctions/")
    own = reported(reader, ben)  # another unit's reader, which he knows from an alert
    browser = signed_in(ben)
    assert "The glass is broken" in text(browser, f"/fleet/malfunctions/{own.pk}/")
    assert f"/fleet/checks/{reader.pk}/" not in text(browser, f"/fleet/malfunctions/{own.pk}/")
    dispatcher = signed_in(person("elena", unit=None))
    assert dispatcher.post(f"/fleet/malfunctions/report/{reader.pk}/", SEEN).status_code == 302
    for username in ("iris", "kim", "nora"):
        assert signed_in(person(username)).get("/fleet/malfunctions/").status_code == 403
    assert (
        signed_in(person("hector")).post(f"/fleet/malfunctions/report/{reader.pk}/", SEEN).status_code == 403
    )
    assert "The glass is broken" in text(signed_in(person("hector")), page)
