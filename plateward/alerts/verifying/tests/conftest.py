"""An alert whose plate was read and seen, an NCIC on a real socket, and the people who ask."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from plateward.alerts.confirming.tests.conftest import operator
from plateward.alerts.models import Alert
from plateward.alerts.page import actions
from plateward.alerts.steps.actions import Operator
from plateward.alerts.verifying.asking import outside
from plateward.alerts.verifying.asking.actions import ask_ncic
from plateward.alerts.verifying.asking.confirmation import Wanted, request
from plateward.alerts.verifying.models import HitRequest
from plateward.links.ncic import Priority
from plateward.simulators.ncic import OnFile, Reply, Simulator, Truck
from plateward.testing.hotlist import listed
from plateward.testing.ncic import switch
from plateward.testing.roadside import enrolled

ORI = "NM0000000"
STOLEN = OnFile("ABC123", "NM", nic="V000000001", ori="TX0000000", oca="26-000123", reply=Reply.NEVER)
TRUCK = Truck("ABC123", "NM", dot="7654321")


@pytest.fixture
def ada() -> Operator:
    return operator("ada")


@pytest.fixture
def alert(ada: Operator) -> Alert:
    listed("ABC123")
    reader = enrolled()
    reader.send(reader.photo("ABC123", "NM"))
    alert = Alert.objects.get()
    actions.confirm(ada, alert, "ABC123", "NM")
    actions.observe(ada, alert, matches=True)
    return alert


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    with switch(STOLEN, trucks=[TRUCK]) as running:
        yield running


@pytest.fixture
def hit(ada: Operator, alert: Alert, simulator: Simulator) -> Alert:
    """The alert, once NCIC has said that its plate is on file."""
    ask_ncic(ada, alert, outside.switch(), ORI)
    return alert


def behaves(simulator: Simulator, reply: Reply, verdict: str = "Y") -> None:
    """How the entering agency answers from now on."""
    simulator.records = [replace(STOLEN, reply=reply, verdict=verdict)]


def requested(ada: Operator, alert: Alert, priority: Priority = Priority.URGENT) -> HitRequest:
    return request(ada, alert, outside.switch(), ORI, Wanted("V000000001", priority, "26-000123"))
