"""People who are not signed in make the hub store almost nothing, and shut nobody else out."""

from collections.abc import Callable

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client

from plateward.core.audit import repeated_refusals
from plateward.core.audit.actor import Actor
from plateward.core.audit.leaf import Leaf
from plateward.core.audit.models import AuditEntry
from plateward.people import actions, limits
from plateward.people.models import CacheRow, FailedTry
from plateward.people.notices.models import Notice
from plateward.people.rules import GUESSED_FROM
from plateward.people.sessions import BEFORE_LOG_IN, SessionStore
from plateward.people.testing import generate_totp_secret, person, totp_code

pytestmark = pytest.mark.django_db
PASSWORD = "bosque-trails-77"
WRONG = b"The username or the password is wrong."
WAIT = b"Many log-ins are failing from this network"


@pytest.fixture(autouse=True)
def _quick_passwords(settings) -> None:  # type: ignore[no-untyped-def]
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _a_slow_machine_is_no_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "PACE_S", 600)


@pytest.fixture
def chief() -> str:
    """The secret of the Chief's authenticator app."""
    shared: str = generate_totp_secret()
    actions.enroll_totp(Actor("system", "test", "Test"), person("hector", password=PASSWORD), shared)
    return shared


def tries(username: str, password: str = "wrong", client: Client | None = None) -> bytes:
    client = client or Client()
    client.post("/banner/")
    content: bytes = client.post("/login/", {"login": username, "password": password}, follow=True).content
    return content


def guessed(times: int) -> None:
    """Failures at the same address under many names; the last one is real."""
    FailedTry.objects.bulk_create(FailedTry(person=None, address="127.0.0.1") for _ in range(times - 1))
    assert WRONG in tries("guess")


def paced() -> None:
    """As after a few seconds."""
    CacheRow.objects.filter(cache_key__contains="people.pace").delete()


@pytest.mark.clause("AC-8/banner", "AU-2/logons")
@pytest.mark.parametrize(
    ("path", "posted"),
    [
        ("/banner/", {}),
        ("/terminal/", {"code": "aaaa-bbbb-cccc-dddd"}),
        ("/login/", {"login": "eve", "password": "wrong"}),
        ("/login/passkey/", {"credential": '{"id": "x"}'}),
        ("/login/code/", {"code": "000000"}),
    ],
)
def test_what_is_sent_again_and_again_before_log_in_grows_no_log(path: str, posted: dict[str, str]) -> None:
    before, sessions = AuditEntry.objects.count(), Session.objects.count()
    for _ in range(repeated_refusals.ENTRIES_PER_SOURCE + 10):
        client = Client()
        client.post("/banner/")
        client.post(path, posted)
    assert (
        AuditEntry.objects.count() - before <= repeated_refusals.ENTRIES_PER_SOURCE + 1
    )  # and one for the flagged address
    # A passkey's refusal shows on the next page, which needs a session: for half an hour, not a day.
    assert Session.objects.count() - sessions <= (
        repeated_refusals.ENTRIES_PER_SOURCE + 10 if "passkey" in path else 0
    )


@pytest.mark.clause("AC-8/banner")
def test_the_banners_word_is_signed_by_the_hub_and_lasts_one_log_in(chief: str) -> None:
    made_up = Client()
    made_up.cookies["__Host-plateward-banner"] = "IjIwMjYi:x:y"
    assert made_up.get("/login/")["Location"].startswith("/banner/")
    client = Client()
    tries("hector", PASSWORD, client)
    client.post("/login/code/", {"code": totp_code(chief)})
    assert not client.cookies["__Host-plateward-banner"].value
    client.post("/logout/")
    assert client.get("/login/")["Location"].startswith("/banner/")


def test_a_session_without_a_log_in_is_swept_out_within_the_hour() -> None:
    client = Client()
    client.post("/banner/")
    client.get("/login/passkey/", headers={"accept": "application/json"})
    row = Session.objects.get()
    row.expire_date -= BEFORE_LOG_IN
    row.save()
    SessionStore.clear_expired()
    assert not Session.objects.exists()


@pytest.mark.clause("AC-7/strangers")
def test_ten_failures_of_others_keep_nobody_at_the_same_address_out(chief: str) -> None:
    guessed(GUESSED_FROM - 1)
    assert b"Second factor" in tries("hector", PASSWORD)


@pytest.mark.clause("AC-7/strangers", "AU-2/logons")
def test_guessing_at_many_accounts_from_one_address_is_slowed_and_told(
    chief: str, recorded: Callable[[str], Leaf]
) -> None:
    gloria = person("gloria")
    guessed(GUESSED_FROM)
    entry = recorded("address.flag")
    assert (entry.clause, entry.object) == ("AC-7", "address:127.0.0.1")
    assert "127.0.0.1" in Notice.objects.get(to=gloria).text
    tries("guess-a")
    assert WAIT in tries("guess-b")
    assert WAIT in tries("hector", PASSWORD)  # a stranger there, who waits a few seconds
    assert recorded("person.login").clause == "AC-7"
    paced()
    assert b"Second factor" in tries("hector", PASSWORD)
    assert cache.get("people.pace:127.0.0.1")


@pytest.mark.clause("AC-7/strangers")
def test_who_has_logged_in_by_this_browser_before_never_waits_for_others(chief: str) -> None:
    desk = Client()
    tries("hector", PASSWORD, desk)
    desk.post("/login/code/", {"code": totp_code(chief)})
    desk.post("/logout/")
    guessed(GUESSED_FROM)
    tries("guess-a")
    for _ in range(3):
        assert b"Second factor" in tries("hector", PASSWORD, desk)
    again = Client()
    again.cookies["__Host-plateward-known"] = desk.cookies["__Host-plateward-known"].value
    assert WAIT in tries("ada", PASSWORD, again)  # of whom it knows nothing
