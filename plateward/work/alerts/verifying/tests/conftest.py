"""An alert whose plate was read and seen, an NCIC on a real socket, and the people who ask."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from plateward.ground.links.ncic.hit import Priority
from plateward.people.actor import PersonActor
from plateward.simulators.ncic import NcicSimulator, RecordOnFile, Reply, Truck
from plateward.testing.hotlist import load_hotlist
from plateward.testing.roadside import enroll_reader
from plateward.testing.served import switch
from plateward.work.alerts.models import Alert
from plateward.work.alerts.page import actions
from plateward.work.alerts.verifying.asking import services
from plateward.work.alerts.verifying.asking.actions import ask_ncic
from plateward.work.alerts.verifying.asking.hit_confirmation import request_confirmation
from plateward.work.alerts.verifying.models import HitRequest

ORI = "NM0000000"
STOLEN = RecordOnFile("ABC123", "NM", nic="V000000001", ori="TX0000000", oca="26-000123", reply=Reply.NEVER)
TRUCK = Truck("ABC123", "NM", dot="7654321")


@pytest.fixture
def alert(ada: PersonActor) -> Alert:
    load_hotlist("ABC123")
    reader = enroll_reader()
    reader.send(reader.photo("ABC123", "NM"))
    alert = Alert.objects.get()
    actions.confirm(ada, alert, "ABC123", "NM")
    actions.observe(ada, alert, matches=True)
    return alert


@pytest.fixture
def simulator() -> Iterator[NcicSimulator]:
    with switch(STOLEN, trucks=[TRUCK]) as running:
        yield running


@pytest.fixture
def hit(ada: PersonActor, alert: Alert, simulator: NcicSimulator) -> Alert:
    """The alert, once NCIC has said that its plate is on file."""
    ask_ncic(ada, alert, services.switch(), ORI)
    return alert


def behaves(simulator: NcicSimulator, reply: Reply, verdict: str = "Y") -> None:
    """How the entering agency answers from now on."""
    simulator.records = [replace(STOLEN, reply=reply, verdict=verdict)]


def requested(ada: PersonActor, alert: Alert, priority: Priority = Priority.URGENT) -> HitRequest:
    return request_confirmation(ada, alert, services.switch(), ORI, "V000000001", priority, "26-000123")
