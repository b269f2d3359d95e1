"""Who writes the database brings no session back that ended, and gives none to another person."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client

from plateward.core.audit.actor import HUB
from plateward.core.audit.events import Event
from plateward.core.audit.leaf import Leaf
from plateward.core.audit.log import act
from plateward.core.audit.records.integrity import compare
from plateward.core.audit.records.tables import record_tables
from plateward.ground import clock
from plateward.people.models import Person, SignIn
from plateward.people.permissions import Permission
from plateward.people.sign_in.open_sessions import OpenSession, refusals_of_sessions
from plateward.people.sign_in.sign_ins import people_with_open_session
from plateward.people.testing import bearer, person, signed_in
from plateward.testing.emptying import past_the_hub, write

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.both_databases,
    pytest.mark.clause("6.a.i.2/own", "6.b.i.9/records", "AU-9/found", "AC-12/ends"),
]
TABLES = ("people_signin", "django_session")


@contextmanager
def put_back() -> Iterator[None]:
    """What goes within the block comes back past the hub, as it was: sign-ins and Django's sessions."""
    kept = {}
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"SELECT * FROM {table}")
            kept[table] = [column[0] for column in cursor.description], cursor.fetchall()
    yield
    with past_the_hub(*TABLES):
        for table, (names, rows) in kept.items():
            write(f"DELETE FROM {table}")
            columns, marks = ", ".join(f'"{name}"' for name in names), ", ".join(["%s"] * len(names))
            for row in rows:
                write(f"INSERT INTO {table} ({columns}) VALUES ({marks})", *row)


def log_out(client: Client, _: Person) -> None:
    client.post("/logout/")


def by_an_administrator(_: Client, who: Person) -> None:
    with act(HUB, Event.PERSON_UPDATE, "person:ada"):
        SignIn.objects.filter(person=who).delete()


def another_log_in(_: Client, who: Person) -> None:
    with act(HUB, Event.PERSON_LOGIN, "person:ada"):
        signed_in(who)


def copied(client: Client, _: Person) -> None:
    """The hub found that a copy of its cookie was used: its row says so until its owner knows."""
    with act(HUB, Event.SESSION_FLAG, "person:ada"):
        SignIn.objects.update(ended="This session was used by another browser.")


@pytest.fixture
def ada() -> Person:
    return person("ada")


@pytest.mark.parametrize("end", [log_out, by_an_administrator, another_log_in, copied])
def test_a_session_that_ended_and_was_put_back_opens_nothing_and_is_named(
    end: Callable[[Client, Person], None], ada: Person, recorded: Callable[[str], Leaf]
) -> None:
    with act(HUB, Event.PERSON_LOGIN, "person:ada"):
        client = signed_in(ada)
    assert client.get("/").status_code == 200
    [token] = SignIn.objects.values_list("token", flat=True)
    cookies = dict(client.cookies)
    with put_back():
        end(client, ada)
    client.cookies.update(cookies)
    session = OpenSession(ada.pk, str(token))
    assert refusals_of_sessions({session}, Permission.ALERT_VIEW).keys() == {session}
    assert people_with_open_session([ada.pk]) == set()
    header = bearer(ada)
    asked = Client().get("/api/v1/searches", headers={"Authorization": header})
    assert asked.status_code == 401, "a token needs a session"
    answer = client.get("/", follow=False)
    assert answer.status_code in (302, 401)
    leaf = recorded("session.end")
    assert (leaf.outcome, leaf.clause) == ("refused", "6.b.i.9")
    assert "past the hub" in leaf.reason
    assert compare(record_tables()["people_signin"])[1], "Integrity names it"


def test_a_session_is_given_to_nobody_else(ada: Person) -> None:
    with act(HUB, Event.PERSON_LOGIN, "person:ada"):
        client, chief = signed_in(ada), person("hector")
        signed_in(chief)
    row, other = SignIn.objects.get(person=ada), SignIn.objects.get(person=chief)
    with past_the_hub("people_signin"):
        write("DELETE FROM people_signin WHERE id = %s", other.pk)
        write("UPDATE people_signin SET person_id = %s WHERE id = %s", chief.pk, row.pk)
    assert client.get("/").status_code == 302
    assert refusals_of_sessions({OpenSession(chief.pk, str(row.token))}, Permission.ALERT_VIEW)


@pytest.mark.clause("AC-11/lock", "IA-5.sessions/again")
@pytest.mark.parametrize(
    "forged",
    ["locked_at = NULL", "proved_at = %s, locked_at = NULL", "factor_at = %s"],
    ids=lambda sets: sets[:9],
)
def test_a_session_is_unlocked_and_proved_by_nobody_but_its_person(
    forged: str, ada: Person, recorded: Callable[[str], Leaf]
) -> None:
    with act(HUB, Event.PERSON_LOGIN, "person:ada"):
        client = signed_in(ada)
    client.post("/session/", {"act": "lock"})
    recorded("session.lock")
    [row] = SignIn.objects.all()
    assert row.locked_at, "nothing in it answers until a proof"
    assert compare(record_tables()["people_signin"])[1] == [], "its lock is on the log"
    with past_the_hub("people_signin"):
        write(f"UPDATE people_signin SET {forged}", *([clock.now()] if "%s" in forged else []))
    assert client.get("/").status_code == 302, "it has ended"
    assert "past the hub" in recorded("session.end").reason
    assert compare(record_tables()["people_signin"])[1], "Integrity names it"


@pytest.mark.clause("AC-11/lock")
def test_an_idle_session_whose_last_activity_is_set_ahead_is_locked(ada: Person) -> None:
    client = signed_in(ada)
    with clock.set_to(clock.now() + timedelta(minutes=25)):
        assert client.get("/").status_code == 200, "active: the 30 minutes start again"
    with clock.set_to(clock.now() + timedelta(minutes=56)):
        with past_the_hub("people_signin"):
            write("UPDATE people_signin SET seen_at = %s", clock.now())
        assert client.get("/").status_code == 401
        assert SignIn.objects.get().locked_at


def test_what_changes_of_a_session_while_it_is_used_is_no_record(ada: Person) -> None:
    with act(HUB, Event.PERSON_LOGIN, "person:ada"):
        client = signed_in(ada)
    with clock.set_to(clock.now() + timedelta(minutes=5)):
        assert client.get("/").status_code == 200
        assert SignIn.objects.get().seen_at > SignIn.objects.get().began_at
    assert compare(record_tables()["people_signin"])[1] == []
