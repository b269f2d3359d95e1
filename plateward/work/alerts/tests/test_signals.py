"""Which signals the rooms above receive about an alert, and when."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.dispatch import Signal

from plateward.people.actor import PersonActor
from plateward.testing.hotlist import load_hotlist
from plateward.testing.roadside import enroll_reader
from plateward.work.alerts import signals
from plateward.work.alerts.closing.account import DispositionAccount
from plateward.work.alerts.closing.actions import dispose
from plateward.work.alerts.facts import AlertOutcome
from plateward.work.alerts.models import Alert, Change
from plateward.work.alerts.page import actions
from plateward.work.alerts.testing import STORY, end_entries

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
SENT = {name: signal for name, signal in vars(signals).items() if isinstance(signal, Signal)}


@pytest.fixture
def heard() -> Iterator[list[tuple[str, str]]]:
    """Each signal with its alert's stage in the database at that moment."""
    heard: list[tuple[str, str]] = []

    def ear(name: str) -> Callable[..., None]:
        def hear(alert: Alert, **_: Any) -> None:
            assert connection.in_atomic_block
            heard.append((name, Alert.objects.get(pk=alert.pk).stage))

        return hear

    ears = {name: ear(name) for name in SENT}
    for name, signal in SENT.items():
        signal.connect(ears[name])
    yield heard
    for name, signal in SENT.items():
        signal.disconnect(ears[name])


def test_each_change_of_an_alert_is_told_once_within_its_transaction(
    ada: PersonActor, heard: list[tuple[str, str]]
) -> None:
    load_hotlist("ABC123", "XYZ987")
    reader = enroll_reader()
    reader.send(reader.photo("ABC123", sure=False))
    reader.send(reader.photo("ABC123"), reader.photo("ABC123"))
    alert = Alert.objects.get()
    actions.confirm(ada, alert, "ABC123", "NM")
    actions.observe(ada, alert, matches=True)
    actions.observe(ada, alert, matches=True)
    dispose(ada, alert, DispositionAccount(AlertOutcome.NOT_LOCATED, STORY))
    reader.send(reader.photo("XYZ987"))
    end_entries(Alert.objects.latest("pk").entry_id)
    assert heard == [
        ("alert_raised", "new"),
        ("alert_raised", "new"),
        ("alert_moved", "confirmed"),
        ("alert_moved", "observed"),
        ("alert_disposed", "closed"),
        ("alert_raised", "new"),
        ("alert_recalled", "closed"),
    ]


def test_whoever_hears_of_an_alert_and_fails_undoes_the_act(ada: PersonActor) -> None:
    load_hotlist("ABC123")
    reader = enroll_reader()
    reader.send(reader.photo("ABC123"))
    alert, before = Alert.objects.get(), Change.objects.count()

    def fail(**_: object) -> None:
        raise RuntimeError("no")

    signals.alert_disposed.connect(fail)
    try:
        with pytest.raises(RuntimeError):
            dispose(ada, alert, DispositionAccount(AlertOutcome.NOT_LOCATED, STORY))
    finally:
        signals.alert_disposed.disconnect(fail)
    assert Alert.objects.get().stage == "new"
    assert Change.objects.count() == before
