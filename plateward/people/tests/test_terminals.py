"""A terminal is a browser with the secret that an administrator gave it; nothing else makes one."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from plateward.core.audit.actor import Actor
from plateward.core.audit.leaf import Leaf
from plateward.ground import clock
from plateward.people import actions, terminals
from plateward.people.models import SignIn, Terminal
from plateward.people.terminals import COOKIE
from plateward.people.testing import generate_totp_secret, person, signed_in, totp_code

pytestmark = pytest.mark.django_db
PASSWORD, PAGE = "bosque-trails-77", "/account/passkeys/"
GLORIA = Actor("person", "gloria", "Gloria Gallegos")
SYSTEM = Actor("system", "test", "Test")


@pytest.fixture(autouse=True)
def _quick_passwords(settings) -> None:  # type: ignore[no-untyped-def]
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def secret() -> str:
    shared: str = generate_totp_secret()
    actions.enroll_totp(SYSTEM, person("ada", password=PASSWORD), shared)
    return shared


def car(name: str = "Car 7") -> Client:
    """A browser that became a terminal."""
    client = Client()
    client.post("/banner/")
    issued = terminals.issue_terminal_code(GLORIA, name, Terminal.Kind.PATROL)
    assert client.post("/terminal/", {"code": f" {issued.upper()} "}).status_code == 302
    return client


def log_in(client: Client, secret: str, step: int = 0) -> Client:
    client.post("/banner/")
    client.post("/login/", {"login": "ada", "password": PASSWORD})
    client.post("/login/code/", {"code": totp_code(secret, step)})
    return client


@pytest.mark.clause("AC-11/exempt", "AU-2/logons")
def test_an_administrator_issues_a_code_and_the_browser_there_becomes_the_terminal(
    recorded: Callable[[str], Leaf],
) -> None:
    admin = signed_in(person("gloria"))
    issued = admin.post("/people/log-ins/terminals/", {"name": "Car 7", "kind": "patrol"}).context["issued"][
        "code"
    ]
    assert recorded("terminal.issue").object == "terminal:Car 7"
    assert issued not in Terminal.objects.get().secret
    browser = Client()
    browser.post("/banner/")
    browser.post("/terminal/", {"code": issued})
    cookie = browser.cookies[COOKIE]
    assert cookie["secure"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Strict"
    assert cookie.value not in Terminal.objects.get().secret
    assert recorded("terminal.take").object == "terminal:Car 7"
    assert (
        b"A terminal with this name"
        in admin.post("/people/log-ins/terminals/", {"name": "Car 7", "kind": "patrol"}).content
    )
    assert (
        signed_in(person("ada"))
        .post("/people/log-ins/terminals/", {"name": "x", "kind": "patrol"})
        .status_code
        == 403
    )


@pytest.mark.clause("AC-11/exempt")
def test_a_code_counts_once_within_an_hour_and_a_made_up_one_never(recorded: Callable[[str], Leaf]) -> None:
    browser = Client()
    browser.post("/banner/")
    for wrong, status in (("aaaa-bbbb-cccc-dddd", 409), ("x" * 1_000_000, 422), ("", 422)):
        assert browser.post("/terminal/", {"code": wrong}).status_code == status
    assert recorded("terminal.take").outcome == "refused"
    issued = terminals.issue_terminal_code(GLORIA, "Car 7", Terminal.Kind.PATROL)
    with clock.set_to(clock.now() + timedelta(minutes=61)):
        assert b"older than an hour" in browser.post("/terminal/", {"code": issued}).content
    browser.post("/terminal/", {"code": issued})
    other = Client()
    other.post("/banner/")
    assert other.post("/terminal/", {"code": issued}).status_code == 409


@pytest.mark.clause("AC-11/lock", "AC-11/exempt", "IA-5.sessions/again")
def test_a_session_at_a_terminal_has_no_idle_lock_and_one_beside_it_has(secret: str) -> None:
    there = log_in(car(), secret)
    start = clock.now()
    with clock.set_to(start + timedelta(hours=3)):
        assert there.get(PAGE).status_code == 200
        assert b'data-idle="0"' in there.get(PAGE).content
    with clock.set_to(start + timedelta(hours=12)):
        assert there.get(PAGE).status_code == 401
    desk = log_in(Client(), secret, 1)
    with clock.set_to(clock.now() + timedelta(minutes=31)):
        assert desk.get(PAGE).status_code == 401


@pytest.mark.clause("AC-11/exempt", "6.a.i.2/own", "6.a.i.2/vehicle")
def test_a_terminals_session_is_bound_to_its_secret_and_not_to_an_address(secret: str) -> None:
    there = log_in(car(), secret)
    assert there.get(PAGE, REMOTE_ADDR="203.0.113.9").status_code == 200  # a vehicle moves
    without = Client()
    without.cookies["__Host-plateward"] = there.cookies["__Host-plateward"].value
    assert without.get(PAGE).status_code == 401
    assert there.get(PAGE).status_code == 302


@pytest.mark.clause("AC-11/exempt")
def test_a_revoked_terminal_is_a_browser_like_any_other_and_its_session_is_over(secret: str) -> None:
    there = log_in(car(), secret)
    admin = signed_in(person("gloria"))
    url = f"/people/log-ins/terminals/{Terminal.objects.get().pk}/revoke/"
    assert admin.post(url).status_code == 302
    assert there.get(PAGE).status_code == 401
    assert admin.post(url).status_code == 409
    again = log_in(there, secret, 1)
    assert SignIn.objects.get(person__username="ada").terminal is None
    assert again.get(PAGE).status_code == 200


@pytest.mark.both_databases
@pytest.mark.clause("6.a.i.2/own")
@pytest.mark.parametrize("beside", [False, True])
def test_a_person_has_a_session_at_a_terminal_beside_one_at_a_desk_only_where_configured(
    secret: str,
    settings: Any,
    beside: bool,
) -> None:
    settings.SESSION_BESIDE_TERMINAL = beside
    desk = signed_in(person("ada"))
    there = log_in(car(), secret)
    assert (desk.get(PAGE).status_code == 200) == beside
    assert there.get(PAGE).status_code == 200
    log_in(car("Car 8"), secret, 1)  # and never two of a kind
    assert there.get(PAGE).status_code == 302
