"""One plate on two lists, seen or reported at the same moment at two of the hub's nodes: one call."""

import threading
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from plateward.core.jobs.lease import LeaseLost, finish, take
from plateward.people.actor import PersonActor
from plateward.people.models import Unit
from plateward.testing.hotlist import load_hotlist
from plateward.testing.roadside import enroll_reader
from plateward.testing.threads import at_once
from plateward.work.alerts.arrival import actions as arrival
from plateward.work.alerts.models import Alert
from plateward.work.dispatch import actions, sending
from plateward.work.dispatch.models import Call, Message

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.clause("6.e.vii/type"),
    pytest.mark.both_databases,
]
FIRST, SECOND = "State hot file", "Second list"


@pytest.fixture
def together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each node that looked for an open call waits for the other to look too."""
    both, usual = threading.Barrier(2), actions._open_call_of

    def looked(*args: Any) -> Call | None:
        call = usual(*args)
        if connection.vendor == "postgresql":  # elsewhere, one writer at a time
            with suppress(threading.BrokenBarrierError):
                both.wait(2)
        return call

    monkeypatch.setattr(actions, "_open_call_of", looked)


@pytest.fixture
def two_lists(db: None) -> None:
    load_hotlist("ABC123", name=FIRST)
    load_hotlist("ABC123,NM,wanted_person", name=SECOND, source="State")


@pytest.mark.usefixtures("together")
def test_two_officers_who_tell_of_one_plate_make_one_call(ada: PersonActor, two_lists: None) -> None:
    car = enroll_reader(unit=Unit.objects.create(name="Unit 40"))
    car.send(car.photo("ABC123"))
    first, second = Alert.objects.all()
    refusals = at_once(
        lambda: actions.notify_dispatch(ada, first, None), lambda: actions.notify_dispatch(ada, second, None)
    )
    assert refusals == []
    assert Call.objects.get().links.count() == 2


@pytest.mark.usefixtures("together")
def test_two_cameras_whose_nodes_know_another_list_each_make_one_call(
    two_lists: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A list is in force at one node a moment before the other: neither locks the other's entry."""
    cameras = {"gate-1": FIRST, "gate-2": SECOND}
    usual, knows = arrival._hits, threading.local()

    def known(*args: Any) -> list[Any]:
        return [hit for hit in usual(*args) if hit.head.name == knows.of]

    monkeypatch.setattr(arrival, "_hits", known)
    readers = {name: enroll_reader(name, name.title()) for name in cameras}

    def drive(name: str) -> None:
        knows.of = cameras[name]
        readers[name].send(readers[name].photo("ABC123"))

    assert at_once(lambda: drive("gate-1"), lambda: drive("gate-2")) == []
    assert Alert.objects.count() == 2
    assert Call.objects.get().links.count() == 2


def test_of_nodes_that_lease_the_same_rows_at_once_each_has_others() -> None:
    for _ in range(20):
        Message.objects.create(call=Call.objects.create(opened=Call.Opened.LIST), document="{}")
    leased: list[Message] = []

    def lease() -> None:
        leased.extend(take(Message.objects.all(), sending.LEASE))

    assert at_once(lease, lease, lease) == []
    assert len(leased) == len({message.pk for message in leased}) == 20
    assert len({message.leased_by for message in leased}) == 20
    assert [*take(Message.objects.all(), timedelta())] == []


def test_a_node_whose_lease_another_has_stores_nothing() -> None:
    Message.objects.create(call=Call.objects.create(opened=Call.Opened.LIST), document="{}")
    [ours] = take(Message.objects.all(), timedelta())  # expires at once
    [theirs] = take(Message.objects.all(), sending.LEASE)
    with pytest.raises(LeaseLost, match="taken over by another process"):
        finish(ours, problem="ours")
    finish(theirs, problem="theirs")
    assert Message.objects.get().problem == "theirs"
