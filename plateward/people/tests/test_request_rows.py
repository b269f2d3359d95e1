"""What every request reads by SQL of its own is what Django makes of it (`core/db/rows.py`)."""

from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.db.models import Model

from plateward.core.db.rows import read_rows
from plateward.people.models import Person, SignIn
from plateward.people.testing import person, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.mark.parametrize("model", [Person, SignIn, Session])
def test_a_row_is_what_django_makes_of_it(model: type[Model]) -> None:
    signed_in(person("ada"))
    signed_in(person("carla"))
    statement = f"SELECT t.*, 7 AS more FROM {model._meta.db_table} t ORDER BY 1"
    ours, djangos = read_rows(model, statement, []), list(model._default_manager.raw(statement))
    assert len(ours) == 2
    assert [known(row) for row in ours] == [known(row) for row in djangos]
    assert {row._state.db for row in ours} == {connection.alias}
    assert not any(row._state.adding for row in ours)


def known(row: Model) -> dict[str, Any]:
    return {name: value for name, value in vars(row).items() if name != "_state"}


def test_no_row_is_an_empty_list() -> None:
    assert read_rows(Session, "SELECT * FROM django_session WHERE session_key = %s", ["none"]) == []
