"""A CAD on a real socket, and alerts for a call."""

from collections.abc import Iterator

import pytest

from plateward.people.actor import PersonActor
from plateward.people.models import Unit
from plateward.people.testing import acting
from plateward.simulators.cad import CadSimulator
from plateward.testing.hotlist import load_hotlist
from plateward.testing.roadside import Roadside, enroll_reader
from plateward.testing.served import cad as simulated
from plateward.work.alerts.models import Alert


@pytest.fixture
def cad() -> Iterator[CadSimulator]:
    """CAD on a real socket, with the hub's settings pointing to it."""
    with simulated() as running:
        yield running


@pytest.fixture
def roadside() -> Roadside:
    """A fixed camera with nobody beside it."""
    load_hotlist("ABC123")
    return enroll_reader("gate-1", "Gate 1")


@pytest.fixture
def alert(roadside: Roadside) -> Alert:
    """An alert through dispatch."""
    roadside.send(roadside.photo("ABC123"))
    return Alert.objects.get()


@pytest.fixture
def own() -> Alert:
    """An officer's own alert."""
    load_hotlist("ABC123")
    car = enroll_reader(unit=Unit.objects.create(name="Unit 40"))
    car.send(car.photo("ABC123"))
    return Alert.objects.get()


@pytest.fixture
def ada() -> PersonActor:
    return acting("ada")
