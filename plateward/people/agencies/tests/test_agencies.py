"""An outside agency from the register to the end of its access, as the cast does it."""

from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from plateward.core.audit.leaf import Leaf
from plateward.ground import clock
from plateward.ground.policy.decision import Refused
from plateward.people import days
from plateward.people.access import standing
from plateward.people.access.actions import RequestedAccess, approve_request, request_access
from plateward.people.access.models import Access
from plateward.people.agencies import actions, jobs
from plateward.people.agencies.actions import AskedScope
from plateward.people.agencies.models import Agency, AgencyGrant, AgencyRequest, Declaration
from plateward.people.agencies.rules import AgencyState
from plateward.people.agencies.testing import LETTER, agency, granted
from plateward.people.models import District, Person, SignIn
from plateward.people.permissions import Role
from plateward.people.testing import acting, bearer, person, signed_in
from plateward.people.tokens.models import ApiToken

pytestmark = pytest.mark.django_db
Recorded = Callable[[str], Leaf]
WHAT = "Stolen trucks that cross on I-40 at night; its own readers end at the state line."
WHY = "Their cases lead here each month, and the term is short."


def in_days(number: int) -> str:
    return f"{days.today() + timedelta(days=number)}"


def scope(**changed: Any) -> dict[str, Any]:
    form = {
        "seen": "0",
        "purposes": ["stolen_vehicle"],
        "offenses": ["stolen_vehicle"],
        "places": ["District 5"],
        "days_back": "30",
        "queries_a_day": "5",
        "last_day": in_days(90),
        "reason": WHY,
        "decision": "grant",
    }
    return form | changed


def asked(**changed: Any) -> AskedScope:
    usual: dict[str, Any] = {
        "purposes": ["felony"],
        "offenses": ["homicide"],
        "places": ["District 5"],
        "days_back": 30,
        "queries_a_day": 5,
        "images": False,
        "ends": clock.now() + timedelta(days=30),
    }
    return AskedScope(**usual | changed)


def consulted(purposes: tuple[str, ...] = ("felony",)) -> AgencyRequest:
    """Carla recorded it, Hector answered."""
    request = actions.record_request(
        acting("carla"), agency(person("carla")), "Sheriff Lee Long", WHAT, purposes
    )
    actions.consult(acting("hector"), request, WHY, favors=True)
    return AgencyRequest.objects.get(pk=request.pk)


def said(client: Client, path: str, form: dict[str, Any]) -> tuple[int, str]:
    answer = client.post(path, form, follow=True)
    return answer.status_code, " ".join(answer.content.decode().split())


