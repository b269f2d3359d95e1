"""The pages of an export that the hub makes, from the button to the acknowledgment."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from plateward.core.audit.leaf import Leaf
from plateward.ground import clock
from plateward.people.actor import PersonActor
from plateward.people.models import Person
from plateward.people.testing import person, signed_in
from plateward.simulators.dems import DemsMode
from plateward.testing.served import dems
from plateward.work.evidence.dems import asking, evidence, integrity, sending
from plateward.work.evidence.dems.models import Duty, Upload
from plateward.work.evidence.dems.tests.duties import NUMBER
from plateward.work.evidence.requested.models import RequestedPackage

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.clause(
        "6.a.iv/download", "6.a.iv/dems", "6.a.iv/overdue", "6.e.iv.4/evidence", "6.e.iv.4/overdue"
    ),
]


def text_of(browser: Client, path: str) -> str:
    return " ".join(browser.get(path).content.decode().split())


def test_from_the_button_to_the_acknowledgment(ada: PersonActor, duty: Duty, chain: list[Person]) -> None:
    officer, path = signed_in(ada.person), f"/alerts/dems/{duty.pk}/"
    with dems(DemsMode.ERROR) as running:
        assert "press Export to DEMS" in text_of(officer, "/alerts/dems/")
        page = text_of(officer, path)
        assert "sends it to DEMS under this number" in page
        assert "Record the export" not in page, "the hub does it"
        for number, status in (("", 422), ("0000000", 409)):
            assert officer.post(f"{path}export", {"number": number}).status_code == status
        assert officer.post(f"{path}export", {"number": NUMBER}).headers["Location"] == path
        assert "The package is being made." in text_of(officer, path)
        again = officer.post(f"{path}export", {"number": NUMBER})
        assert (again.status_code, "is under way" in again.content.decode()) == (409, True)
        fingerprint = Upload.objects.get().fingerprint
        assert officer.get(f"{path}progress", {"shown": fingerprint}).status_code == 204
        sending.send_packages()
        assert "DEMS is not available now (HTTP 503)." in text_of(
            officer, f"{path}progress?shown={fingerprint}"
        )
        page = text_of(officer, path)
        assert "Try again now" in page
        assert "Export it under another number, or make a new package" in page
        assert "Not in DEMS yet, retrying" in text_of(officer, f"/alerts/{duty.alert_id}/")
        running.mode = DemsMode.NORMAL
        assert officer.post(f"{path}retry").headers["Location"] == path
        assert sending.send_packages() == 1
        assert "data-over" in text_of(officer, f"{path}progress?shown={fingerprint}")
        page, upload = text_of(officer, path), Upload.objects.get()
        assert "ITEM-2026-1001, acknowledged" in page
        assert upload.sha256 in page
        assert "Acknowledged by DEMS, item ITEM-2026-1001" in page
        alert = text_of(officer, f"/alerts/{duty.alert_id}/")
        assert "<strong>DEMS</strong> Acknowledged the package: item ITEM-2026-1001" in alert
        assert "Recently completed" in text_of(signed_in(chain[0]), "/alerts/dems/")


def test_what_dems_refuses_stands_on_the_page_with_its_form(ada: PersonActor, duty: Duty) -> None:
    officer, path = signed_in(ada.person), f"/alerts/dems/{duty.pk}/"
    with dems(DemsMode.TURN_DOWN):
        officer.post(f"{path}export", {"number": NUMBER})
        sending.send_packages()
        page = text_of(officer, path)
        assert "Refused by DEMS: There is no such case." in page
        assert f'value="{NUMBER}"' in page
        assert "DEMS exports due" in text_of(officer, "/alerts/")


def test_others_do_not_see_it_and_it_stays_overdue_until_acknowledged(
    ada: PersonActor, duty: Duty, chain: list[Person]
) -> None:
    other, path = signed_in(person("dario")), f"/alerts/dems/{duty.pk}/"
    with dems():
        assert other.get(f"{path}progress").status_code == 404
        for act in ("export", "retry"):
            assert other.post(f"{path}{act}", {"number": NUMBER}).status_code == 404
        assert not Upload.objects.exists()
        signed_in(ada.person).post(f"{path}export", {"number": NUMBER})
        with clock.set_to(duty.due_at):
            assert "Overdue at DEMS: 1 of your people" in text_of(signed_in(chain[0]), "/alerts/dems/")


@pytest.mark.clause("6.h.iv/custody")
def test_without_dems_the_owner_has_the_package_made_and_takes_it_along(
    ada: PersonActor, duty: Duty, recorded: Callable[[str], Leaf]
) -> None:
    officer, path = signed_in(ada.person), f"/alerts/dems/{duty.pk}/"
    assert "Make the package" in text_of(officer, path)
    page = officer.post(f"{path}package").headers["Location"]
    row = RequestedPackage.objects.get()
    assert (page, row.alerts, row.by) == (row.get_absolute_url(), [duty.alert_id], ada.person)
    assert recorded("dems.download").outcome == "done"
    with dems():
        assert officer.post(f"{path}package").status_code == 409
    assert signed_in(person("dario")).post(f"{path}package").status_code == 404


def test_the_compliance_report_and_the_integrity_monitor_say_what_dems_has(
    ada: PersonActor, duty: Duty
) -> None:
    def facts_text() -> str:
        return " ".join(fact.text for fact in evidence.facts())

    def faults() -> list[str]:
        return [fault.problem for step in integrity.CHECKS[0].steps("") for fault in step.faults]

    assert "not connected to DEMS" in facts_text()
    with dems() as running:
        officer, path = signed_in(ada.person), f"/alerts/dems/{duty.pk}/"
        running.mode = DemsMode.ERROR
        officer.post(f"{path}export", {"number": NUMBER})
        sending.send_packages()
        with clock.set_to(clock.now() + timedelta(hours=5)):
            assert faults() == ["DEMS is not available now (HTTP 503)."]
            running.mode = DemsMode.NORMAL
            sending.send_packages()
            assert (
                "in the last 30 days: 1; on their way: 0; items of any age that DEMS had when it was last asked: 1"
                in facts_text()
            )
            assert faults() == []
        with clock.set_to(clock.now() + timedelta(days=3)):
            assert "Nobody asked about item ITEM-2026-1001" in faults()[0]
            running.lose("ITEM-2026-1001")
            asking.check_items()
            assert faults() == ["DEMS lost item ITEM-2026-1001."]
