"""Whether any row is of a kind, by SQL that is built once."""

import pytest
from django.contrib.sessions.models import Session

from plateward.core.db.any_row import AnyRow
from plateward.ground import clock

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def test_it_sees_each_time_whether_such_a_row_is_there() -> None:
    known = AnyRow(lambda: Session.objects.filter(session_key="known"))
    assert not known()
    session = Session.objects.create(session_key="known", expire_date=clock.now())
    assert known()
    session.delete()
    assert not known()


def test_its_sql_is_built_once() -> None:
    built = []

    def every() -> object:
        built.append(1)
        return Session.objects.all()

    sessions = AnyRow(every)  # type: ignore[arg-type]
    assert sessions() == sessions() == Session.objects.exists()
    assert built == [1]
