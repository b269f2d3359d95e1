"""Requests that name a registered vehicle: a warning, routed past its owner, and refused to them."""

import re
from typing import Any
from uuid import uuid4

import pytest

from plateward.core.audit.models import AuditEntry as LogEntry
from plateward.field.hotlists.models import Entry
from plateward.field.hotlists.protected.tests.conftest import registered
from plateward.field.hotlists.requests import actions, deciding
from plateward.field.hotlists.requests import review_after_entry as switch
from plateward.field.hotlists.requests.models import Request
from plateward.field.hotlists.requests.routing import emergencies_for, requests_waiting_for, review_route_of
from plateward.field.hotlists.requests.testing import ASK, TO_REVIEW, Force, Recorded, post_form, request_form
from plateward.ground.policy.decision import Refused
from plateward.people.actor import PersonActor
from plateward.people.models import Person
from plateward.people.notices.models import Notice
from plateward.people.testing import person, signed_in

pytestmark = pytest.mark.usefixtures("dispatch")
VEILED = "a vehicle of the agency or of one of its people"


def refused(act: Any, *given: Any, **more: Any) -> str:
    with pytest.raises(Refused) as error:
        act(*given, **more)
    assert error.value.refusal.clause == "6.a.ii.3"
    return error.value.refusal.reason


def approve(by: Person, request: Request) -> None:
    deciding.approve_request(PersonActor.of(by), request, request.last.pk)


def flagged(recorded: Recorded, whom: Person) -> None:
    """It is in the audit log and the administrator has a notice; neither names the plate."""
    flag = recorded("protected.flag")
    assert flag.object == f"person:{whom.username}"
    text = Notice.objects.filter(to=person("gloria"), about=f"people.person:{whom.pk}").latest("pk").text
    assert f"Refused to {whom}, as personal use (clause 6.a.ii.3)" in text
    assert "419" not in f"{text}{flag.details}{flag.reason}"


@pytest.mark.clause("6.a.ii.3/brake")
@pytest.mark.parametrize("plate", ["bkt 419", "BKT4?9"])
def test_the_requester_is_warned_first_and_not_told_whose_it_is(force: Force, plate: str) -> None:
    registered(person=force.ben)
    ada, sent = signed_in(force.ada), request_form(force, plate=plate)
    status, page = post_form(ada, ASK, sent)
    assert (status, VEILED in page, "Not submitted yet" in page) == (422, True, True)
    assert "Ben Begay" not in page
    seen = LogEntry.objects.filter(object="hotlist-requests:ask").latest("sequence").leaf
    assert seen is not None
    assert seen.details["registered"] is True
    status, _ = post_form(ada, ASK, sent | {"seen": "on"})
    assert (status, Request.objects.exists()) == (422, False), "a tick counts for what was shown"
    field = re.search(r'name="warnings_shown" value="([^"]*)"', page)
    assert field
    status, _ = post_form(ada, ASK, sent | {"seen": "on", "warnings_shown": field[1]})
    assert (status, Request.objects.count()) == (200, 1)


@pytest.mark.clause("6.a.ii.3/brake", "6.f.i.1/review")
def test_the_reviewer_is_warned_with_the_name_and_another_viewer_without(force: Force) -> None:
    registered(person=force.ben)
    request = force.asks()
    page = signed_in(force.carla).get(f"{TO_REVIEW}{request.pk}/").content.decode()
    assert "It names a private vehicle of Ben Begay, BKT 419 NM." in page
    page = signed_in(force.hector).get(f"{TO_REVIEW}{request.pk}/").content.decode()
    assert (VEILED in page, "Ben Begay" in page) == (True, False)
    approve(force.carla, request)
    assert Entry.objects.in_force().count() == 1


@pytest.mark.clause("6.a.ii.3/brake", "6.a.ii.3/found", "6.b.i.9/denied")
def test_nobody_asks_for_their_own(force: Force, recorded: Recorded) -> None:
    person("gloria")
    registered(person=force.ada)
    status, page = post_form(signed_in(force.ada), ASK, request_form(force))
    assert (status, "It names your own vehicle." in page) == (409, True)
    assert not Request.objects.exists()
    entry = recorded("hotlist.ask")
    assert (entry.outcome, entry.clause) == ("refused", "6.a.ii.3")
    flagged(recorded, force.ada)
    assert Notice.objects.filter(to=force.carla, about=f"people.person:{force.ada.pk}").exists(), (
        "their supervisor is told, too"
    )


@pytest.mark.clause("6.a.ii.3/brake", "6.a.ii.3/found")
def test_nobody_asks_for_the_removal_of_their_own(force: Force, recorded: Recorded) -> None:
    person("gloria")
    approve(force.carla, force.asks(force.ben))
    registered(person=force.ada)
    entry = Entry.objects.in_force().get()
    why = "The vehicle was found and given back to its owner."
    refused(actions.submit_removal, PersonActor.of(force.ada), uuid4(), entry, why)
    flagged(recorded, force.ada)
    removal = actions.submit_removal(PersonActor.of(force.ben), uuid4(), entry, why)
    assert removal.state == "waiting"


@pytest.mark.clause("6.a.ii.3/brake", "6.f.i.1/nobody", "6.b.i.9/denied")
def test_the_owner_decides_nothing_and_it_goes_past_them_without_a_word(
    force: Force, recorded: Recorded
) -> None:
    person("gloria")
    registered(person=force.carla)
    request = force.asks()
    assert (requests_waiting_for(force.carla), requests_waiting_for(force.laura)) == ([], [request])
    assert review_route_of(request).text == "It is with Laura Lucero."
    assert not Notice.objects.filter(to=force.carla).exists()
    assert refused(approve, force.carla, request) == "It names your own vehicle."
    for turn_down in (deciding.return_request, deciding.refuse_request):
        refused(turn_down, PersonActor.of(force.carla), request, request.last.pk, "No.")
    assert recorded("hotlist.refuse").clause == "6.a.ii.3"
    flagged(recorded, force.carla)
    Notice.objects.all().delete()
    approve(force.laura, request)
    assert not Notice.objects.filter(to=force.carla).exists(), "nor are they told that it was approved"


@pytest.mark.clause("6.a.ii.3/brake")
def test_what_turns_out_to_be_the_requesters_own_is_not_approved(force: Force) -> None:
    request = force.asks()
    registered(person=force.ada)
    assert "requester's own vehicle" in refused(approve, force.carla, request)
    deciding.refuse_request(PersonActor.of(force.carla), request, request.last.pk, "It is your own car.")


@pytest.mark.clause("6.f.i.1/review", "6.a.ii.3/brake")
def test_none_is_in_force_before_its_review(force: Force) -> None:
    switch.enable(PersonActor.of(force.hector), "Supervisors are at the academy.")
    registered()
    with pytest.raises(Refused, match="needs review before it takes effect"):
        force.asks(later=True)
    assert not Entry.objects.exists()


@pytest.mark.clause("6.f.i.1/emergency", "6.a.ii.3/brake")
def test_an_emergency_carries_the_same_warning_and_its_owner_does_not_see_it(force: Force) -> None:
    registered(kind="agency", person=force.laura)
    request = force.asks(reason="amber_alert", emergency=True)
    page = signed_in(force.hector).get("/people/").content.decode()
    assert "It names a vehicle of the agency (Laura Lucero), BKT 419 NM." in page
    assert (emergencies_for(force.laura), emergencies_for(force.carla)) == ([], [request])
    refused(approve, force.laura, request)
    approve(force.carla, request)
    assert Entry.objects.in_force().exists()
