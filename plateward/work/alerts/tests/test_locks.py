"""Row locks do not block transactions that only reference the row."""

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import connection

import plateward
from plateward.core.audit.events import Event
from plateward.core.audit.log import act
from plateward.people.actor import PersonActor
from plateward.testing.waiting import WITHIN
from plateward.work.alerts.models import Alert, Change
from plateward.work.alerts.outbox import announce
from plateward.work.alerts.step import step


def test_each_lock_leaves_the_key_free() -> None:
    """At commit, PostgreSQL checks that each foreign key's row exists and waits if that key is locked. The
    commit holds the audit log's lock, which the key's holder waits for: a deadlock."""
    sources = [path for path in Path(plateward.__file__).parent.rglob("*.py") if "tests" not in path.parts]
    inside = re.compile(r"select_for_update\(((?:[^()]|\([^()]*\))*)\)")
    locks = [(path, lock) for path in sources for lock in inside.findall(path.read_text())]
    assert len(locks) > 20
    assert [f"{path}: {lock}" for path, lock in locks if "no_key=True" not in lock] == []


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_an_act_that_points_at_an_alert_ends_while_another_act_holds_it(
    ada: PersonActor, alert: Alert
) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("One writer at a time here: no row is ever locked.")
    before = Change.objects.count()

    def points() -> None:
        try:
            with act(ada, Event.ALERT_VIEW, f"alert:{alert.pk}"):
                announce([alert], new=False)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as threads, step(ada, Event.ALERT_VIEW, alert):
        threads.submit(points).result(WITHIN)
    assert Change.objects.count() == before + 2
