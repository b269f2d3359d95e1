"""Default deny: tests the URL table itself, and every route with and without what it requires."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from plateward.people.access.rules import refusals_for
from plateward.people.access.standing import own_standing
from plateward.people.models import Person
from plateward.people.permissions import ROLE_PERMISSIONS, Permission, Role
from plateward.people.proofs import by_token
from plateward.people.route_rules import SignInStage
from plateward.people.routes import ROUTES, may_open
from plateward.people.testing import CAST, LAPSED, bearer, person, signed_in
from plateward.testing.routes import Route, routes
from plateward.testing.undoing import undone

ALL = list(routes())
GUARDED = [
    route
    for route in ALL
    if ROUTES.get(route.name) not in (SignInStage.PUBLIC, SignInStage.BANNER, SignInStage.BEFORE_LOGIN)
]
ENROLLED_ONLY = [route for route in GUARDED if ROUTES.get(route.name) is not SignInStage.FIRST_FACTOR]
DUTIES = [route for route in ALL if isinstance(ROUTES.get(route.name), Permission)]
ANSWERS = {"a page": "text/html", "an API": "application/json", "a stream": "text/event-stream"}


def one_of_each(some: list[Route]) -> list[Route]:
    """A route of each requirement, of pages and of the API."""
    return list({(ROUTES[route.name], by_token(route.name)): route for route in some}.values())


def refused(client: Client, route: Route, accept: str) -> None:
    for ask in (client.get, client.post):
        answer = ask(route.path, headers={"accept": accept})
        if accept == "text/html" and not by_token(route.name):
            assert answer.status_code == 302, route.name
            assert answer["Location"].split("?")[0] in {"/banner/", "/login/", "/account/"}
        else:
            assert answer.status_code == 401, route.name


@pytest.mark.clause("6.b.i.8/matrix")
def test_every_route_has_a_row_and_every_row_a_route() -> None:
    assert {route.name for route in ALL} == set(ROUTES)


def test_a_link_leads_nobody_to_a_refusal() -> None:
    ada, gloria = (Person(role=role) for role in (Role.OFFICER, Role.ADMINISTRATOR))
    assert [may_open(ada, route) for route in ("home", "people:edit", "no:route")] == [True, False, False]
    assert may_open(gloria, "people:edit")


@pytest.mark.clause("6.b.i.8/matrix")
@pytest.mark.django_db
def test_a_route_without_a_row_is_refused_to_everybody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(ROUTES, "home")
    for username in CAST:
        assert signed_in(person(username)).get("/").status_code == 403


@pytest.mark.clause("6.c.ii.1/all", "IA-2/people")
@pytest.mark.django_db
@pytest.mark.parametrize("accept", ANSWERS.values(), ids=ANSWERS)
def test_nothing_answers_without_a_login(accept: str) -> None:
    client = Client()
    guarded = GUARDED if accept == "text/html" else one_of_each(GUARDED)
    for route in guarded:
        refused(client, route, accept)
    client.post("/banner/")
    for route in guarded:
        refused(client, route, accept)


@pytest.mark.clause("AC-8/banner", "6.a.i.2/own")
@pytest.mark.django_db
def test_a_public_page_is_the_same_for_everybody_and_touches_no_session() -> None:
    public = [route for route in ALL if ROUTES.get(route.name) is SignInStage.PUBLIC and not route.converters]
    assert public
    for route in public:
        stranger, gloria = Client(), signed_in(person("gloria"))
        there = (
            404 if route.name.startswith(("searchlog:", "transparency:")) else 200
        )  # the Chief has not turned it on
        for client in (stranger, gloria):
            answer = client.get(route.path)
            assert answer.status_code == there, route.name
            assert answer.wsgi_request.actor.kind == "anonymous"  # type: ignore[attr-defined]
            assert b"Gallegos" not in answer.content
            assert settings.SESSION_COOKIE_NAME not in answer.cookies


@pytest.mark.clause("AC-7/strangers")
@pytest.mark.django_db
def test_forms_of_a_public_page_are_bounded_by_address() -> None:
    path = reverse("public_records:start")
    answers = [Client(REMOTE_ADDR="198.51.100.7").post(path).status_code for _ in range(21)]
    assert answers[19:] == [405, 429]
    assert Client(REMOTE_ADDR="198.51.100.8").post(path).status_code == 405


@pytest.mark.clause("6.c.ii.1/all", "IA-2/people")
@pytest.mark.django_db
@pytest.mark.parametrize("accept", ANSWERS.values(), ids=ANSWERS)
def test_nothing_answers_to_a_password_alone(accept: str) -> None:
    client = signed_in(person("gloria"), second_factor=False)
    for route in ENROLLED_ONLY if accept == "text/html" else one_of_each(ENROLLED_ONLY):
        refused(client, route, accept)


@pytest.mark.clause("6.c.ii.1/all", "IA-2/people")
@pytest.mark.django_db
def test_nothing_answers_when_the_second_factor_was_not_used_in_this_session() -> None:
    gloria = person("gloria")
    signed_in(gloria)
    client = signed_in(gloria, second_factor=False)
    cookies = dict(client.cookies)
    for route in GUARDED:
        with undone():  # the answer ends that session
            refused(client, route, "text/html")
        client.cookies.clear()
        client.cookies.update(cookies)


def is_duty_of(who: Person, route: Route) -> bool:
    return who.username != LAPSED and ROUTES[route.name] in ROLE_PERMISSIONS[Role(who.role)]


@pytest.mark.clause(
    "6.b.i.8/matrix",
    "6.c.i.1/role",
    "6.c.i.2/sworn",
    "6.c.i.4/role",
    "6.c.ii/lists",
    "6.c.ii/cases",
    "6.c.ii/people",
    "AC-3/denied",
    "AC-6/least",
    "6.c.i.5/role",
    "6.a.i.2/unauthorized",
)
@pytest.mark.django_db
@pytest.mark.parametrize("username", CAST)
def test_a_route_is_open_to_the_roles_whose_duty_it_is_and_to_no_other(username: str) -> None:
    who = person(username)
    own = own_standing(who)
    for route in DUTIES:
        needs = ROUTES[route.name]
        assert isinstance(needs, Permission)
        assert (not refusals_for(own, needs)) == is_duty_of(who, route), f"{who.role} {route.name}"


@pytest.mark.clause(
    "6.b.i.8/matrix",
    "6.c.i.1/role",
    "6.c.i.2/sworn",
    "6.c.i.4/role",
    "6.c.ii/lists",
    "6.c.ii/cases",
    "6.c.ii/people",
)
@pytest.mark.django_db
@pytest.mark.usefixtures("unrendered")
@pytest.mark.parametrize("username", CAST)
def test_an_address_of_each_duty_answers_so(username: str) -> None:
    who = person(username)
    client = signed_in(who)
    client.raise_request_exception = False
    token = {"authorization": bearer(who)}
    for route in one_of_each(DUTIES):
        for ask in (client.get, client.post):
            headers = {"accept": "application/json"} | (token if by_token(route.name) else {})
            answer = ask(route.path, headers=headers)
            assert (answer.status_code != 403) == is_duty_of(who, route), (
                f"{who.role} {ask.__name__} {route.name}"
            )


@pytest.mark.clause("6.b.i.8/matrix", "6.c.ii/lists", "6.c.ii/cases", "6.c.ii/people", "6.b.i/oversight")
def test_who_may_do_what() -> None:
    """Written by hand once more, to catch a slip in the table."""
    may = {role: {permission.value for permission in ROLE_PERMISSIONS[role]} for role in Role}
    reports = {"malfunction.report", "malfunction.view"}
    view = {"alert.view", "hotlist.view", "image.view"} | reports
    stops = view | {"alert.act", "alert.confirm", "alert.dispose", "alert.observe", "alert.verify"}
    stops |= {"check.record", "check.view", "dispatch.tell", "hotlist.ask", "read.share", "search.run"}
    stops |= {"custody.view", "image.download", "image.print", "search.export"}
    assert may[Role.OFFICER] == may[Role.INSPECTOR] == stops
    assert may[Role.SUPERVISOR] == stops | {
        "access.request",
        *("agency.request", "agency.view"),
        "alert.review",
        *("dispatch.view", "dispatch.work"),
        "finding.review",
        "investigation.handle",
        "hotlist.review",
        "outcome.view",
        "override.review",
        "penalty.handle",
        "person.switch_off",
        "person.view",
        "protocol.view",
        "recovery.confirm",
        "retention.hold",
        "search.review",
        "training.view",
    }
    consoles = {"dispatch.view", "dispatch.work"}
    assert may[Role.COMMUNICATIONS] == view | consoles | {
        *("alert.dispose", "alert.verify", "dispatch.tell", "search.export", "search.run"),
    }
    technicians = {
        "check.record",
        "check.view",
        "deployment.view",
        "fleet.manage",
        "fleet.view",
        "integrity.view",
        "repair.record",
    }
    assert may[Role.IT_SUPPORT] == technicians | reports
    assert may[Role.AUDITOR] == {
        "agency.view",
        *("audit.export", "audit.review", "audit.view"),
        *("compliance.view", "custody.find", "custody.view"),
        "finding.review",
        "investigation.handle",
        "outcome.view",
        "retention.view",
        "sharing.view",
    }
    assert may[Role.RECORDS] == {
        *("custody.find", "custody.view", "picture.redact", "picture.release"),
        *("records.handle", "records.view", "release_rule.view"),
        *("retention.hold", "retention.view"),
    }
    assert may[Role.OUTSIDE] == {"search.run"}
    assert may[Role.CYBER] == {
        "audit.view",
        "breach.close",
        "breach.handle",
        "person.switch_off",
        "person.view",
    }
    assert may[Role.CJIS_OFFICER] == {
        "access.export",
        "agency.view",
        *("audit.export", "audit.review", "audit.view"),
        "breach.handle",
        *("compliance.view", "custody.find", "custody.view"),
        "finding.review",
        "investigation.handle",
        "person.switch_off",
        "person.view",
        "protocol.view",
        "sharing.view",
        "training.view",
    }
    assert may[Role.CHIEF] == {
        "access.approve",
        "access.export",
        "access.review",
        *("agency.consult", "agency.revoke", "agency.view"),
        *("audit.export", "audit.review", "audit.view"),
        "breach.handle",
        "check.view",
        *("compliance.view", "custody.find", "custody.view"),
        "deployment.view",
        "designation.make",
        "finding.review",
        "incident.record",
        "investigation.handle",
        "hotlist.basis",
        "hotlist.later",
        "hotlist.review",
        "hotlist.view",
        "malfunction.view",
        "outcome.view",
        "override.allow",
        "override.review",
        "penalty.handle",
        "penalty.lift",
        "person.switch_off",
        "person.view",
        "picture.release",
        *("protocol.approve", "protocol.view"),
        *("records.approve", "records.view", "release_rule.view"),
        "recovery.confirm",
        *("retention.approve", "retention.hold", "retention.view"),
        *("search.export", "search.review", "search.run"),
        *("sharing.countersign", "sharing.publish", "sharing.view"),
        "training.view",
        "transfer.decide",
        *("transparency.decide", "transparency.view"),
    }
    assert may[Role.ADMINISTRATOR] == {
        "access.approve",
        "access.export",
        "access.request",
        "access.review",
        *("agency.decide", "agency.request", "agency.revoke", "agency.view"),
        *("audit.export", "audit.review", "audit.view"),
        "breach.handle",
        "check.view",
        *("compliance.view", "custody.find", "custody.view"),
        *("deployment.manage", "deployment.view"),
        *("finding.review", "finding.tune", "investigation.handle"),
        "fleet.manage",
        "fleet.view",
        "hotlist.import",
        "hotlist.manage",
        "hotlist.view",
        "integrity.view",
        *("malfunction.report", "malfunction.view"),
        "outcome.review",
        "outcome.view",
        "penalty.record",
        "person.manage",
        "person.switch_off",
        "person.view",
        *("protocol.draft", "protocol.view"),
        "recovery.confirm",
        *("release_rule.propose", "release_rule.view"),
        *("retention.administer", "retention.hold", "retention.view"),
        *("search.clear", "search.reach"),
        *("sharing.publish", "sharing.sign", "sharing.view"),
        "technician.authorize",
        "training.manage",
        "training.view",
        *("transparency.manage", "transparency.view"),
    }


@pytest.mark.django_db
def test_an_unknown_address_is_no_way_around() -> None:
    assert signed_in(person()).get("/nothing/here/").status_code == 404


@pytest.mark.clause("6.b.i.9/denied", "AU-2/acts")
@pytest.mark.django_db
def test_a_refusal_names_its_clause_and_is_recorded(recorded) -> None:  # type: ignore[no-untyped-def]
    answer = signed_in(person("ada")).get("/people/")
    assert answer.status_code == 403
    assert b"6.b.i.8" in answer.content
    assert recorded("route.refuse").clause == "6.b.i.8"


@pytest.mark.django_db
@pytest.mark.clause("6.b.i.9/denied", "6.c.ii/people")
@pytest.mark.parametrize("thing", ["finding", "breach"])
def test_an_attempt_at_what_the_query_names_is_recorded_too(recorded, thing: str) -> None:  # type: ignore[no-untyped-def]
    assert signed_in(person("carla")).get(f"/investigations/open/?{thing}=77").status_code == 404
    leaf = recorded(f"{thing}.view")
    assert (leaf.object, leaf.outcome, leaf.actor_id) == (f"{thing}:77", "refused", "carla")
