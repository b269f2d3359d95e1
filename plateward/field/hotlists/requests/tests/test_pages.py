"""The requesters' and reviewers' pages, in a browser without scripts."""

import re
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.test import Client

from plateward.core.audit.models import AuditEntry as LogEntry
from plateward.field.hotlists.models import Entry
from plateward.field.hotlists.requests import actions, deciding
from plateward.field.hotlists.requests.models import Request
from plateward.field.hotlists.requests.testing import (
    ASK,
    KNOWN,
    TO_REVIEW,
    WHY,
    Force,
    approve,
    listed,
    post_form,
    request_form,
)
from plateward.people import days
from plateward.people.actor import PersonActor
from plateward.people.models import Person
from plateward.people.permissions import Role
from plateward.people.testing import person, signed_in

pytestmark = pytest.mark.usefixtures("dispatch")


@pytest.mark.clause("6.f.i.1/review")
def test_asked_returned_mended_approved_and_every_page_says_where_it_is(
    force: Force, ada: Client, carla: Client
) -> None:
    status, page = post_form(ada, ASK, request_form(force))
    assert status == 200
    request = Request.objects.get()
    assert f"Request {request.pk} submitted. It is with Carla Chavez." in page
    assert "Known to CAD" in page
    assert "It is with Carla Chavez" in ada.get("/hotlists/requests/").content.decode()

    listed = carla.get(TO_REVIEW).content.decode()
    assert "BKT 419" in listed
    assert re.search(r"To review\s*<span class=\"tag tag--normal\">1</span>", listed)
    url = f"{TO_REVIEW}{request.pk}/"
    html = carla.get(url).content.decode()
    for text in (WHY, KNOWN, "Red Ford F-150", "Ada Archuleta", "Unit 12", "None that you may see"):
        assert text in html
    seen = request.last.pk
    status, page = post_form(carla, url, {"seen": seen, "decision": "return", "text": ""})
    assert (status, "without a reason" in page) == (409, True)
    status, page = post_form(carla, url, {"seen": seen, "decision": "return", "text": "Which store?"})
    assert "You have no requests to review." in page

    mend = f"/hotlists/requests/{request.pk}/mend"
    html = ada.get(mend).content.decode()
    assert "Which store?" in html
    assert WHY in html
    status, page = post_form(ada, mend, request_form(force, narrative=WHY + " At Fourth Street."))
    assert "Version 2" in page
    assert "changed: narrative" in page
    status, page = post_form(carla, url, {"seen": seen, "decision": "approve", "text": ""})
    assert (status, "changed after you opened it" in page) == (409, True)
    request = Request.objects.get()
    post_form(carla, url, {"seen": request.last.pk, "decision": "approve", "text": "Good."})
    assert Entry.objects.in_force().filter(bare="BKT419").exists()
    status, page = post_form(carla, url, {"seen": request.last.pk, "decision": "refuse", "text": "No."})
    assert (status, "already decided" in page) == (409, True)
    own = ada.get(f"/hotlists/requests/{request.pk}/").content.decode()
    assert "Its entry is in force." in own
    assert "Approved</strong> by Carla Chavez" in own


@pytest.mark.clause("6.b.i.8/scope", "6.c.ii/cases")
def test_a_request_is_seen_by_who_asked_and_by_who_leads_them_and_by_nobody_else(
    force: Force, carla: Client
) -> None:
    request = force.asks()
    assert signed_in(force.ben).get(f"/hotlists/requests/{request.pk}/").status_code == 404
    assert signed_in(force.ben).get(f"{TO_REVIEW}{request.pk}/").status_code == 403
    assert carla.get(f"{TO_REVIEW}{request.pk}/").status_code == 200
    assert signed_in(force.hector).get(f"{TO_REVIEW}{request.pk}/").status_code == 200
    for requester in (force.ada, force.ben):
        Person.objects.filter(pk=requester.pk).update(supervisor=force.laura)
    assert carla.get(f"{TO_REVIEW}{request.pk}/").status_code == 404
    force.list.covert = True
    force.list.save()
    assert signed_in(force.hector).get(f"{TO_REVIEW}{request.pk}/").status_code == 404
    assert carla.post(f"{TO_REVIEW}{request.pk}/emergency", secure=True).status_code == 404


@pytest.mark.clause("6.f.i.1/emergency", "6.b.i.9/entries")
def test_an_emergency_stands_on_every_page_of_a_supervisor_and_one_press_approves_it(force: Force) -> None:
    laura = signed_in(force.laura)
    request = force.asks(reason="amber_alert", emergency=True)
    page = laura.get("/people/").content.decode()
    for text in ("Emergency: AMBER Alert.", "BKT 419", KNOWN, WHY, "Ada Archuleta", "Approve now"):
        assert text in page
    seen = LogEntry.objects.filter(event="hotlist.view", object="hotlist-requests:emergencies").count()
    assert seen == 1
    assert "Approve now" not in signed_in(force.ada).get("/alerts/").content.decode()
    path = f"{TO_REVIEW}{request.pk}/emergency"
    answer = laura.post(path, {"seen": request.last.pk, "next": "/people/"}, secure=True)
    assert answer["Location"] == "/people/"
    assert Entry.objects.in_force().exists()
    assert "Approve now" not in laura.get("/people/").content.decode()
    again = laura.post(
        path, {"seen": request.last.pk, "next": "https://evil.example/"}, follow=True, secure=True
    )
    assert "already decided" in again.content.decode()


