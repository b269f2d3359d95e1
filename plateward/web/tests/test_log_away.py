"""With the log blocked no address returns anything protected: tries every page that anybody can open."""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest
from django.db import DatabaseError, OperationalError
from django.template.backends.django import Template
from django.test import Client
from django.urls import Resolver404, resolve

from plateward.people.permissions import Role
from plateward.people.route_rules import SignInStage
from plateward.people.routes import ROUTES
from plateward.people.testing import person, signed_in
from plateward.testing.hotlist import load_hotlist
from plateward.testing.roadside import enroll_reader
from plateward.web.tests.walk import walk
from plateward.work.alerts.models import Alert

pytestmark = [pytest.mark.django_db, pytest.mark.clause("6.b.i.10/failure", "AU-5/stops")]

PEOPLE = {
    "ada": Role.OFFICER,
    "carla": Role.SUPERVISOR,
    "elena": Role.COMMUNICATIONS,
    "frank": Role.IT_SUPPORT,
    "gloria": Role.ADMINISTRATOR,
    "hector": Role.CHIEF,
}
BEFORE_LOG_IN = {
    name
    for name, needs in ROUTES.items()
    if isinstance(needs, SignInStage) and needs is not SignInStage.SIGNED_IN
}
EMPTY_FORMS = {
    *(
        "hotlists:import",
        "hotlists:protected_import",
        "people:district_add",
        "people:import",
        "people:unit_add",
    ),
    *("officers:confirm", "retention:place", "retention:propose", "retention:sign"),
    *("training:add", "training:course_add", "training:duty_add", "training:import", "training:material"),
    "yearly:import",
}
# Which factors a person has.
OWN_FACTORS = {"mfa_deactivate_totp", "mfa_generate_recovery_codes", "mfa_list_webauthn"}
MAP = {"map_tiles"}  # the site's own map
POLICY = {"clause", "policy"}  # what the rule books say
PURPOSE = {"purpose"}  # the choices of one's own role; stating one is on the log
SET_UP = {"first_steps"}  # which steps of a new hub are done
# Of the first one entry of its session holds for ten minutes (test_stream.py of alerts); the other shows nothing.
LISTENING = {"alerts:stream", "overrides:stream"}
OPEN = (
    BEFORE_LOG_IN | EMPTY_FORMS | OWN_FACTORS | MAP | POLICY | PURPOSE | SET_UP | LISTENING
)  # nothing in these is protected, and they respond unrecorded


@pytest.fixture
def busy() -> None:
    """A hub with a list, reads, and an alert of an officer's own."""
    load_hotlist("XYZ4071", "QRS8820")
    reader = enroll_reader()
    reader.send(reader.photo("XYZ4071"), reader.photo("HJK3359"))
    assert Alert.objects.exists()


def pages(client: Client, role: Role) -> Iterator[tuple[str, str]]:
    """Each route that gives this person a page, by name, with an address; a route's first page is enough."""
    known: set[str] = set()
    for path, answer in walk(client, role, lambda path: _route(path) in known):
        name = _route(path)
        if answer.status_code == 200 and name in ROUTES:
            known.add(name)
            if name not in OPEN:
                yield name, path


@cache
def _route(path: str) -> str:
    try:
        return resolve(path.partition("?")[0]).view_name
    except Resolver404:
        return ""


def away(*_: Any, **__: Any) -> None:
    raise OperationalError("disk I/O error")


def full(*_: Any, **__: Any) -> None:
    raise DatabaseError("could not extend file: No space left on device")


WRITES = "plateward.core.audit.log.insert_entries"
BLOCKED: dict[str, tuple[str, Callable[..., None]]] = {
    "the entries cannot be written": (WRITES, away),
    "the disk is full": (WRITES, full),
    "the tree cannot be read": ("plateward.core.audit.log.lock_tree", away),
}


@pytest.mark.usefixtures("counted_once")
def test_no_page_is_shown_that_the_log_does_not_hold(busy: None, monkeypatch: pytest.MonkeyPatch) -> None:
    browsers = {username: signed_in(person(username)) for username in PEOPLE}
    known = {username: dict(pages(browsers[username], role)) for username, role in PEOPLE.items()}
    assert len(set().union(*known.values())) > 60
    few = {username: dict([*mine.items()][:1]) for username, mine in known.items()}
    for what, (name, fails) in BLOCKED.items():
        with monkeypatch.context() as blocked:
            blocked.setattr(name, fails)
            blocked.setattr(Template, "render", lambda *_, **__: "")  # who is answered is decided before
            answered = [
                f"{username} got {path} ({route}) though {what}"
                for username, mine in (known if name == WRITES else few).items()
                for route, path in mine.items()
                if browsers[username].get(path).status_code not in (302, 503)
            ]
        assert not answered, "\n".join(answered)
