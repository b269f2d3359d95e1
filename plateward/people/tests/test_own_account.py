"""The person's own account: what is asked again before a change, and what of it is logged."""

from collections.abc import Callable

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from plateward.core.audit.leaf import Leaf
from plateward.people.models import Person
from plateward.people.testing import person, signed_in

pytestmark = pytest.mark.django_db
PASSWORD, OTHER = "bosque-trails-77", "mesa-verde-606"
CHANGE = {"oldpassword": PASSWORD, "password1": OTHER, "password2": OTHER}


@pytest.fixture
def ada(settings) -> Person:  # type: ignore[no-untyped-def]
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return person("ada", password=PASSWORD)


@pytest.fixture
def key(ada: Person) -> Authenticator:
    """Ada's only second factor."""
    data = {"name": "Key 1", "credential": {}}
    return Authenticator.objects.create(user=ada, type=Authenticator.Type.WEBAUTHN, data=data)


def at_the_door(password: str) -> Client:
    client = Client()
    client.post("/banner/")
    client.post("/login/", {"login": "ada", "password": password})
    return client


@pytest.mark.clause("6.b.i.9/denied", "AU-2/logons", "AC-7/lock")
def test_a_wrong_password_before_a_new_one_is_recorded_and_the_sixth_is_not_even_tried(
    ada: Person, recorded: Callable[[str], Leaf]
) -> None:
    client = signed_in(ada)
    for _ in range(5):
        answer = client.post("/account/password/", CHANGE | {"oldpassword": "wrong"})
        assert b"This is not your current password." in answer.content
    assert recorded("person.login").outcome == "failed"
    answer = client.post("/account/password/", CHANGE)
    assert answer.status_code == 429
    assert b"Too many attempts in a short time" in answer.content
    stopped = recorded("route.refuse")
    assert (stopped.actor_id, stopped.object) == ("ada", "POST /account/password/")
    assert (stopped.outcome, stopped.clause) == ("refused", "AC-7")


@pytest.mark.clause("AC-7/lock")
def test_wrong_passwords_count_together_at_log_in_and_before_a_new_one(ada: Person) -> None:
    client = signed_in(ada)
    for _ in range(5):
        at_the_door("wrong")
    assert b"Too many failed log-ins here" in client.post("/account/password/", CHANGE).content
    ada.refresh_from_db()
    assert ada.check_password(PASSWORD)


@pytest.mark.clause("AU-2/logons")
def test_a_key_gets_a_new_name_and_the_log_says_so(
    key: Authenticator, recorded: Callable[[str], Leaf]
) -> None:
    client = signed_in(key.user)
    page = f"/account/passkeys/{key.pk}/edit/"
    assert client.post(page, {"name": "k" * 41}).status_code == 200
    assert client.post(page, {"name": "Patrol car"}).status_code == 302
    key.refresh_from_db()
    assert str(key) == "Patrol car"
    assert recorded("person.factor").details == {"change": "renamed", "type": "webauthn"}


@pytest.mark.parametrize("answer", ['{"id": "x"}', '["x"]', '{"rawId": 7}'])
def test_what_is_no_answer_of_a_key_neither_logs_in_nor_is_added(ada: Person, answer: str) -> None:
    posted = {"credential": answer}
    refused = b"This key was not accepted."
    assert refused in at_the_door("wrong").post("/login/passkey/", posted, follow=True).content
    assert refused in signed_in(ada).post("/account/passkeys/add/", posted).content
    assert not Authenticator.objects.filter(type=Authenticator.Type.WEBAUTHN).exists()


def test_what_is_wrong_with_a_hidden_field_is_shown(ada: Person) -> None:
    assert b"Reload this page and try again." in signed_in(ada).post("/account/passkeys/add/").content


def test_log_in_offers_a_key_only_to_who_has_one(ada: Person) -> None:
    Authenticator.objects.create(user=ada, type=Authenticator.Type.TOTP, data={"secret": ""})
    assert b"data-passkey" not in at_the_door(PASSWORD).get("/login/code/").content


def test_the_pages_of_a_role_are_offered_when_log_in_is_complete(ada: Person) -> None:
    assert b'href="/alerts/"' not in signed_in(ada, second_factor=False).get("/account/").content
    assert b'href="/alerts/"' in signed_in(ada).get("/account/").content
