"""The alert's page: all pictures, text typed while others act, and the records that answers feed."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from plateward.core.audit.models import AuditEntry as Audit
from plateward.field.hotlists.models import Entry
from plateward.field.hotlists.recall.actions import recall_entry
from plateward.ground import clock
from plateward.people.actor import PersonActor
from plateward.people.testing import acting, person, signed_in
from plateward.testing.hotlist import change_entries
from plateward.testing.roadside import Roadside
from plateward.work.alerts.closing.account import DispositionAccount
from plateward.work.alerts.closing.actions import dispose
from plateward.work.alerts.confirming import actions
from plateward.work.alerts.facts import AlertOutcome, FaultKind
from plateward.work.alerts.models import Alert
from plateward.work.alerts.page import actions as steps
from plateward.work.alerts.page.context import alert_images
from plateward.work.alerts.page.trail import trail
from plateward.work.alerts.testing import allow_overrides
from plateward.work.alerts.vehicles import ObservedVehicle

pytestmark = pytest.mark.django_db
STORY = "Followed the vehicle to the county line, where it was lost in the traffic."


@pytest.mark.clause("6.e.iv.3/plate", "6.h.iv/custody")
def test_every_picture_of_the_vehicle_can_be_looked_at_and_each_look_is_a_custody_event(
    ada: PersonActor, alert: Alert, reader: Roadside
) -> None:
    browser, page = signed_in(ada.person), f"/alerts/{alert.pk}/"
    assert "data-frames" not in browser.get(page).content.decode()
    with clock.set_to(clock.now() + timedelta(minutes=1)):
        again = reader.photo("ABC123")
        reader.send(again)
    images = alert_images(alert, trail(alert))
    html = browser.get(page).content.decode()
    assert [f'data-plate="{image["plate_url"]}"' in html for image in images] == [True, True]
    assert str(again.read.id) in images[1]["plate_url"]
    assert browser.get(images[1]["context_url"]).content == again.context
    leaf = Audit.objects.filter(event="image.view").latest("sequence").leaf
    assert leaf
    assert (leaf.object, leaf.actor_id, leaf.details["image"]) == (f"read:{again.read.id}", "ada", "context")


@pytest.mark.clause("6.e.iv.3/order")
def test_an_open_page_learns_who_went_on_with_the_alert(ada: PersonActor, alert: Alert) -> None:
    browser, url = signed_in(person("ben")), f"/alerts/{alert.pk}/moved"
    before = browser.get(url).json()["steps"]
    steps.confirm(ada, alert, "ABC123", "NM")
    later_steps = browser.get(url).json()["steps"]
    assert (len(later_steps), later_steps[-1]["by"]) == (len(before) + 1, "Ada Archuleta")
    assert later_steps[-1]["what"] == "Read ABC123 NM: the listed plate"
    assert browser.get("/alerts/999/moved").status_code == 404
    late = browser.post(f"/alerts/{alert.pk}/confirm", {"plate": "ABC128", "state": "NM"})
    assert late.status_code == 409
    assert "already confirmed, by Ada Archuleta" in late.content.decode()


@pytest.mark.clause("6.e.iv.3/order")
def test_what_was_typed_when_a_recall_came_is_refused_and_not_lost(ada: PersonActor, alert: Alert) -> None:
    browser, page = signed_in(ada.person), f"/alerts/{alert.pk}/"
    recall_entry(acting("gloria"), Entry.objects.get(plate="ABC123"), "Recovered by Santa Fe PD yesterday.")
    for step, typed in {
        "confirm": {"plate": "ABC129", "state": "NM"},
        "dispose": {"outcome": "not_located", "narrative": STORY},
        "override": {"why": "The driver shoots at cars on the interstate."},
    }.items():
        answer = browser.post(page + step, typed)
        said = answer.content.decode()
        assert (answer.status_code, "The list entry of this alert was recalled" in said) == (409, True)
        assert "Not recorded." in said
        assert max(typed.values(), key=len) in said


@pytest.mark.clause("6.e.iv.3/vehicle", "6.e.iv.3/order")
def test_a_vehicle_that_was_not_observed_is_not_stopped_whatever_else_is_known(
    ada: PersonActor, alert: Alert
) -> None:
    allow_overrides()
    browser, page = signed_in(ada.person), f"/alerts/{alert.pk}/"
    browser.post(f"{page}confirm", {"plate": "ABC123", "state": "NM"})
    said = browser.post(f"{page}observe", {"plate_seen": "no"}, follow=True).content.decode()
    assert "Recorded: not observed. No encounter is allowed; close the alert." in said
    assert "override missing checks" not in said
    for step, typed in {
        "act": {"kind": "encounter"},
        "override": {"why": "He fires at passing cars."},
    }.items():
        answer = browser.post(page + step, typed)
        assert (answer.status_code, "was not observed with this plate" in answer.content.decode()) == (
            409,
            True,
        )
    assert not alert.acts.exists()
    said = browser.post(
        f"{page}observe", {"plate_seen": "yes", "vehicle_class": "car", "color": "gray"}, follow=True
    ).content.decode()
    assert "Recorded: you see this plate on the vehicle." in said


@pytest.mark.clause("6.e.iv.3/vehicle")
def test_the_entry_is_shown_with_its_list_its_age_the_match_and_both_vehicles(
    ada: PersonActor, raised: Callable[..., Alert]
) -> None:
    change_entries(Entry.objects.filter(plate="XYZ780"), vehicle="2019 Kenworth truck", plate_type="TK")
    alert = raised("XYZ7B0")
    browser, page = signed_in(ada.person), f"/alerts/{alert.pk}/"
    assert "2019 Kenworth" not in browser.get(page).content.decode()
    steps.confirm(ada, alert, "XYZ780", "NM")
    assert "2019 Kenworth" not in browser.get(page).content.decode(), "what one sees is said first"
    steps.observe(ada, alert, matches=True, vehicle=ObservedVehicle(kind="truck"))
    html = browser.get(page).content.decode()
    for said in (
        "Look-alike characters.",
        "Read B where 8 is listed (they look alike)",
        "2019 Kenworth truck, plate type TK",
        "when the read was matched",
    ):
        assert said in html, said


@pytest.mark.both_databases
def test_the_readers_and_the_lists_pages_show_what_people_found_wrong(
    ada: PersonActor, raised: Callable[..., Alert]
) -> None:
    misread = raised("ABC123")
    steps.confirm(ada, misread, "ABC128", "NM")
    actions.record_fault(ada, misread, FaultKind.PLATE)
    dispose(ada, misread, DispositionAccount(AlertOutcome.MISREAD, STORY))
    stale = raised("XYZ780")
    steps.confirm(ada, stale, "XYZ780", "NM")
    actions.record_fault(ada, stale, FaultKind.STALE)
    technician = signed_in(person("frank")).get("/fleet/").content.decode()
    assert "Misread: 1" in technician
    assert "ABC12" not in technician
    listed = signed_in(person("gloria")).get(f"/hotlists/{stale.entry.hotlist_id}/").content.decode()
    assert "Errors found when its alerts were checked: stale entry 1" in " ".join(listed.split())
    assert f"alert {stale.pk})" in listed