@pytest.mark.both_databases
@pytest.mark.clause("6.b.i.6/request", "6.b.i.6/chief", "6.b.i.6/scope", "SB40.declare/registry")
def test_from_the_register_to_a_grant_through_all_pages(recorded: Recorded) -> None:
    District.objects.create(name="District 5")
    carla, gloria, hector = (signed_in(person(name)) for name in ("carla", "gloria", "hector"))
    given = {"name": "Mohave County Sheriff's Office", "ori": "az0080000", "contact": "Dispatch, 555 0100"}
    assert said(carla, "/agencies/new/", given)[0] == 200
    mohave = Agency.objects.get()
    assert (mohave.state, mohave.ori, mohave.needs_declaration) == ("AZ", "AZ0080000", True)
    status, text = said(
        carla, "/agencies/new/", given | {"name": "M0have C0unty Sheriff's Office", "ori": "AZ0080001"}
    )
    assert (status, Agency.objects.count()) == (409, 1)
    assert "looks like that of Mohave County" in text
    assert recorded("agency.register").clause == "6.b.i.6"
    request = {"asked_by": "Sheriff Lee Long", "purposes": ["stolen_vehicle"], "what": WHAT}
    said(carla, f"/agencies/{mohave.pk}/request/", request)
    [made] = AgencyRequest.objects.all()
    decide, consult = f"/agencies/requests/{made.pk}/decide/", f"/agencies/requests/{made.pk}/consult/"
    assert "Requests of outside agencies to answer" in hector.get("/").content.decode()
    status, text = said(gloria, decide, scope())
    assert (status, AgencyGrant.objects.count()) == (409, 0)
    assert "The Chief has not been consulted" in text
    assert said(hector, consult, {"text": WHY, "favors": "yes"})[0] == 200
    assert recorded("agency.consult").actor_id == "hector"
    assert "Requests of outside agencies to decide" in gloria.get("/").content.decode()
    status, text = said(gloria, decide, scope())
    assert status == 409
    assert "needs a written declaration in force" in text
    assert recorded("agency.grant").clause == "SB40.declare"
    scan = SimpleUploadedFile(LETTER.name, LETTER.content)
    letter: dict[str, object] = {"signed_by": "Sheriff Lee Long", "file": scan}
    term: dict[str, object] = {
        "purposes": ["stolen_vehicle"],
        "first_day": in_days(0),
        "last_day": in_days(200),
    }
    plain = SimpleUploadedFile("letter.txt", b"We use it for stolen vehicles alone.")
    status, refused = said(carla, f"/agencies/{mohave.pk}/declare/", letter | {"file": plain} | term)
    assert (status, Declaration.objects.count()) == (422, 0)
    assert "not a PDF, JPEG or PNG" in refused
    assert said(carla, f"/agencies/{mohave.pk}/declare/", letter | term)[0] == 200
    [declaration] = Declaration.objects.all()
    assert recorded("agency.declare").details["sha256"] == sha256(LETTER.content).hexdigest()
    answer = carla.get(f"/agencies/declarations/{declaration.pk}/letter/")
    assert (answer.content, answer["Content-Type"]) == (LETTER.content, "application/pdf")
    assert recorded("agency.view").details["declaration"] == declaration.pk
    assert said(gloria, decide, scope(last_day=in_days(201)))[0] == 409
    assert said(gloria, decide, scope(purposes=["felony"]))[0] == 422  # nobody asked for it
    status, text = said(gloria, decide, scope())
    [grant] = AgencyGrant.objects.all()
    assert status == 200
    assert all(
        word in text for word in ("Granted", "Advised to grant", "Hector Herrera", "District 5", WHAT[:20])
    )
    entry = recorded("agency.grant").details
    assert (entry["declaration"], entry["places"]) == (Declaration.objects.get().pk, ["District 5"])
    assert grant.request.state(clock.now()) is AgencyState.GRANTED
    assert "Through" in gloria.get("/agencies/").content.decode()


@pytest.mark.clause("6.b.i.6/request")
def test_a_denied_request_grants_nothing_and_says_why() -> None:
    request = consulted()
    gloria = signed_in(person("gloria"))
    form = {"seen": "0", "reason": "Their own readers cover this road.", "decision": "deny"}
    status, text = said(gloria, f"/agencies/requests/{request.pk}/decide/", form)
    assert (status, AgencyGrant.objects.count()) == (200, 0)
    assert "Their own readers cover this road." in text
    assert "denied" in person("carla").notices.latest("pk").text


@pytest.mark.clause("6.b.i.6/request", "6.b.i.6/chief")
def test_whoever_entered_a_request_decides_nothing_about_it() -> None:
    of = agency(person("gloria"))
    request = actions.record_request(acting("gloria"), of, "Sheriff Lee Long", WHAT, ["felony"])
    actions.consult(acting("hector"), request, WHY, favors=True)
    with pytest.raises(Refused, match="cannot review your own"):
        actions.decide(acting("gloria"), request, WHY, None, seen=0)


@pytest.mark.both_databases
@pytest.mark.clause("6.b.i.6/scope")
def test_of_two_who_widen_a_scope_at_once_the_second_sees_that_it_changed() -> None:
    first, second = consulted(), consulted(("felony", "misdemeanor"))
    grant = granted(person("hector"), of=first.agency)
    actions.decide(acting("gloria"), first, WHY, asked(days_back=60), seen=grant.pk)
    with pytest.raises(Refused, match="This scope changed after you opened it"):
        actions.decide(acting("gloria"), second, WHY, asked(days_back=90), seen=grant.pk)
    latest = AgencyGrant.of(first.agency.ori)
    assert latest
    assert latest.days_back == 60
    assert grant.request.state(clock.now()) is AgencyState.ENDED
    actions.decide(acting("gloria"), second, WHY, asked(days_back=90), seen=latest.pk)


