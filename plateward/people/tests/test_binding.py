"""A session belongs to the browser that has its key: its cookies, copied, end it and raise an alarm."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client

from plateward.core.audit.actor import Actor
from plateward.core.audit.leaf import Leaf
from plateward.ground import clock
from plateward.ground.policy.decision import Allow
from plateward.people import actions
from plateward.people.binding import KEY_COOKIE, MARK_COOKIE
from plateward.people.models import SignIn
from plateward.people.notices.models import Notice
from plateward.people.permissions import Permission
from plateward.people.rules import (
    MARK_LASTS,
    MARKS_OVERLAP,
    STREAM_STEPS,
    KeyNotShown,
    SessionCopied,
    mark_stands,
)
from plateward.people.sign_in import open_sessions
from plateward.people.testing import BrowserKey, generate_totp_secret, person, signed_in, totp_code

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.clause("6.a.i.2/own", "6.a.i.2/lending", "IA-5.sessions/secret"),
]
PAGE, PASSWORD = "/account/passkeys/", "bosque-trails-77"
NOW = clock.now()
SECOND = timedelta(seconds=1)
ELSEWHERE = "203.0.113.9"


def mark(step: int, at: datetime, seen: datetime | None) -> SignIn:
    """A sign-in whose latest mark has this number, was issued then, and first came back then, if it did."""
    return SignIn(step=step, began_at=at, step_at=at, step_seen_at=seen)


def copied(client: Client) -> Client:
    """Another browser, of the same family and at the same address, with all the cookies."""
    other = Client()
    for name, morsel in client.cookies.items():
        other.cookies[name] = morsel.value
    return other


@pytest.mark.parametrize(
    ("sign_in", "sent", "known", "kind"),
    [
        (mark(7, NOW, NOW), 7, True, Allow),
        (
            mark(7, NOW, None),
            6,
            True,
            Allow,
        ),  # the response with the next one is in transit, or was lost
        (mark(7, NOW, NOW - MARKS_OVERLAP + SECOND), 6, True, Allow),
        (mark(7, NOW, NOW - MARKS_OVERLAP), 6, True, SessionCopied),
        (mark(7, NOW, None), 5, True, SessionCopied),
        (mark(7, NOW, NOW), 8, True, SessionCopied),
        (mark(7, NOW, NOW), None, True, SessionCopied),
        (mark(7, NOW - MARK_LASTS + SECOND, NOW), 7, True, Allow),
        (mark(7, NOW - MARK_LASTS, NOW), 7, True, KeyNotShown),
        (mark(7, NOW + timedelta(hours=1), NOW), 7, True, KeyNotShown),  # the clock was set back
        (mark(7, NOW, NOW), 7, False, KeyNotShown),
        (mark(7, NOW, NOW), 5, False, SessionCopied),
    ],
)
def test_a_mark_is_good_a_copy_or_to_be_renewed(
    sign_in: SignIn, sent: int | None, known: bool, kind: type
) -> None:
    assert type(mark_stands(sign_in, sent, known, NOW)) is kind


@pytest.mark.clause("AU-2/logons", "6.b.i.9/denied")
def test_a_copied_cookie_jar_is_refused_ends_the_session_and_everybody_learns_of_it(
    recorded: Callable[[str], Leaf],
) -> None:
    key, ada = BrowserKey(), person("ada")
    mine = signed_in(ada, key=key)
    assert mine.get(PAGE).status_code == 200
    thief = copied(mine)
    with clock.set_to(clock.now() + timedelta(minutes=1)):
        for _ in range(2):
            assert key.renew(mine) == 200
            assert mine.get(PAGE).status_code == 200
        answer = thief.get(PAGE)
        assert answer.status_code == 401
        assert b"copy of this session" in answer.content
        flag = recorded("session.flag")
        assert (flag.actor_id, flag.outcome, flag.clause) == ("ada", "refused", "6.a.i.2")
        assert "copy of this session" in Notice.objects.get(to=ada).text
        assert b"copy of this session" in mine.get(PAGE, follow=True).content
        assert mine.get(PAGE).status_code == 302
        assert thief.get(PAGE).status_code == 302


def test_without_its_owner_a_copy_lasts_no_longer_than_a_mark() -> None:
    thief = copied(signed_in(person(), key=BrowserKey()))
    with clock.set_to(clock.now() + MARK_LASTS):
        answer = thief.get(PAGE)
        assert answer.status_code == 401
        assert answer["Plateward-Key"] == "show"
        assert b"One moment" in answer.content
        for accept in ("application/json", "text/event-stream"):
            assert thief.get(PAGE, headers={"accept": accept})["Plateward-Key"] == "show"


@pytest.mark.clause("AU-2/logons")
def test_a_key_of_ones_own_proves_nothing_and_ends_the_session(recorded: Callable[[str], Leaf]) -> None:
    mine = signed_in(person(), key=BrowserKey())
    thief = copied(mine)
    other = BrowserKey()
    other.offer(thief)
    assert other.renew(thief) == 401
    assert "without this session's key" in recorded("session.flag").reason
    assert mine.get(PAGE).status_code == 302


@pytest.mark.parametrize("signature", ["", "x", "AAAA", "A" * 88, "é"])
def test_what_is_no_signature_proves_nothing(signature: str) -> None:
    client = signed_in(person(), key=BrowserKey())
    assert client.post("/session/key/", {"signature": signature}).status_code == 401
    assert SignIn.objects.get().ended


def test_the_session_cookie_without_its_mark_opens_nothing() -> None:
    thief = copied(signed_in(person(), key=BrowserKey()))
    del thief.cookies[MARK_COOKIE]
    assert thief.get(PAGE).status_code == 401
    assert SignIn.objects.get().ended


def test_at_a_new_address_the_key_is_shown_first_and_then_both_are_good() -> None:
    """A car moves between its carrier's addresses; a copy at another address has no such key."""
    key = BrowserKey()
    car = signed_in(person(), key=key)
    assert car.get(PAGE, REMOTE_ADDR=ELSEWHERE)["Plateward-Key"] == "show"
    assert key.renew(car, REMOTE_ADDR=ELSEWHERE) == 200
    for address in (ELSEWHERE, "127.0.0.1", ELSEWHERE):
        assert car.get(PAGE, REMOTE_ADDR=address).status_code == 200
    assert car.get(PAGE, REMOTE_ADDR="198.51.100.1").status_code == 401
    assert not SignIn.objects.get().ended


