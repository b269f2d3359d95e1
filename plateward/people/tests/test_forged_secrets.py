"""Who writes the database without a key lets nobody in, neither himself as another nor anybody as himself."""

import hashlib
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client

from plateward.ground import clock
from plateward.people.models import Person, Terminal
from plateward.people.sessions import SessionStore, row_key
from plateward.people.sign_in.factor_seals import is_own
from plateward.people.sign_in.lockout import sign_in_refusal
from plateward.people.terminals import COOKIE, terminal_of
from plateward.people.testing import generate_totp_secret, give_factor, person, signed_in
from plateward.people.tokens.actions import PREFIX
from plateward.people.tokens.models import ApiToken

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.both_databases,
    pytest.mark.clause("6.a.i.2/own", "IA-5.codes/strong"),
]


def write(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_another_persons_factor_locks_the_chiefs_account_instead_of_letting_anybody_in() -> None:
    chief, ben = person("hector"), person("ben")
    for member in (chief, ben):
        give_factor(member, "totp", secret=generate_totp_secret())
    assert sign_in_refusal(chief) is None
    write(
        "UPDATE mfa_authenticator SET data = (SELECT data FROM mfa_authenticator WHERE user_id = %s) "
        "WHERE user_id = %s",
        ben.pk, chief.pk,
    )  # fmt: skip
    assert not is_own(Authenticator.objects.get(user=chief))
    refusal = sign_in_refusal(chief)
    assert refusal is not None
    assert "altered in the database" in refusal.reason


def test_another_persons_password_is_no_password_and_ends_the_sessions() -> None:
    chief, ben = (
        person("hector", password="a long enough one 1"),
        person("ben", password="a long enough one 2"),
    )
    client = signed_in(chief)
    assert client.get("/").status_code == 200
    write(
        "UPDATE people_person SET password = (SELECT password FROM people_person WHERE id = %s) WHERE id = %s",
        ben.pk,
        chief.pk,
    )
    chief = Person.objects.get(pk=chief.pk)
    assert not chief.check_password("a long enough one 2")
    assert client.get("/").status_code == 302
    assert sign_in_refusal(chief) is not None


def test_an_inserted_token_is_unknown() -> None:
    ben, text = person("ben"), PREFIX + "a" * 43
    signed_in(ben)
    for digest in (hashlib.sha256(text.encode()).hexdigest(),):
        token = ApiToken.objects.create(
            person=ben,
            digest=digest,
            name="x",
            purpose="felony",
            role="officer",
            ends_at=clock.now() + timedelta(1),
        )
        assert (
            Client().get("/api/v1/searches", headers={"Authorization": f"Bearer {text}"}).status_code == 401
        )
        assert token.used_at is None


def test_a_terminal_that_was_written_into_the_database_is_none() -> None:
    secret = uuid4().hex
    Terminal.objects.create(
        name="Unit 12",
        kind="patrol",
        secret=hashlib.sha256(secret.encode()).hexdigest(),
        taken_at=clock.now(),
    )
    client = Client()
    client.cookies[COOKIE] = secret
    request = client.get("/").wsgi_request
    assert terminal_of(request) is None


def test_a_session_opens_for_its_own_cookie_alone_and_no_cookie_is_in_the_database() -> None:
    chief, ben = signed_in(person("hector")), signed_in(person("ben"))
    keys = [str(client.session.session_key) for client in (chief, ben)]
    assert not Session.objects.filter(pk__in=keys).exists()
    write(
        "UPDATE django_session SET session_data = (SELECT session_data FROM django_session WHERE session_key = %s) "
        "WHERE session_key = %s",
        row_key(keys[0]), row_key(keys[1]),
    )  # fmt: skip
    assert SessionStore(keys[1]).load() == {}
    assert ben.get("/").status_code == 302
