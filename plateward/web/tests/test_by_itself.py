"""No page causes a refusal by itself: it loads, polls and links only what its viewer may open."""

import re
from collections.abc import Iterator
from functools import cache

import pytest
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import Resolver404, resolve

from plateward.core.audit.models import AuditEntry
from plateward.people.models import Person
from plateward.people.permissions import Permission, Role
from plateward.people.route_rules import SignInStage
from plateward.people.routes import ROUTES
from plateward.people.testing import CAST, person, signed_in
from plateward.testing.hotlist import load_hotlist
from plateward.testing.roadside import enroll_reader
from plateward.web.context import page_context as of_every_page
from plateward.web.tests.walk import body, routes_open_to
from plateward.work.alerts.models import Alert

pytestmark = pytest.mark.django_db
# Every address in a page, by the attribute that holds it: links, forms, pictures, and what scripts request.
NAMED = re.compile(rb'(?<![\w-])([\w-]+)="(/[^"#]*)')
BY_A_PRESS = {b"href", b"action", b"value"}
MARKING = b"CJI: investigative lead only, verify before acting"
OWN_CHROME = {"nav", "rooms", "idle"}  # which the page that asks for a proof deliberately omits


@pytest.fixture
def plates() -> None:
    """On a hot list, in reads, and in an alert."""
    load_hotlist("XYZ4071", "QRS8820")
    reader = enroll_reader()
    reader.send(*(reader.photo(plate) for plate in ("XYZ4071", "QRS8820", "HJK3359")))
    assert Alert.objects.exists()


@cache
def needed(path: str) -> Permission | SignInStage | None:
    """What an address requires; that of a static file nothing."""
    try:
        return ROUTES.get(resolve(path).view_name)
    except Resolver404:
        return SignInStage.BANNER if path.startswith("/static/") else None


def allowed(who: Person, address: str) -> bool:
    needs = needed(address.split("?", maxsplit=1)[0])
    return isinstance(needs, SignInStage) or needs in who.permissions


def pages(client: Client, who: Person) -> Iterator[tuple[str, HttpResponseBase, list[tuple[bytes, str]]]]:
    """Every page that this person may open, every page linked from one, and the addresses in each."""
    client.raise_request_exception = False
    ways = [
        route.path
        for route in routes_open_to(Role(who.role))
        if route.name not in ("account_logout", "banner")
    ]
    seen: set[str] = set()
    while ways and len(seen) < 250:
        path = ways.pop(0)
        if path in seen or path.startswith("/static/") or "logout" in path:
            continue
        seen.add(path)
        answer = client.get(path)
        if not answer.headers.get("Content-Type", "").startswith("text/html") or answer.streaming:
            continue
        named = [(name, address.decode()) for name, address in NAMED.findall(answer.content)]
        yield path, answer, named
        ways += [address for name, address in named if name in (b"href", b"src") and allowed(who, address)]


@pytest.mark.clause("6.b.i.8/matrix", "5.c/cji")
@pytest.mark.usefixtures("plates", "counted_once")
@pytest.mark.parametrize("username", sorted({role: name for name, (_, _, role) in CAST.items()}.values()))
def test_a_page_names_and_loads_only_what_its_person_may_open(username: str) -> None:
    """And each can be rendered, marked. Nor may a view reuse a name that every page has: an outcome page with its
    `reviews` made the administrator's browser request a supervisor's banners, and be refused, four times a minute."""
    who = person(username)
    client = signed_in(who)
    words = set(of_every_page(client.get("/access/mine/").wsgi_request)) - OWN_CHROME
    by_itself: set[str] = set()
    for path, answer, named in pages(client, who):
        assert answer.status_code < 500, path
        if answer.status_code != 200:
            continue  # a refusal's own page, or a 404
        assert b"---------" not in body(answer), path
        if b"<html" in body(answer):  # what the public sees is no criminal justice information
            assert (MARKING in body(answer)) != (needed(path) is SignInStage.PUBLIC), path
        assert {address for _, address in named if not allowed(who, address)} == set(), path
        found = answer.context  # type: ignore[attr-defined]
        for context in found[:1] if isinstance(found, list) else [found] if found else []:
            assert {word for word in words if sum(word in layer for layer in context.dicts) > 1} == set(), (
                path
            )
        by_itself |= {address for name, address in named if name not in BY_A_PRESS}
    before = AuditEntry.objects.filter(event="route.refuse").count()
    for address in sorted(by_itself):
        if not address.startswith("/static/"):
            answer = client.get(address, headers={"accept": "application/json"})
            assert answer.status_code not in (401, 403), address
    assert AuditEntry.objects.filter(event="route.refuse").count() == before