@pytest.mark.both_databases
@pytest.mark.clause("6.b.i.6/scope", "AC-2/disabled")
def test_a_revocation_ends_sessions_and_tokens_at_once(recorded: Recorded) -> None:
    kim = person("kim")
    browser, token = signed_in(kim), bearer(kim)
    assert browser.get("/searches/").status_code == 200
    grant = AgencyGrant.of(kim.agency)
    assert grant
    gloria = signed_in(person("gloria"))
    form = {"clause": "6.a.ii.3", "reason": "One of its officers looked up a neighbor."}
    status, text = said(gloria, f"/agencies/grants/{grant.pk}/revoke/", form)
    assert (status, "Revoked" in text) == (200, True)
    assert not SignIn.objects.filter(person=kim).exists()
    assert browser.get("/searches/").status_code == 302
    assert ApiToken.objects.get(person=kim).revoked_at
    assert Client().get("/api/v1/token", headers={"authorization": token}).status_code in {401, 403}
    entry = recorded("agency.revoke")
    assert (entry.details["sessions"], entry.details["tokens"], entry.details["people"]) == (1, 1, ["kim"])
    assert entry.reason == form["reason"]
    [lack] = standing.standing_of(kim).missing
    assert (lack.clause, lack.reason) == ("6.b.i.6", "The access of your agency is revoked.")
    again = signed_in(kim).get("/searches/")
    assert (again.status_code, b"is revoked" in again.content) == (403, True)
    assert said(gloria, f"/agencies/grants/{grant.pk}/revoke/", form)[0] == 409


@pytest.mark.clause("SB40.declare/registry", "6.b.i.6/scope")
def test_a_declaration_that_runs_out_in_mid_session_refuses_the_next_request_and_says_what_to_do() -> None:
    kim = person("kim")
    browser = signed_in(kim)
    assert browser.get("/searches/").status_code == 200
    now = clock.now()
    term = (now - timedelta(days=1), now + timedelta(seconds=30))
    of = agency(kim)
    ends = actions.record_declaration(acting("gloria"), of, "Sheriff Lee Long", LETTER, ["felony"], term)
    granted(kim, of=of, declaration=ends)
    assert browser.get("/searches/").status_code == 200
    with clock.set_to(now + timedelta(seconds=31)):
        answer = browser.get("/searches/")
    assert answer.status_code == 403
    assert b"SB40.declare" in answer.content
    assert b"sends the ALPR administrator a new one" in answer.content


@pytest.mark.clause("6.b.i.6/scope", "AC-2/approval")
def test_nobody_joins_an_agency_without_access() -> None:
    lee = Person.objects.create(username="lee", full_name="Lee Long", badge="Y-1", agency="AZ0140000")
    wanted = RequestedAccess(Role.OUTSIDE, "Investigates stolen trucks.")
    with pytest.raises(Refused, match="No agency with the ORI"):
        request_access(acting("gloria"), lee, wanted)
    grant = granted(person("hector"))
    access = request_access(acting("gloria"), lee, wanted)
    actions.revoke(acting("hector"), grant, "6.a.ii.3", "One of its officers looked up a neighbor.")
    with pytest.raises(Refused, match="No agency with the ORI"):
        approve_request(acting("hector"), Access.objects.get(pk=access.pk))


@pytest.mark.clause("6.b.i.6/scope")
def test_the_administrator_hears_of_the_end_thirty_days_and_seven_days_before() -> None:
    [reminder], gloria = jobs.REMINDERS, person("gloria")
    grant = granted(person("hector"))
    for before, done in ((30.1, 0), (29.9, 1), (20, 0), (6.9, 1), (1, 0), (-1, 0)):
        with clock.set_to(grant.until - timedelta(days=before)):
            assert reminder() == done, before
    assert gloria.notices.filter(kind="agency.end").count() == 2


@pytest.mark.clause("6.b.i.6/request")
@pytest.mark.parametrize(
    ("who", "sees"), [("ada", False), ("carla", True), ("hector", True), ("iris", False), ("kim", False)]
)
def test_only_whose_duty_it_is_sees_the_register(who: str, sees: bool) -> None:
    of = granted(person("hector")).request.agency
    browser = signed_in(person(who))
    for path in ("/agencies/", f"/agencies/{of.pk}/"):
        assert (browser.get(path).status_code == 200) == sees
