"""A BOLO of the agency's own, entered by Ada, approved by Carla; Ben sees its vehicle, and NCIC lacks it."""

from collections.abc import Iterator

import pytest

from plateward.field.hotlists.models import HotList
from plateward.field.hotlists.requests import deciding
from plateward.field.hotlists.requests.testing import KNOWN, Force
from plateward.people.actor import PersonActor
from plateward.people.testing import acting, person
from plateward.simulators.ncic import NcicSimulator
from plateward.testing.roadside import enroll_reader
from plateward.testing.served import cad, switch
from plateward.work.alerts.models import Alert
from plateward.work.alerts.page import actions


@pytest.fixture
def force(db: None) -> Force:
    people = Force()
    person("elena")
    return people


@pytest.fixture
def bolo(force: Force) -> HotList:
    with cad(KNOWN):
        request = force.asks(vehicle="")
    deciding.approve_request(PersonActor.of(force.carla), request, request.last.pk)
    return force.list


@pytest.fixture
def ben(bolo: HotList) -> PersonActor:
    return acting("ben")


@pytest.fixture
def alert(ben: PersonActor) -> Alert:
    """Of that BOLO: Ben read its plate and looked at the vehicle."""
    reader = enroll_reader()
    reader.send(reader.photo("BKT419", "NM"))
    alert = Alert.objects.get()
    actions.confirm(ben, alert, "BKT419", "NM")
    actions.observe(ben, alert, matches=True)
    return alert


@pytest.fixture
def simulator() -> Iterator[NcicSimulator]:
    with switch() as running:
        yield running
