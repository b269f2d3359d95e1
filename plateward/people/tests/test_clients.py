"""A session belongs to the browser that opened it: stolen cookies, fixed sessions, two sign-ins, sharing."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client

from plateward.core.audit.actor import Actor
from plateward.core.audit.leaf import Leaf
from plateward.core.audit.models import AuditEntry
from plateward.ground import clock
from plateward.people import actions
from plateward.people.clients import describe_client
from plateward.people.models import SignIn
from plateward.people.testing import generate_totp_secret, person, signed_in, totp_code

PASSWORD, PAGE = "bosque-trails-77", "/account/passkeys/"
SYSTEM = Actor("system", "test", "Test")
COOKIE = "__Host-plateward"
CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{} Safari/537.36"
)


@pytest.fixture(autouse=True)
def _quick_passwords(settings) -> None:  # type: ignore[no-untyped-def]
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def log_in(client: Client, secret: str, step: int = 0) -> None:
    client.post("/banner/")
    client.post("/login/", {"login": "ada", "password": PASSWORD})
    client.post("/login/code/", {"code": totp_code(secret, step)})


@pytest.fixture
def secret(db: None) -> str:
    shared: str = generate_totp_secret()
    actions.enroll_totp(SYSTEM, person("ada", password=PASSWORD), shared)
    return shared


@pytest.mark.clause("6.a.i.2/own", "IA-5.sessions/secret")
@pytest.mark.parametrize(
    ("agent", "address", "message"),
    [
        (CHROME.format("131.0"), "10.20.3.4", "Chrome on Windows, from 10.20.0.0/16"),
        (
            CHROME.format("132.0"),
            "10.20.250.1",
            "Chrome on Windows, from 10.20.0.0/16",
        ),  # an update, a new lease
        (CHROME.format("131.0") + " Edg/131.0", "2001:db8:1::9", "Edge on Windows, from 2001:db8::/32"),
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0",
            "x",
            "Firefox on Linux, from nowhere",
        ),
        ("A" * 100_000 + "Chrome/1", "10.0.0.1", "A browser on another system, from 10.0.0.0/16"),
        ("", "", "A browser on another system, from nowhere"),
    ],
)
def test_a_client_is_known_by_what_stays(agent: str, address: str, message: str) -> None:
    assert describe_client(agent, address, None) == message


@pytest.mark.clause("6.a.i.2/own", "6.a.i.2/lending", "IA-5.sessions/secret", "AU-2/logons")
@pytest.mark.django_db
@pytest.mark.parametrize(
    "other",
    [{"HTTP_USER_AGENT": CHROME.format("131.0")}, {"REMOTE_ADDR": "203.0.113.9"}],
    ids=["browser", "network"],
)
def test_a_stolen_cookie_opens_nothing_ends_the_session_and_its_owner_is_told(
    other: dict[str, str], recorded: Callable[[str], Leaf]
) -> None:
    owner = signed_in(person("ada"))
    thief = Client()
    thief.defaults.update(other)
    thief.cookies[COOKIE] = owner.cookies[COOKIE].value
    for accept in ("text/html", "application/json", "text/event-stream"):
        answer = thief.get(PAGE, headers={"accept": accept})
        assert answer.status_code == 401
        assert b"Archuleta" not in answer.content
    flag = recorded("session.flag")
    assert (flag.actor_id, flag.outcome, flag.clause) == ("ada", "refused", "6.a.i.2")
    first = AuditEntry.objects.filter(event="session.flag").earliest("sequence").leaf
    assert first is not None
    assert "from 127.0.0.0/16, was used by" in first.reason
    response = owner.get(PAGE, follow=True)
    assert b"was used by" in response.content
    assert b"notify the ALPR administrator at once" in response.content
    assert owner.get(PAGE).status_code == 302
    gloria = signed_in(person("gloria"))
    assert b"was used by" in gloria.get("/people/log-ins/").content


@pytest.mark.clause("6.a.i.2/own")
@pytest.mark.django_db
def test_who_took_the_session_along_is_sent_away_without_it_and_can_log_in() -> None:
    owner = signed_in(person("ada"))
    answer = owner.get(PAGE, REMOTE_ADDR="203.0.113.9")
    assert answer.status_code == 401
    assert answer.cookies[COOKIE].value == ""


@pytest.mark.clause("IA-5.sessions/secret")
@pytest.mark.django_db
def test_a_session_fixed_beforehand_is_not_the_one_that_is_logged_in(secret: str) -> None:
    attacker = Client()
    attacker.post("/banner/")
    attacker.get("/login/passkey/", headers={"accept": "application/json"})  # has a session from then on
    planted = attacker.cookies[COOKIE].value
    victim = Client()
    victim.cookies[COOKIE] = planted
    log_in(victim, secret)
    assert victim.get(PAGE).status_code == 200
    assert victim.cookies[COOKIE].value != planted
    assert attacker.get(PAGE).status_code == 302


@pytest.mark.clause("6.a.i.2/lending", "AU-2/logons")
@pytest.mark.django_db
def test_a_log_in_elsewhere_minutes_after_work_is_flagged_and_told(
    secret: str, recorded: Callable[[str], Leaf]
) -> None:
    signed_in(person("ada"))
    elsewhere = Client(HTTP_USER_AGENT=CHROME.format("131.0"), REMOTE_ADDR="203.0.113.9")
    log_in(elsewhere, secret)
    assert "Logged in by Chrome on Windows" in recorded("session.flag").reason
    assert b"You were working elsewhere minutes ago" in elsewhere.get(PAGE).content


@pytest.mark.clause("6.a.i.2/lending")
@pytest.mark.django_db
@pytest.mark.parametrize("minutes", [11, 45])
def test_a_log_in_elsewhere_after_a_pause_is_no_sign_of_sharing(secret: str, minutes: int) -> None:
    with clock.set_to(clock.now() - timedelta(minutes=minutes)):
        signed_in(person("ada"))
    log_in(Client(REMOTE_ADDR="203.0.113.9"), secret)
    assert not AuditEntry.objects.filter(event="session.flag").exists()


@pytest.mark.both_databases
@pytest.mark.clause("6.a.i.2/own")
@pytest.mark.django_db(transaction=True)
def test_of_two_log_ins_at_the_same_time_one_stands(settings) -> None:  # type: ignore[no-untyped-def]
    """On both databases, without an error on either page."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    shared = generate_totp_secret()
    actions.enroll_totp(SYSTEM, person("ada", password=PASSWORD), shared)
    clients, ready = [Client(), Client()], threading.Barrier(2)
    for window in clients:
        window.post("/banner/")
        window.post("/login/", {"login": "ada", "password": PASSWORD})

    def second(client: Client, code: str) -> int:
        try:
            ready.wait()
            return client.post("/login/code/", {"code": code}).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        assert list(threads.map(second, clients, [totp_code(shared, step) for step in (0, 1)])) == [302, 302]
    assert SignIn.objects.count() == 1
    assert sorted(client.get(PAGE).status_code for client in clients) == [200, 302]
