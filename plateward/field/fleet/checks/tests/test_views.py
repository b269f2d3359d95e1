"""The pages of the guided check and the supervisor's list."""

from datetime import timedelta

import pytest

from plateward.core.audit.models import AuditEntry
from plateward.field.fleet.checks.models import ReaderCheck
from plateward.field.fleet.checks.rules import HEARD_AFTER, SHIFT
from plateward.field.fleet.checks.steps import CheckStep
from plateward.field.fleet.models import Reader
from plateward.field.fleet.testing import recorded_check
from plateward.field.hotlists.delivery.lists import current_lists
from plateward.ground import clock
from plateward.people.models import Person, Unit
from plateward.people.testing import person, signed_in
from plateward.testing.hotlist import load_hotlist
from plateward.testing.roadside import Roadside, enroll_reader

pytestmark = pytest.mark.django_db
ALL_WELL = {step.value: "yes" for step in CheckStep}


def text(browser: object, url: str) -> str:
    return " ".join(browser.get(url).content.decode().split())  # type: ignore[attr-defined]


@pytest.mark.clause("6.e.iv.1/missing")
def test_a_shift_without_a_check_is_listed_to_the_supervisor(
    ada: Person, carla: Person, reader: Reader, roadside: Roadside
) -> None:
    Person.objects.filter(pk=carla.pk).update(unit=Unit.objects.create(name="District 5"))
    other = enroll_reader("unit-14", "Unit 14 rear", unit=Unit.objects.create(name="Unit 14"))  # not hers
    idle = enroll_reader("unit-12b", "Unit 12 front", unit=ada.unit)  # sends nothing
    for car in (roadside, other):
        car.send(car.photo("XYZ987"))
    sergeant = signed_in(Person.objects.get(pk=carla.pk))
    html = text(sergeant, "/fleet/checks/")
    assert "In use without a passed check" in html
    assert "unit-12</a>" in html
    assert "No start-of-shift check" in html
    assert "Never checked" in html
    assert not any(name in html for name in (f"{other.name}</a>", f"{idle.name}</a>"))
    recorded_check(ada, reader)
    assert "passed a check" in text(sergeant, "/fleet/checks/")
    with clock.set_to(clock.now() + SHIFT + timedelta(minutes=5)):
        assert "passed a check" in text(signed_in(carla), "/fleet/checks/")  # it sent nothing this shift
        roadside.send(roadside.photo("XYZ986"))
        assert "No start-of-shift check" in text(signed_in(carla), "/fleet/checks/")
    # People who keep all readers see them all.
    for username in ("gloria", "frank", "hector"):
        assert "unit-14</a>" in text(signed_in(person(username)), "/fleet/checks/")


@pytest.mark.clause("6.e.iv.1/missing")
def test_failed_ones_come_first(ada: Person, carla: Person, reader: Reader, roadside: Roadside) -> None:
    never = enroll_reader("unit-12a", "Unit 12 front", unit=ada.unit)
    said = enroll_reader("unit-12z", "Unit 12 left", unit=ada.unit)
    for car in (never, roadside):
        car.send(car.photo("XYZ987"))
    with clock.set_to(clock.now() - HEARD_AFTER):
        recorded_check(ada, Reader.objects.get(name=said.name))
    said.send(said.photo("XYZ987", shift_check=False))  # although its check passed
    recorded_check(ada, reader, time="An hour late.")
    html = text(signed_in(carla), "/fleet/checks/").split("To check")[0]
    places = [html.index(f">{name}</a>") for name in ("unit-12z", "unit-12", "unit-12a")]
    assert places == sorted(places)
    assert "Start-of-shift check failed: time" in html


@pytest.mark.clause("6.e.iv.1/check")
def test_a_person_of_the_unit_is_guided_and_passes_it(ada: Person, reader: Reader) -> None:
    browser = signed_in(ada)
    assert f"/fleet/checks/{reader.pk}/check" in text(browser, "/fleet/checks/")
    page = text(browser, f"/fleet/checks/{reader.pk}/check")
    assert "A known plate is read correctly." in page
    assert "System: This reader has never been in contact." in page
    assert "checked>" not in page
    done = browser.post(f"/fleet/checks/{reader.pk}/check", ALL_WELL, follow=True).content.decode()
    assert "unit-12 passed its check" in done
    check = ReaderCheck.objects.get()
    assert (check.by, check.failed) == (ada, [])
    assert check.answers.get(step="hot_list").known == "It has no list yet."
    assert "Passed" in text(browser, f"/fleet/checks/{reader.pk}/")


