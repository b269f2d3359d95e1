"""The whole sign-in, as a browser does it: banner, password, second factor."""

from time import time

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.test import Client
from django.urls import NoReverseMatch, reverse

from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.models import AuditEntry
from plateward.ground import clock
from plateward.people import actions
from plateward.people.access.models import Suspension
from plateward.people.models import CacheRow, Person
from plateward.people.testing import generate_totp_secret, give_recovery_codes, person, signed_in, totp_code

pytestmark = pytest.mark.django_db
SYSTEM = Actor("system", "test", "Test")
PAGE = "/account/passkeys/"  # any page that needs a second factor
PASSWORD = "bosque-trails-77"


@pytest.fixture(autouse=True)
def _quick_passwords(settings) -> None:  # type: ignore[no-untyped-def]
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def secret() -> str:
    """Ada has a password and an authenticator app; this is its secret."""
    shared: str = generate_totp_secret()
    actions.enroll_totp(SYSTEM, person("ada", password=PASSWORD), shared)
    return shared


@pytest.fixture
def steady(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep a 30-second step from ending in the middle of the test."""
    now = time()
    monkeypatch.setattr("time.time", lambda: now)


def browser() -> Client:
    client = Client()
    client.post("/banner/")
    return client


def begun() -> Client:
    """A browser that has a session before its sign-in: it was asked for a passkey."""
    client = browser()
    client.get("/login/passkey/", headers={"accept": "application/json"})
    return client


def log_in(client: Client, username: str, password: str, typed: str = "") -> Client:
    client.post("/login/", {"login": username, "password": password})
    if typed:
        client.post("/login/code/", {"code": typed})
    return client


def is_in(client: Client) -> bool:
    return client.get(PAGE).status_code == 200


@pytest.mark.clause("AC-8/banner")
def test_the_banner_comes_before_log_in_and_stays_until_it_is_acknowledged() -> None:
    client = Client()
    for _ in range(2):
        assert client.get("/login/")["Location"].startswith("/banner/")
    banner = client.get("/banner/?next=/login/")
    assert b"consent" in banner.content
    assert client.get("/login/").status_code == 302
    assert client.post("/banner/", {"next": "/login/"})["Location"] == "/login/"
    assert client.get("/login/").status_code == 200


def test_the_banner_sends_nobody_to_another_host() -> None:
    assert Client().post("/banner/", {"next": "https://elsewhere.example/"})["Location"] == "/"


@pytest.mark.clause("6.c.ii.1/all", "IA-2/people", "6.e.i/own")
def test_a_password_and_a_code_log_in(secret: str, recorded) -> None:  # type: ignore[no-untyped-def]
    client = browser()
    log_in(client, "Ada", PASSWORD)
    assert not is_in(client)
    client.post("/login/code/", {"code": totp_code(secret)})
    assert is_in(client)
    entry = recorded("person.login")
    assert entry.actor_id == "ada"
    assert entry.outcome == "done"


@pytest.mark.clause("IA-5.codes/strong", "IA-2/people")
def test_a_code_is_used_once(secret: str, steady: None) -> None:
    code = totp_code(secret)
    assert is_in(log_in(browser(), "ada", PASSWORD, code))
    assert not is_in(log_in(browser(), "ada", PASSWORD, code))
    CacheRow.objects.filter(cache_key__contains="allauth.mfa.totp.used").delete()  # as after 30 s
    assert not is_in(log_in(browser(), "ada", PASSWORD, f"{code[:3]} {code[3:]}"))
    assert is_in(log_in(browser(), "ada", PASSWORD, totp_code(secret, 1)))


@pytest.mark.clause("IA-5.codes/recovery", "6.c.ii.1/factors")
def test_a_recovery_code_logs_in_once(secret: str) -> None:
    spare, *_ = give_recovery_codes(person())
    assert is_in(log_in(browser(), "ada", PASSWORD, spare))
    assert not is_in(log_in(browser(), "ada", PASSWORD, spare))


@pytest.mark.clause("6.a.i.2/own", "IA-2/people")
def test_a_session_that_somebody_else_planted_before_the_log_in_opens_nothing_after_it(secret: str) -> None:
    other = begun()
    planted = other.cookies[settings.SESSION_COOKIE_NAME].value
    ada = browser()
    ada.cookies[settings.SESSION_COOKIE_NAME] = planted
    log_in(ada, "ada", PASSWORD)
    half_way = ada.cookies[settings.SESSION_COOKIE_NAME].value
    assert half_way != planted
    assert other.get("/login/code/")["Location"].startswith(
        ("/login/", "/banner/")
    )  # Ada is asked for her code
    ada.post("/login/code/", {"code": totp_code(secret)})
    assert is_in(ada)
    assert ada.cookies[settings.SESSION_COOKIE_NAME].value not in (planted, half_way)
    for known in (planted, half_way):
        thief = Client()
        thief.cookies[settings.SESSION_COOKIE_NAME] = known
        assert not is_in(thief)


@pytest.mark.clause("IA-5.codes/strong")
def test_a_code_of_another_time_is_refused(secret: str, steady: None) -> None:
    assert not is_in(log_in(browser(), "ada", PASSWORD, totp_code(secret, 3)))


@pytest.mark.clause("AC-7/lock")
def test_after_five_wrong_passwords_the_right_one_is_refused_too(secret: str) -> None:
    for _ in range(5):
        log_in(browser(), "ada", "wrong-password")
    assert not is_in(log_in(browser(), "ADA", PASSWORD, totp_code(secret)))


@pytest.mark.clause("AC-7/lock")
def test_after_five_wrong_codes_the_right_one_is_refused_too(secret: str) -> None:
    for _ in range(5):
        log_in(browser(), "ada", PASSWORD, "000000")
    assert not is_in(log_in(browser(), "ada", PASSWORD, totp_code(secret)))


@pytest.mark.clause("AU-2/logons", "6.b.i.9/denied")
def test_a_failed_log_in_is_recorded_by_the_name_tried_and_never_the_password(recorded) -> None:  # type: ignore[no-untyped-def]
    log_in(browser(), "ada", "Sorrel-Mesa-9")
    assert recorded("person.login").object == "person:ada"
    log_in(browser(), "Sorrel-Mesa 9!", "ada")
    assert recorded("person.login").object == "person:(not a username)"
    assert "Sorrel" not in repr(recorded("person.login"))


@pytest.mark.clause("6.a.i.2/own")
def test_a_second_log_in_ends_the_first_and_says_why(recorded) -> None:  # type: ignore[no-untyped-def]
    first = signed_in(person())
    assert is_in(first)
    second = signed_in(person())
    assert first.get(PAGE, headers={"accept": "text/event-stream"}).status_code == 401
    assert b"you logged in again" in first.get(PAGE, follow=True).content
    assert not is_in(first)
    assert is_in(second)


@pytest.mark.clause("6.a.i.2/own", "AU-2/logons")
def test_a_log_in_records_the_session_that_it_ended(secret: str, recorded) -> None:  # type: ignore[no-untyped-def]
    signed_in(person())
    log_in(browser(), "ada", PASSWORD, totp_code(secret))
    assert "ended_session_began" in recorded("person.login").details


@pytest.mark.clause("6.e.i/own")
def test_nobody_signs_up_or_resets_a_password_by_themselves() -> None:
    for name in ("account_signup", "account_reset_password", "account_email", "account_set_password"):
        with pytest.raises(NoReverseMatch):
            reverse(name)
    client = browser()
    for path in ("/signup/", "/login/signup/", "/accounts/signup/", "/password/reset/"):
        assert client.post(path, {"username": "eve", "password1": PASSWORD}).status_code == 404
    assert not Person.objects.exists()


@pytest.mark.clause("IA-5.sessions/secret")
def test_the_session_cookie_is_secure_unreadable_to_scripts_and_not_kept(secret: str) -> None:
    client = begun()
    before = client.cookies["__Host-plateward"].value
    log_in(client, "ada", PASSWORD, totp_code(secret))
    cookie = client.cookies["__Host-plateward"]
    assert cookie["secure"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Strict"
    assert cookie["max-age"] == cookie["expires"] == ""
    assert cookie.value not in ("", before)


@pytest.mark.clause("AC-12/ends", "AU-3/bytes")
def test_log_out_ends_the_session_for_good(recorded) -> None:  # type: ignore[no-untyped-def]
    client = signed_in(person())
    cookie = client.cookies["__Host-plateward"].value
    client.post("/logout/")
    assert recorded("person.logout").details["seconds"] >= 0
    client.cookies["__Host-plateward"] = cookie
    assert not is_in(client)


@pytest.mark.clause("AC-2/disabled")
def test_who_has_left_the_agency_opens_nothing_more_in_a_session_that_was_open() -> None:
    ada = person()
    client = signed_in(ada)
    assert client.get("/alerts/").status_code == 200
    Suspension.objects.create(
        person=ada,
        kind=Suspension.Kind.TERMINATED,
        reason="Resigned.",
        begins=clock.now(),
        begun_by="system:test",
    )
    answer = client.get("/alerts/")
    assert answer.status_code == 403
    assert b"left the agency" in answer.content


@pytest.mark.clause("6.c.ii.1/factors", "IA-5.passwords/checked", "6.e.i/own")
def test_a_new_person_chooses_a_password_and_a_second_factor_before_anything_else() -> None:
    _, first = actions.create_person(SYSTEM, "ben", "Ben Begay", badge="14")
    client = log_in(browser(), "ben", first)
    assert client.get(PAGE)["Location"].startswith("/account/password/")
    assert client.get("/account/totp/add/")["Location"].startswith("/account/password/")
    change = {"oldpassword": first, "password1": first, "password2": first}
    assert client.post("/account/password/", change).status_code == 200  # not the same password again
    change |= {"password1": "password1", "password2": "password1"}
    assert b"too common" in client.post("/account/password/", change).content
    change |= {"password1": PASSWORD, "password2": PASSWORD}
    assert client.post("/account/password/", change).status_code == 302
    assert client.get(PAGE)["Location"].startswith("/account/")
    client.get("/account/totp/add/")
    client.post("/account/totp/add/", {"code": totp_code(client.session["mfa.totp.secret"])})
    assert is_in(client)


@pytest.mark.clause("IA-2/people", "6.c.ii.1/factors")
def test_the_strongest_way_in_comes_first(secret: str, monkeypatch: pytest.MonkeyPatch) -> None:
    client = browser()
    page = client.get("/login/").content.decode()
    assert page.index("With a passkey or security key") < page.index("With your password")
    options = {"publicKey": {"allowCredentials": [{"id": "x"}]}}
    monkeypatch.setattr("allauth.mfa.webauthn.internal.auth.begin_authentication", lambda *_: options)
    Authenticator.objects.create(user=person(), type="webauthn", data={"name": "Key 1", "credential": {}})
    log_in(client, "ada", PASSWORD)
    page = client.get("/login/code/").content.decode()
    assert page.index("Use a passkey") < page.index("Authenticator app") < page.index("recovery code")


@pytest.mark.clause("6.b.i.9/denied", "AU-3/fields")
def test_the_entry_of_a_log_in_that_failed_is_a_sentence() -> None:
    person("ada", password=PASSWORD)
    log_in(browser(), "ada", "not it")
    entry = AuditEntry.objects.filter(event=Event.PERSON_LOGIN, outcome="failed").latest("sequence")
    assert entry.sentence == "Log-in by somebody not logged in: person ada; failed."