def test_answers_that_are_lost_on_the_way_end_no_session() -> None:
    key = BrowserKey()
    client = signed_in(person(), key=key)
    assert client.get(PAGE).status_code == 200
    before = client.cookies[MARK_COOKIE].value
    for _ in range(3):
        assert key.renew(client) == 200
        client.cookies[MARK_COOKIE] = before  # the new one never came
    assert client.get(PAGE).status_code == 200


def test_a_form_that_waits_for_the_key_is_carried_along() -> None:
    key = BrowserKey()
    client = signed_in(person("gloria"), key=key)
    with clock.set_to(clock.now() + MARK_LASTS):
        response = client.post("/people/log-ins/terminals/", {"name": "Car <7>", "kind": "patrol"})
        assert response.status_code == 401
        assert b'name="name" value="Car &lt;7&gt;"' in response.content
        assert b'data-key-then="send"' in response.content
        assert key.renew(client) == 200
        assert (
            client.post("/people/log-ins/terminals/", {"name": "Car 7", "kind": "patrol"}).status_code == 200
        )


@pytest.mark.clause("AC-11/lock")
def test_to_show_the_key_is_nobodys_work_and_a_locked_session_stays_locked() -> None:
    key = BrowserKey()
    client, start = signed_in(person(), key=key), clock.now()
    for minute in range(0, 32, 2):
        with clock.set_to(start + timedelta(minutes=minute)):
            assert key.renew(client) == 200
    with clock.set_to(start + timedelta(minutes=31)):
        assert b"This session is locked" in client.get(PAGE).content


@pytest.mark.clause("IA-2/people")
def test_a_log_in_binds_the_session_to_the_key_that_the_page_has_made(settings) -> None:  # type: ignore[no-untyped-def]
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    secret, key, client = generate_totp_secret(), BrowserKey(), Client()
    actions.enroll_totp(Actor("system", "test", "Test"), person("ada", password=PASSWORD), secret)
    client.post("/banner/")
    key.offer(client)
    client.post("/login/", {"login": "ada", "password": PASSWORD})
    client.post("/login/code/", {"code": totp_code(secret)})
    cookie = client.cookies[MARK_COOKIE]
    assert cookie["secure"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Strict"
    page = client.get(PAGE)
    assert page.status_code == 200
    assert b'data-session-key="/session/key/"' in page.content
    assert SignIn.objects.get().key == client.cookies[KEY_COOKIE].value
    assert client.get("/session/key/").json()["done"]  # the sign-in's own mark is fresh


@pytest.mark.parametrize("given", ["", "x", "A" * 87, "A" * 200, "BA" + "é"])
def test_what_is_no_key_binds_nothing_and_stops_nobody(given: str) -> None:
    class Made(BrowserKey):
        def offer(self, client: Client) -> None:
            client.cookies[KEY_COOKIE] = given

    client = signed_in(person(), key=Made())
    assert SignIn.objects.get().key == ""
    assert client.get(PAGE).status_code == 200
    assert client.get("/session/key/").status_code == 404


def test_a_stream_is_opened_anew_with_the_present_mark_and_closed_where_there_is_none() -> None:
    key, ada = BrowserKey(), person("ada")
    client = signed_in(ada, key=key)
    sign_in = SignIn.objects.get()
    session = open_sessions.OpenSession(ada.pk, str(sign_in.token), sign_in.step)
    assert open_sessions.refusals_of_sessions([session], Permission.ALERT_VIEW) == {}
    for _ in range(STREAM_STEPS + 1):
        client.get(PAGE)
        key.renew(client)
    assert open_sessions.refusals_of_sessions([session], Permission.ALERT_VIEW) == {session: ()}
    sign_in.refresh_from_db()
    now = open_sessions.OpenSession(ada.pk, str(sign_in.token), sign_in.step)
    assert open_sessions.refusals_of_sessions([now], Permission.ALERT_VIEW) == {}
    with clock.set_to(clock.now() + MARK_LASTS):
        assert open_sessions.refusals_of_sessions([now], Permission.ALERT_VIEW) == {now: ()}