@pytest.mark.clause("6.e.iv.1/check")
def test_what_the_hub_knows_is_shown_beside_each_step(
    ada: Person, reader: Reader, roadside: Roadside
) -> None:
    roadside.send(roadside.photo("XYZ987"))
    Reader.objects.update(clock_ahead_ms=-90_000, muted_at=clock.now())
    page = text(signed_in(ada), f"/fleet/checks/{reader.pk}/check")
    assert "Last heard" in page
    assert "Last read" in page
    assert "its clock was 90 seconds behind, or they were delayed" in page
    assert "Its alarm is withheld" in page
    Reader.objects.update(clock_ahead_ms=100, muted_at=None)
    assert "Its clock was correct" in text(signed_in(ada), f"/fleet/checks/{reader.pk}/check")
    load_hotlist("ABC123")
    Reader.objects.update(hotlist_version=str(current_lists().of(reader).version))
    assert "It has the current list." in text(signed_in(ada), f"/fleet/checks/{reader.pk}/check")
    load_hotlist("ABC123", "XYZ780")
    assert "It is behind by 1 change." in text(signed_in(ada), f"/fleet/checks/{reader.pk}/check")


@pytest.mark.clause("6.e.iv.1/check")
@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({}, "Choose yes or no (clause "),
        (ALL_WELL | {"time": "no"}, "Describe briefly what you see (clause "),
        (ALL_WELL | {"time": "no", "time_words": "   "}, "Describe briefly what you see"),
        (ALL_WELL | {"time": "no", "time_words": "x" * 501}, "to 500 characters"),
        (ALL_WELL | {"time": "perhaps"}, "“perhaps” is not an option here"),
    ],
)
def test_a_check_that_says_too_little_comes_back_with_what_was_typed(
    ada: Person, reader: Reader, given: dict[str, str], says: str
) -> None:
    answer = signed_in(ada).post(
        f"/fleet/checks/{reader.pk}/check", {"picture_words": "Dirty since Monday", **given}
    )
    assert answer.status_code == 422
    page = answer.content.decode()
    assert says in page
    assert "Dirty since Monday" in page
    assert not ReaderCheck.objects.exists()


@pytest.mark.both_databases
@pytest.mark.clause("6.e.iv.2/report")
def test_a_failed_check_leads_to_its_report(ada: Person, reader: Reader) -> None:
    browser = signed_in(ada)
    given = ALL_WELL | {"time": "no", "time_words": "An hour late."}
    page = browser.post(f"/fleet/checks/{reader.pk}/check", given, follow=True).content.decode()
    assert "Recorded: failed (time). Your supervisor was notified." in page
    assert "An hour late." in page
    check = ReaderCheck.objects.get()
    assert f"/fleet/malfunctions/check/{check.pk}/" in page
    done = browser.post(f"/fleet/malfunctions/check/{check.pk}/", follow=True).content.decode()
    assert "Reported: time." in done
    assert "Time: An hour late." in done
    again = browser.post(f"/fleet/malfunctions/check/{check.pk}/", follow=True).content.decode()
    assert "already reported" in again
    assert "Reported as a malfunction" in again


@pytest.mark.clause("6.e.iv.1/check", "6.b.i.8/scope")
def test_nobody_looks_at_or_checks_what_is_another_units(ada: Person, reader: Reader) -> None:
    ben = signed_in(person("ben", unit=Unit.objects.create(name="Unit 14")))
    ben.raise_request_exception = False
    assert "You have no readers to check" in text(ben, "/fleet/checks/")
    page = ben.get(f"/fleet/checks/{reader.pk}/")
    assert (page.status_code, "reader belongs to another unit" in page.content.decode()) == (409, True)
    before = AuditEntry.objects.filter(event="check.record").count()
    for ask in (ben.get, ben.post):
        answer = ask(f"/fleet/checks/{reader.pk}/check", ALL_WELL)
        assert (answer.status_code, "reader belongs to another unit" in answer.content.decode()) == (
            409,
            True,
        )
    assert AuditEntry.objects.filter(event="check.record").count() == before + 1
    assert not ReaderCheck.objects.exists()
    for username in ("elena", "iris", "nora"):
        assert signed_in(person(username)).get("/fleet/checks/").status_code == 403
    for username in ("gloria", "hector"):
        assert (
            signed_in(person(username)).post(f"/fleet/checks/{reader.pk}/check", ALL_WELL).status_code == 403
        )


@pytest.mark.clause("6.e.iv.1/check")
def test_the_fleet_page_shows_and_leads_to_the_checks(ada: Person, reader: Reader) -> None:
    technician = signed_in(person("frank"))
    assert "No start-of-shift check" in text(technician, "/fleet/")
    recorded_check(ada, reader)
    page = text(technician, "/fleet/")
    assert "Check passed" in page
    assert f'href="/fleet/checks/{reader.pk}/"' in page
    assert 'href="/fleet/checks/"' in page
