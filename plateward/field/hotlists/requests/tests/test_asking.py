"""The form of a request, in a browser without scripts: what it offers and refuses, and the duplicates that it shows."""

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client

from plateward.core.audit.models import AuditEntry as LogEntry
from plateward.field.hotlists.models import HotList, Reason
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
from plateward.people.testing import signed_in
from plateward.simulators.cad import CadSimulator

pytestmark = pytest.mark.usefixtures("dispatch")


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
@pytest.mark.clause("5.f/reasons", "6.a.iii/required", "6.a.iii/known")
def test_what_cannot_be_listed_is_told_and_nothing_typed_is_lost(
    force: Force, ada: Client, changed: dict[str, Any], message: str
) -> None:
    status, page = post_form(ada, ASK, request_form(force) | changed)
    assert status in (409, 422)
    assert message in page
    assert "narrative" in changed or WHY in page
    assert "vehicle" in changed or "Red Ford F-150" in page
    assert not Request.objects.exists()


@pytest.mark.clause("5.f/open", "5.f/reasons")
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
        {"seen": request.last.pk, "decision": "approve", "text": ""},
    )
    assert (status, "no longer allowed" in page) == (409, True)
    status, page = post_form(ada, ASK, request_form(force, reason="silver_alert"))
    assert (status, "Choose one of the options" in page) == (422, True)


@pytest.mark.parametrize(
    "change",
    [{"kind": "ncic"}, {"retired_at": "2026-01-01T00:00Z"}, {"covert": True}, {"roles": ["supervisor"]}],
)
@pytest.mark.clause("6.c.ii/lists")
def test_only_lists_of_the_agency_in_use_whose_audience_one_is_in_are_offered(
    force: Force, ada: Client, change: dict[str, Any]
) -> None:
    HotList.objects.create(name="Other", source="State Police", kind="agency")
    HotList.objects.filter(pk=force.list.pk).update(**change)
    assert "BOLO" not in ada.get(ASK).content.decode()
    status, page = post_form(ada, ASK, request_form(force))
    assert (status, "Choose one of the options" in page) == (422, True)


def test_a_search_that_found_nothing_begins_a_request_with_its_plate(force: Force, ada: Client) -> None:
    begun = {"begin": "yes", "plate": "BKT419", "state": "NM", "number": "2026-00412", "hotlist": "7"}
    page = ada.post("/hotlists/requests/ask", begun)
    form = page.context["form"]
    assert (page.status_code, form.is_bound) == (200, False)
    assert [form[name].value() for name in ("plate", "state", "number")] == ["BKT419", "NM", "2026-00412"]
    assert b"usa-error-message" not in page.content


@pytest.mark.both_databases
def test_a_form_sent_twice_leads_to_the_request_that_it_made(force: Force, ada: Client) -> None:
    sent = request_form(force)
    post_form(ada, ASK, sent)
    status, page = post_form(ada, ASK, sent)
    assert (status, "This was already submitted." in page) == (200, True)
    assert Request.objects.count() == 1


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


@pytest.mark.clause("6.a.iii/known", "6.b.i.9/denied")
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


@pytest.mark.clause("6.c.ii/lists")
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
