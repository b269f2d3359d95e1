"""The requesters' and reviewers' pages, in a browser without scripts."""

import re
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client

from plateward.audit.models import AuditEntry as LogEntry
from plateward.hotlists.models import Entry, HotList, Reason
from plateward.hotlists.requests import actions, deciding
from plateward.hotlists.requests.models import Request
from plateward.hotlists.requests.testing import ASK, KNOWN, TO_REVIEW, WHY, Force, post_form, request_form
from plateward.people import days
from plateward.people.actor import PersonActor
from plateward.people.models import Person
from plateward.people.permissions import Role
from plateward.people.testing import person, signed_in
from plateward.simulators.cad import CadSimulator

pytestmark = pytest.mark.usefixtures("dispatch")


def approve(force: Force, request: Request) -> Entry:
    deciding.approve_request(PersonActor.of(force.carla), request, request.last.pk)
    return Entry.objects.latest("began__pk")


@pytest.fixture
def ada(force: Force) -> Client:
    return signed_in(force.ada)


@pytest.fixture
def carla(force: Force) -> Client:
    return signed_in(force.carla)


@pytest.mark.clause("6.f.i.1")
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
    looked_at = request.last.pk
    status, page = post_form(carla, url, {"looked_at": looked_at, "decision": "return", "text": ""})
    assert (status, "without a reason" in page) == (409, True)
    status, page = post_form(
        carla, url, {"looked_at": looked_at, "decision": "return", "text": "Which store?"}
    )
    assert "You have no requests to review." in page

    mend = f"/hotlists/requests/{request.pk}/mend"
    html = ada.get(mend).content.decode()
    assert "Which store?" in html
    assert WHY in html
    status, page = post_form(ada, mend, request_form(force, narrative=WHY + " At Fourth Street."))
    assert "Version 2" in page
    assert "changed: narrative" in page
    status, page = post_form(carla, url, {"looked_at": looked_at, "decision": "approve", "text": ""})
    assert (status, "changed after you opened it" in page) == (409, True)
    request = Request.objects.get()
    post_form(carla, url, {"looked_at": request.last.pk, "decision": "approve", "text": "Good."})
    assert Entry.objects.in_force().filter(bare="BKT419").exists()
    status, page = post_form(carla, url, {"looked_at": request.last.pk, "decision": "refuse", "text": "No."})
    assert (status, "already decided" in page) == (409, True)
    own = ada.get(f"/hotlists/requests/{request.pk}/").content.decode()
    assert "Its entry is in force." in own
    assert "Approved</strong> by Carla Chavez" in own


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"plate": ""}, "Enter the plate."),
        ({"plate": "   "}, "Enter the plate."),
        ({"plate": "- -"}, "Enter the plate"),
        ({"plate": "🚗🚗"}, "A plate has letters, digits"),
        ({"plate": "A" * 40}, "at most 10 letters and digits"),
        ({"plate": "AB?"}, "known characters"),
        ({"plate": "BKT4??", "vehicle": ""}, "only with a description of the vehicle"),
        ({"until": str(date(2001, 1, 1))}, "would expire before it begins"),
        ({"until": "9999-12-31"}, "lasts at most 365 days"),
        ({"until": "soon"}, "Enter a day such as"),
        ({"reason": "immigration"}, "Choose one of the options"),
        ({"state": "ZZ"}, "Choose one of the options"),
        ({"narrative": "Stolen."}, "narrative is too short"),
        ({"number": "investigation"}, "at least 4 digits"),
        ({"number": "0000-0000"}, "a filler"),
        ({"number": "12"}, "5 to 40 letters"),
        ({"number": "2026-99999"}, "has no incident or case 2026-99999"),
        ({"emergency": "on"}, "Only an AMBER Alert or a violent crime"),
        ({"key": "not a key"}, "Reload this page"),
    ],
)
@pytest.mark.clause("5.f", "6.a.iii", "6.f.i.1")
@pytest.mark.one_database
def test_what_cannot_be_listed_is_told_and_nothing_typed_is_lost(
    force: Force, ada: Client, changed: dict[str, Any], message: str
) -> None:
    status, page = post_form(ada, ASK, request_form(force) | changed)
    assert status in (409, 422)
    assert message in page
    assert "narrative" in changed or WHY in page
    assert "vehicle" in changed or "Red Ford F-150" in page
    assert not Request.objects.exists()


