"""An act on a person does not block others who only write a row that names the person.

On PostgreSQL a plain FOR UPDATE did: an act that held the log and wrote such a row waited for an act that
held the person and waited for the log, and PostgreSQL ended one of them as a deadlock."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.people import days
from plateward.people.access.correcting import edit_person
from plateward.people.models import Person
from plateward.people.notices.kinds import Kind
from plateward.people.notices.models import Notice
from plateward.people.penalties import actions as penalties
from plateward.people.sign_in import lockout
from plateward.people.testing import person
from plateward.people.training import rules
from plateward.people.training.actions import records
from plateward.people.training.models import Course
from plateward.testing.waiting import WITHIN

pytestmark = pytest.mark.django_db(transaction=True)
GLORIA = Actor("person", "gloria", "Gloria Gallegos")


def fail(officer: Person) -> None:
    lockout.record_failed_try(
        GLORIA, Event.PERSON_LOGIN, f"person:{officer.username}", officer, "A wrong password."
    )


def penalize(officer: Person) -> None:
    penalties.record_offense(GLORIA, officer, "Looked up a neighbor.", "6.a.ii.3", seen=1)


def train(officer: Person) -> None:
    course = Course.objects.earliest("pk")
    records.record_course(GLORIA, officer, course, issuer="The academy", completed_on=days.today())


def edit(officer: Person) -> None:
    edit_person(GLORIA, officer, rank="Sergeant")


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("act", "of", "called"),
    [  # called in the middle of the act, with the person locked
        (fail, lockout, "too_many_failures"),
        (penalize, penalties, "next_penalty"),
        (train, rules, "is_new_record"),
        (edit, Person, "full_clean"),
    ],
)
def test_a_row_that_names_a_person_is_written_while_an_act_holds_them(
    monkeypatch: pytest.MonkeyPatch, act: Callable[[Person], None], of: Any, called: str
) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("one writer at a time: there is nothing to wait for each other")
    ada = person("ada")
    person("gloria")
    written = threading.Event()

    def write() -> None:
        try:
            Notice.objects.create(to=ada, kind=Kind.FACTOR_CHANGE, text="Read this.")
            written.set()
        finally:
            connection.close()

    held: list[bool] = []
    usual = getattr(of, called)

    def in_the_middle(*args: Any, **more: Any) -> Any:
        threading.Thread(target=write).start()
        held.append(not written.wait(WITHIN))
        return usual(*args, **more)

    monkeypatch.setattr(of, called, in_the_middle)
    act(ada)
    assert held == [False]
