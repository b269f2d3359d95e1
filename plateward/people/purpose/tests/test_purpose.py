"""A purpose is stated before the first look at reads, images, hot lists or the log, and is on the log with each."""

import pytest

from plateward.ground.policy.decision import Allow, Refusal
from plateward.people.models import Person
from plateward.people.permissions import Permission, Role
from plateward.people.proofs import by_token
from plateward.people.purpose.rules import (
    ROUTE_SOURCES,
    SOURCE_OF,
    PurposeSource,
    may_state,
    purpose_source,
    purposes_for,
)
from plateward.people.routes import ROUTES
from plateward.people.testing import CAST, LAPSED, person, signed_in
from plateward.testing.routes import routes

pytestmark = [pytest.mark.django_db, pytest.mark.clause("6.a.i.1/every", "SB40.share/recorded")]
STATED = [route for route in routes() if purpose_source(route.name) is PurposeSource.STATED]


def test_every_permission_says_where_its_purpose_is() -> None:
    assert set(SOURCE_OF) == set(Permission)
    assert set(ROUTE_SOURCES) <= set(ROUTES)


def test_a_route_that_no_row_names_asks_for_a_purpose(monkeypatch: pytest.MonkeyPatch) -> None:
    assert purpose_source("no:such") is PurposeSource.STATED
    monkeypatch.delitem(SOURCE_OF, Permission.COMPLIANCE_VIEW)
    assert purpose_source("compliance:index") is PurposeSource.STATED


def test_the_routes_that_show_reads_images_hot_lists_or_the_log_ask_or_say_why_not() -> None:
    """Written by hand once more."""
    stated = {route.name for route in STATED}
    assert stated >= {
        *("audit:export", "audit:find", "audit:index"),
        *("custody:chain", "custody:index", "custody:report"),
        *("hotlists:export", "hotlists:import", "hotlists:index", "hotlists:list", "hotlists:load"),
        *("hotlists:protected", "hotlists:recalled", "hotlists:rejected_file"),
        *("read_sharing:own", "read_sharing:read", "reads:image"),
    }
    own = {
        "alerts:picture": PurposeSource.ALERT,
        "custody:download": PurposeSource.CASE,
        "exports:make": PurposeSource.SEARCH,
        "requests:review": PurposeSource.REQUEST,
        "results:image": PurposeSource.SEARCH,
        "reviews:review": PurposeSource.REVIEW,
    }
    assert {route: purpose_source(route) for route in own} == own


@pytest.mark.usefixtures("unrendered")
@pytest.mark.parametrize("username", CAST)
def test_nothing_of_them_opens_to_anybody_before_a_purpose_is_stated(username: str) -> None:
    who = person(username)
    client = signed_in(who, purpose="")
    for route in STATED:
        if username == LAPSED or ROUTES[route.name] not in who.permissions or by_token(route.name):
            continue
        for ask in (client.get, client.post):
            answer = ask(route.path)
            assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/purpose/"), route.name
        assert client.get(route.path, headers={"accept": "application/json"}).status_code == 403


def test_the_purpose_is_stated_once_and_is_on_the_log_with_each_look(recorded) -> None:  # type: ignore[no-untyped-def]
    client = signed_in(person("ada"), purpose="")
    assert client.get("/hotlists/")["Location"] == "/purpose/?next=%2Fhotlists%2F"
    page = client.get("/purpose/?next=/hotlists/").content.decode()
    assert "Investigation of a felony" in page
    assert "Keeping the hot lists" not in page
    answer = client.post("/purpose/", {"purpose": "stolen_vehicle", "next": "/hotlists/"})
    assert answer["Location"] == "/hotlists/"
    assert recorded("purpose.state").details == {"purpose": "stolen_vehicle", "before": ""}
    assert "Purpose: Stolen vehicle or plate" in client.get("/hotlists/").content.decode()
    assert recorded("hotlist.view").details["purpose"] == "stolen_vehicle"
    client.get("/reads/")
    assert recorded("read.list").details["purpose"] == "stolen_vehicle"
    client.post("/purpose/", {"purpose": "patrol"})
    client.get("/reads/")
    assert recorded("read.list").details["purpose"] == "patrol"
    assert "Purpose:" not in client.get("/alerts/").content.decode()  # an alert is its own


@pytest.mark.parametrize("purpose", ["", "curiosity", "hot_lists", "immigration", "felony' --", "x" * 4000])
def test_no_other_purpose_can_be_stated(purpose: str) -> None:
    client = signed_in(person("ada"), purpose="")
    assert client.post("/purpose/", {"purpose": purpose, "next": "/hotlists/"}).status_code == 422
    assert client.get("/hotlists/").status_code == 302


def test_a_purpose_that_is_no_duty_any_more_is_asked_for_again() -> None:
    client = signed_in(person("ada"), purpose="hot_lists")
    assert client.get("/hotlists/").status_code == 302


def test_the_way_onward_never_leaves_the_hub() -> None:
    client = signed_in(person("ada"), purpose="")
    for onward in ("https://example.com/", "//example.com/", "javascript:alert(1)"):
        assert client.post("/purpose/", {"purpose": "patrol", "next": onward})["Location"] == "/"


def test_each_duty_has_its_own_purposes_and_all_are_police_work() -> None:
    roles = {role: purposes_for(Person(role=role).permissions) for role in Role}
    assert list(roles[Role.AUDITOR]) == ["oversight", "court"]
    assert "hot_lists" in roles[Role.ADMINISTRATOR]
    assert "felony" not in roles[Role.ADMINISTRATOR]
    assert roles[Role.IT_SUPPORT] == {}
    assert "felony" in roles[Role.OUTSIDE]
    assert isinstance(may_state("patrol", Person(role=Role.OFFICER).permissions), Allow)
    refused = may_state("patrol", Person(role=Role.AUDITOR).permissions)
    assert isinstance(refused, Refusal)
    assert refused.clause == "6.a.i.1"
