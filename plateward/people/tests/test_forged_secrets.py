"""Who writes the database without a key lets nobody in, neither himself as another nor anybody as himself."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import uuid4

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.models import Session
from django.db import connection
from django.db.models import Model
from django.test import Client

from plateward.core.audit.actor import HUB
from plateward.core.audit.events import Event
from plateward.core.audit.log import act
from plateward.core.db.locking import change_row
from plateward.ground import clock
from plateward.people.models import Person, Terminal
from plateward.people.sessions import SessionStore, row_key
from plateward.people.sign_in.factor_seals import is_own
from plateward.people.sign_in.lockout import sign_in_refusal
from plateward.people.terminals import COOKIE, secret_digest, terminal_of
from plateward.people.testing import bearer, generate_totp_secret, give_factor, person, signed_in
from plateward.people.tokens.actions import PREFIX
from plateward.people.tokens.models import ApiToken
from plateward.testing.emptying import past_the_hub, write

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.both_databases,
    pytest.mark.clause("6.a.i.2/own", "IA-5.codes/strong"),
]


@contextmanager
def put_back(row: Model, table: str) -> Iterator[None]:
    """What an act changes within the block is undone past the hub, the whole row with its seal."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table} WHERE id = %s", [row.pk])
        names, before = [column[0] for column in cursor.description], cursor.fetchone()
    with act(HUB, Event.PERSON_FACTOR, "person:x"):
        yield
    assignments = ", ".join(f"{name} = %s" for name in names)
    with past_the_hub(table):
        write(f"UPDATE {table} SET {assignments} WHERE id = %s", *before, row.pk)


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


@pytest.mark.clause("6.b.i.9/records")
def test_an_older_password_or_second_factor_that_was_put_back_logs_nobody_in() -> None:
    chief = person("hector", password="a long enough one 1")
    with act(HUB, Event.PERSON_FACTOR, "person:hector"):
        factor = give_factor(chief, "totp", secret=generate_totp_secret())
    with put_back(factor, "mfa_authenticator"):
        change_row(factor, data={"secret": "another"})
    assert is_own(Authenticator.objects.get(user=chief))  # its seal is its own
    refusal = sign_in_refusal(chief)
    assert refusal is not None
    assert (refusal.clause, "it was altered past the hub" in refusal.reason) == ("6.b.i.9", True)

    ben = person("ben", password="a long enough one 1")
    with put_back(ben, "people_person"):
        change_row(ben, password=make_password("a long enough one 2"))
    assert Person.objects.get(pk=ben.pk).check_password("a long enough one 1")
    assert "was altered past the hub" in str(sign_in_refusal(ben))


@pytest.mark.clause("6.b.i.9/records")
def test_a_revoked_token_or_terminal_that_was_put_back_opens_nothing() -> None:
    ben = person("ben")
    signed_in(ben)
    with act(HUB, Event.TOKEN_MAKE, "person:ben"):
        header = bearer(ben)
        secret = uuid4().hex
        terminal = Terminal.objects.create(
            name="Unit 12", kind="patrol", secret=secret_digest(secret), taken_at=clock.now()
        )
    token = ApiToken.objects.get(person=ben)
    client = Client()
    client.cookies[COOKIE] = secret
    assert terminal_of(client.get("/").wsgi_request) == terminal
    with put_back(token, "people_apitoken"):
        ApiToken.objects.filter(pk=token.pk).update(revoked_at=clock.now(), seal=None)
    with put_back(terminal, "people_terminal"):
        Terminal.objects.filter(pk=terminal.pk).update(revoked_at=clock.now(), seal=None)
    answer = Client().get("/api/v1/searches", headers={"Authorization": header})
    assert answer.status_code == 401
    assert "it was altered past the hub" in answer.json()["error"]
    assert terminal_of(client.get("/").wsgi_request) is None