@pytest.mark.clause("5.f")
def test_a_reason_that_the_administrator_added_may_be_given_until_it_is_retired(
    force: Force, ada: Client
) -> None:
    added = Reason.objects.create(
        key="silver_alert", text="Silver Alert", legal_basis="NMSA 29-15", added_by="gloria"
    )
    post_form(ada, ASK, request_form(force, reason="silver_alert"))
    request = Request.objects.get()
    added.retired_at = request.asked_at
    added.save()
    status, page = post_form(
        signed_in(force.carla),
        f"{TO_REVIEW}{request.pk}/",
        {"looked_at": request.last.pk, "decision": "approve", "text": ""},
    )
    assert (status, "no longer allowed" in page) == (409, True)
    status, page = post_form(ada, ASK, request_form(force, reason="silver_alert"))
    assert (status, "Choose one of the options" in page) == (422, True)


@pytest.mark.parametrize(
    "change",
    [{"kind": "ncic"}, {"retired_at": "2026-01-01T00:00Z"}, {"covert": True}, {"roles": ["supervisor"]}],
)
@pytest.mark.clause("6.c.ii")
def test_only_lists_of_the_agency_in_use_whose_audience_one_is_in_are_offered(
    force: Force, ada: Client, change: dict[str, Any]
) -> None:
    HotList.objects.create(name="Other", source="State Police", kind="agency")
    HotList.objects.filter(pk=force.list.pk).update(**change)
    assert "BOLO" not in ada.get(ASK).content.decode()
    status, page = post_form(ada, ASK, request_form(force))
    assert (status, "Choose one of the options" in page) == (422, True)


def test_a_form_sent_twice_leads_to_the_request_that_it_made(force: Force, ada: Client) -> None:
    sent = request_form(force)
    post_form(ada, ASK, sent)
    status, page = post_form(ada, ASK, sent)
    assert (status, "This was already submitted." in page) == (200, True)
    assert Request.objects.count() == 1


def listed(name: str, plate: str, **more: Any) -> Entry:
    from plateward.hotlists.models import Revision

    hotlist, _ = HotList.objects.get_or_create(name=name, defaults={"source": name, "kind": "ncic"} | more)
    began = Revision.objects.create(hotlist=hotlist, cause="load", by="x", at="2026-01-01T00:00Z")
    return Entry.objects.create(
        hotlist=hotlist,
        plate=plate,
        bare=plate,
        state="NM",
        reason="stolen_vehicle",
        priority="high",
        began=began,
    )


@pytest.mark.parametrize(
    ("plate", "other", "how"),
    [
        ("BKT419", "BKT419", "The same plate"),
        ("BKT4I9", "8KT419", "Look-alike characters"),
        ("BKT419", "BKT429", "One character differs"),
        ("BKT419", "BKT4199", "One character differs"),
        ("BKT419", "BT419", "One character differs"),
        ("BKT4??", "BKT411", "A partial plate fits"),
        ("BKT4*", "BKT4*", "The same plate"),
    ],
)
def test_duplicates_are_shown_first_and_sent_in_with_a_tick(
    force: Force, ada: Client, plate: str, other: str, how: str
) -> None:
    entry = listed("NCIC", other)
    sent = request_form(force, plate=plate)
    status, page = post_form(ada, ASK, sent)
    assert status == 422
    assert how in page
    assert not Request.objects.exists()
    # A tick given for other entries than these does not count.
    status, page = post_form(ada, ASK, sent | {"seen": "on"})
    assert (status, Request.objects.exists()) == (422, False)
    field = re.search(r'name="warnings_shown" value="([^"]*)"', page)
    assert field
    assert field[1] == str(entry.pk)
    status, _ = post_form(ada, ASK, sent | {"seen": "on", "warnings_shown": field[1]})
    assert (status, Request.objects.count()) == (200, 1)