def test_an_open_page_hears_of_an_emergency_and_asking_is_no_work(force: Force) -> None:
    carla = signed_in(force.carla)
    before = force.carla.sign_ins.get().seen_at
    path = "/hotlists/requests/emergencies"
    json = {"accept": "application/json"}
    assert carla.get(path, headers=json).status_code == 204
    request = force.asks(reason="amber_alert", emergency=True)
    banner = carla.get(path, headers=json).json()
    assert banner["shown"] == str(request.pk)
    assert "Approve now" in banner["html"]
    assert carla.get(f"{path}?shown={request.pk}", headers=json).status_code == 204
    assert force.carla.sign_ins.get().seen_at == before
    pressed = carla.post(
        f"{TO_REVIEW}{request.pk}/emergency", {"seen": request.last.pk}, headers=json, secure=True
    )
    assert "is approved, as an emergency" in pressed.json()["html"]
    assert pressed.json()["shown"] == ""


@pytest.mark.both_databases
@pytest.mark.clause("6.f.i.1/review")
def test_an_absence_is_declared_and_ended_on_its_page(force: Force, carla: Client) -> None:
    path = "/absences/"
    today = days.today()
    status, page = post_form(carla, path, {"first": today, "last": today - timedelta(days=1)})
    assert (status, "end before it begins" in page) == (409, True)
    status, page = post_form(carla, path, {"first": today, "last": today + timedelta(days=90)})
    assert (status, "at most 60 days" in page) == (409, True)
    status, page = post_form(carla, path, {"first": today, "last": today + timedelta(days=2)})
    assert (status, "Declared." in page) == (200, True)
    status, page = post_form(carla, path, {"first": today, "last": today})
    assert (status, "for that time" in page) == (409, True)
    request = force.asks()
    assert "since Carla Chavez is absent until" in signed_in(force.laura).get(TO_REVIEW).content.decode()
    assert "You declared an absence" in carla.get(TO_REVIEW).content.decode()
    post_form(carla, f"{path}{force.carla.absences.get().pk}/end", {})
    assert f"{request.pk}: List a plate" in carla.get(TO_REVIEW).content.decode()
    assert signed_in(force.laura).post(f"{path}{force.carla.absences.get().pk}/end").status_code == 404


@pytest.mark.clause("6.f.i.1/review", "6.f.i.1/removal")
def test_an_entrys_history_says_who_asked_who_approved_and_why_it_ended(force: Force, ada: Client) -> None:
    first = approve(force, force.asks())
    entry = approve(force, force.asks(force.ben))
    removal = actions.submit_removal(
        PersonActor.of(force.ada), uuid4(), entry, "The vehicle was found at its owner's house."
    )
    deciding.approve_request(PersonActor.of(force.carla), removal, removal.last.pk)
    page = ada.get(f"/hotlists/requests/history/{entry.pk}/").content.decode()
    for text in (
        "requested by Ben Begay",
        "Approved</strong> by Carla Chavez",
        "Removed at the request of Ada Archuleta",
        "The vehicle was found",
        "Replaced by another entry of the same plate",
        str(first.pk),
    ):
        assert text in page
    assert WHY not in page  # Ada may not read Ben's case
    assert WHY in signed_in(force.ben).get(f"/hotlists/requests/history/{entry.pk}/").content.decode()
    assert WHY in signed_in(force.carla).get(f"/hotlists/requests/history/{entry.pk}/").content.decode()
    elsewhere = person("iris", role=Role.SUPERVISOR)  # a supervisor of others, like dispatch, may not read it
    for other in (person("elena"), elsewhere):
        assert WHY not in signed_in(other).get(f"/hotlists/requests/history/{entry.pk}/").content.decode()


def test_what_came_with_a_file_says_so_and_is_not_removed_by_request(force: Force, ada: Client) -> None:
    entry = listed("NCIC", "BKT419")
    assert (
        "this entry came with a file from NCIC"
        in ada.get(f"/hotlists/requests/history/{entry.pk}/").content.decode()
    )
    assert ada.get(f"/hotlists/requests/remove/{entry.pk}").status_code == 404
    assert ada.get(f"/hotlists/requests/history/{UUID(int=7)}/").status_code == 404


def test_a_removal_is_asked_for_on_its_page(force: Force, ada: Client) -> None:
    entry = approve(force, force.asks())
    path = f"/hotlists/requests/remove/{entry.pk}"
    status, page = post_form(ada, path, {"key": str(uuid4()), "why": "Found."})
    assert (status, "too short" in page, "Found." in page) == (409, True, True)
    sent = {"key": str(uuid4()), "why": "The vehicle was found at its owner's house."}
    status, page = post_form(ada, path, sent)
    assert (status, "remove an entry" in page) == (200, True)
    status, page = post_form(ada, path, sent)
    assert (status, "This was already submitted." in page) == (200, True)
    status, page = post_form(
        ada, path, {"key": str(uuid4()), "why": "The vehicle was found at its owner's house."}
    )
    assert (status, "already requested" in page) == (409, True)
    request = Request.objects.latest("pk")
    status, page = post_form(ada, f"/hotlists/requests/{request.pk}/withdraw", {})
    assert "is withdrawn" in page
    assert "None" not in page
    assert Entry.objects.in_force().exists()
