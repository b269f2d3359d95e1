"""How long a sign-in lasts, and what its row reveals."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session

from plateward.ground import clock
from plateward.ground.policy.decision import Allow, Refusal
from plateward.people.models import Person, SignIn, Terminal
from plateward.people.proofs import SENSITIVE, proof_of
from plateward.people.route_rules import ProofRule
from plateward.people.routes import ROUTES
from plateward.people.rules import SessionLocked, is_sign_in_open
from plateward.people.sign_in.middleware import UNATTENDED
from plateward.people.testing import person, signed_in

PAGE = "/account/passkeys/"  # any page that needs a second factor
PASSWORD = "bosque-trails-77"
NOW = clock.now()
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@pytest.fixture
def ada(settings) -> Person:  # type: ignore[no-untyped-def]
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return person("ada", password=PASSWORD)


def state(
    began: timedelta,
    proved: timedelta,
    seen: timedelta,
    locked: timedelta | None = None,
    terminal: int | None = None,
) -> SignIn:
    """A session, by how long ago each of these was; at a desk, if at no terminal."""
    return SignIn(
        began_at=NOW - began,
        proved_at=NOW - proved,
        seen_at=NOW - seen,
        locked_at=None if locked is None else NOW - locked,
        terminal_id=terminal,
    )


@pytest.mark.clause("IA-5.sessions/again", "AC-11/lock", "AC-12/ends")
@pytest.mark.parametrize(
    ("sign_in", "kind"),
    [
        (state(12 * HOUR - MINUTE, 12 * HOUR - MINUTE, MINUTE), Allow),
        (state(12 * HOUR, 12 * HOUR, MINUTE), SessionLocked),
        (state(30 * HOUR, HOUR, MINUTE), Allow),
        (state(HOUR, HOUR, 29 * MINUTE), Allow),
        (state(HOUR, HOUR, 30 * MINUTE), SessionLocked),
        (state(HOUR, HOUR, MINUTE, MINUTE), SessionLocked),
        (state(13 * HOUR, 13 * HOUR, 12 * HOUR + 31 * MINUTE), Refusal),
        (state(HOUR, HOUR, -2 * MINUTE), SessionLocked),  # the clock was set back
    ],
)
def test_a_sign_in_is_open_locked_or_over(sign_in: SignIn, kind: type) -> None:
    assert type(is_sign_in_open(sign_in, NOW)) is kind


@pytest.mark.clause("AC-11/exempt", "IA-5.sessions/again")
def test_a_terminal_has_no_idle_lock_and_still_asks_every_12_hours() -> None:
    zero = timedelta(0)
    assert isinstance(is_sign_in_open(state(zero, 11 * HOUR, 11 * HOUR, terminal=1), NOW), Allow)
    assert isinstance(is_sign_in_open(state(zero, 12 * HOUR, zero, terminal=1), NOW), SessionLocked)


@pytest.mark.clause("AC-11/lock", "IA-5.sessions/again", "AU-2/logons")
@pytest.mark.django_db
def test_an_idle_session_answers_nothing_says_why_and_opens_again_by_a_proof(recorded, ada) -> None:  # type: ignore[no-untyped-def]
    client = signed_in(ada)
    with clock.set_to(clock.now() + 31 * MINUTE):
        page = client.get(PAGE)
        assert page.status_code == 401
        assert b"30 minutes" in page.content
        assert b"AC-11" in page.content
        for accept in ("text/event-stream", "application/json"):
            assert client.get("/", headers={"accept": accept}).json()["clause"] == "AC-11"
        assert recorded("session.lock").actor_id == "ada"
        assert client.get("/session/").json()["locked"]
        assert client.get(PAGE).status_code == 401  # a page view unlocks nothing
        wrong = client.post("/account/again/", {"proof_password": "wrong", "next": PAGE})
        assert b"This is not your password." in wrong.content
        assert client.get(PAGE).status_code == 401
        assert client.post("/account/again/", {"proof_password": PASSWORD, "next": PAGE})["Location"] == PAGE
        assert client.get(PAGE).status_code == 200
        assert recorded("session.prove").details == {"method": "password"}


@pytest.mark.clause("AC-11/lock")
@pytest.mark.django_db
def test_a_person_locks_the_session_before_leaving(ada: Person) -> None:
    client = signed_in(ada)
    assert client.post("/session/", {"act": "lock"}).json()["locked"]
    assert client.get(PAGE).status_code == 401
    answer = client.post(
        "/account/again/", {"proof_password": PASSWORD}, headers={"accept": "application/json"}
    )
    assert answer.json() == {"wrong": ""}
    assert client.get(PAGE).status_code == 200


@pytest.mark.clause("AC-12/ends")
@pytest.mark.django_db
def test_a_session_left_locked_for_12_hours_is_over_and_that_is_recorded(recorded) -> None:  # type: ignore[no-untyped-def]
    client = signed_in(person())
    with clock.set_to(clock.now() + 13 * HOUR):
        assert b"left locked" in client.get(PAGE, follow=True).content
    assert recorded("session.end").actor_id == "ada"
    assert not SignIn.objects.exists()


@pytest.mark.clause("AC-11/lock")
@pytest.mark.django_db
def test_work_keeps_a_session_open_and_a_stream_or_a_look_does_not() -> None:
    client, start = signed_in(person()), clock.now()
    with clock.set_to(start + 20 * MINUTE):
        assert client.get(PAGE).status_code == 200
    with clock.set_to(start + 40 * MINUTE):
        client.get(PAGE, headers={"accept": "text/event-stream"})
        client.get("/session/")
    with clock.set_to(start + 49 * MINUTE):
        assert client.post("/session/", {"act": "work"}).json()["locked"] == ""
    with clock.set_to(start + 78 * MINUTE):
        assert client.get(PAGE, headers={"accept": "text/event-stream"}).status_code == 200
    with clock.set_to(start + 80 * MINUTE):
        assert client.get(PAGE).status_code == 401


@pytest.mark.clause("AC-11/lock")
def test_a_page_that_shows_the_progress_of_a_file_keeps_no_session_open() -> None:
    asked = {route for route in ROUTES if route.endswith(":progress")}
    assert asked
    assert asked <= UNATTENDED


@pytest.mark.clause("IA-5.sessions/again", "AC-11/lock")
@pytest.mark.django_db
def test_a_clock_that_is_set_back_locks_and_forth_again_opens_nothing(ada: Person) -> None:
    client, start = signed_in(ada), clock.now()
    with clock.set_to(start - HOUR):
        assert b"set back" in client.get(PAGE).content
    with clock.set_to(start + MINUTE):
        assert client.get(PAGE).status_code == 401
        client.post("/account/again/", {"proof_password": PASSWORD})
        assert client.get(PAGE).status_code == 200


@pytest.fixture
def gloria(settings) -> Person:  # type: ignore[no-untyped-def]
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return person("gloria", password=PASSWORD)


@pytest.mark.both_databases
@pytest.mark.clause("IA-5.sessions/again", "6.a.i.2/own")
@pytest.mark.django_db
def test_a_proof_brings_a_refused_form_along_and_nothing_of_it_is_lost(gloria: Person) -> None:
    client, filled = signed_in(gloria), {"name": "Car <7>", "kind": "patrol"}
    with clock.set_to(clock.now() + 12 * HOUR):
        response = client.post("/people/log-ins/terminals/", filled)
        assert response.status_code == 401
        assert b"12 hours" in response.content
        assert b'name="name" value="Car &lt;7&gt;"' in response.content
        again = client.post("/people/log-ins/terminals/", filled | {"proof_password": "wrong"})
        assert b"This is not your password." in again.content
        assert b"Car &lt;7&gt;" in again.content
        assert not Terminal.objects.exists()
        assert (
            client.post("/people/log-ins/terminals/", filled | {"proof_password": PASSWORD}).status_code
            == 200
        )
    assert Terminal.objects.get().name == "Car <7>"


@pytest.mark.clause("6.a.i.2/own", "IA-5.sessions/again")
@pytest.mark.django_db
def test_a_sensitive_act_asks_for_a_proof_of_the_last_minutes(gloria: Person) -> None:
    client = signed_in(gloria)
    act = {"name": "Car 7", "kind": "patrol"}
    with clock.set_to(clock.now() + 11 * MINUTE):
        assert client.get("/people/log-ins/").status_code == 200
        assert client.post("/people/log-ins/terminals/", act).status_code == 401
        assert (
            client.post("/people/log-ins/terminals/", act | {"proof_password": PASSWORD}).status_code == 200
        )
        assert client.post("/people/log-ins/terminals/", act | {"name": "Car 8"}).status_code == 200


@pytest.mark.clause("6.a.i.2/own")
def test_every_act_of_a_sensitive_duty_asks() -> None:
    for route, needs in ROUTES.items():
        if needs in SENSITIVE:
            assert proof_of(route, "POST"), route
    assert proof_of("training:require", "POST") is ProofRule.PERSON
    assert proof_of("people:index", "GET") is proof_of("people:edit", "GET") is None


@pytest.mark.both_databases
@pytest.mark.clause("6.i.i/aes")
@pytest.mark.django_db
def test_a_session_row_is_sealed_and_an_altered_one_is_no_session() -> None:
    client = signed_in(person())
    row = Session.objects.get()
    assert "sign_in" not in row.session_data
    row.session_data = row.session_data[:-8] + "AAAAAAA="
    row.save()
    assert client.get(PAGE).status_code == 302


@pytest.mark.clause("IA-5.sessions/again")
@pytest.mark.django_db
def test_who_has_neither_password_nor_key_here_is_told_that_a_new_log_in_is_a_proof() -> None:
    client = signed_in(person("ada"))
    with clock.set_to(clock.now() + 31 * MINUTE):
        assert b"You have no password or key here" in client.get(PAGE).content