@pytest.mark.clause("6.a.iii", "5.f", "6.b.i.9")
def test_all_that_is_wrong_is_shown_at_once_and_beside_the_duplicates(
    force: Force, ada: Client, dispatch: CadSimulator
) -> None:
    entry = listed("NCIC", "BKT419")
    wrong = {"number": "2026-99999", "narrative": "Stolen.", "until": "2001-01-01", "emergency": "on"}
    status, page = post_form(ada, ASK, request_form(force, **wrong))
    assert status == 422
    for text in (
        "has no incident or case 2026-99999",
        "narrative is too short",
        "would expire before it begins",
        "Only an AMBER Alert or a violent crime",
        "The same plate",
        "check the box",
    ):
        assert text in page
    assert page.count("usa-form-group--error") == len(wrong)
    refused = LogEntry.objects.filter(event="hotlist.ask").latest("sequence").leaf
    assert refused
    assert (refused.outcome, "too short" in refused.reason) == ("refused", True)
    assert "2026-99999" in refused.reason
    ticked = {"seen": "on", "warnings_shown": str(entry.pk)}
    status, page = post_form(ada, ASK, request_form(force, number="2026-99999", **ticked))
    assert (status, "has no incident" in page) == (422, True)
    assert re.search(r'name="seen"[^>]*checked', page), "what was looked at need not be looked at again"
    dispatch.queries.clear()
    assert post_form(ada, ASK, request_form(force, **ticked))[0] == 200
    assert dispatch.queries == [KNOWN], "CAD is asked once"


@pytest.mark.parametrize("other", ["CKT429", "BKT4", "XYZ999"])
def test_other_plates_are_no_duplicates(force: Force, ada: Client, other: str) -> None:
    listed("NCIC", other)
    assert post_form(ada, ASK, request_form(force))[0] == 200


def test_a_partial_entry_that_fits_is_a_duplicate_of_a_full_plate(force: Force, ada: Client) -> None:
    approve(force, force.asks(force.ben, plate="BK?41*"))
    status, page = post_form(ada, ASK, request_form(force))
    assert (status, "A partial plate fits" in page) == (422, True)


@pytest.mark.one_database
@pytest.mark.clause("6.c.ii")
def test_a_covert_list_is_betrayed_to_nobody_whom_it_does_not_name(
    force: Force, ada: Client, carla: Client
) -> None:
    secret = listed("Operation Roadrunner", "BKT419", covert=True)
    secret.hotlist.people.add(force.carla)
    status, page = post_form(ada, ASK, request_form(force))
    assert status == 200
    assert "Roadrunner" not in page
    request = Request.objects.get()
    assert "Operation Roadrunner" in carla.get(f"{TO_REVIEW}{request.pk}/").content.decode()
    assert ada.get(f"/hotlists/requests/history/{secret.pk}/").status_code == 404
    assert ada.get(f"/hotlists/requests/remove/{secret.pk}").status_code == 404


@pytest.mark.one_database
@pytest.mark.clause("6.b.i.8", "6.c.ii")
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


@pytest.mark.clause("6.f.i.1", "6.b.i.9")
@pytest.mark.one_database
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
    answer = laura.post(path, {"looked_at": request.last.pk, "next": "/people/"}, secure=True)
    assert answer["Location"] == "/people/"
    assert Entry.objects.in_force().exists()
    assert "Approve now" not in laura.get("/people/").content.decode()
    again = laura.post(
        path, {"looked_at": request.last.pk, "next": "https://evil.example/"}, follow=True, secure=True
    )
    assert "already decided" in again.content.decode()


@pytest.mark.one_database
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
        f"{TO_REVIEW}{request.pk}/emergency", {"looked_at": request.last.pk}, headers=json, secure=True
    )
    assert "is approved, as an emergency" in pressed.json()["html"]
    assert pressed.json()["shown"] == ""


@pytest.mark.clause("6.f.i.1")
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


@pytest.mark.clause("6.f.i.1", "6.b.i.9")
@pytest.mark.one_database
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
