from collections.abc import Iterator

import pytest

from plateward.alerts.models import Alert
from plateward.people.conftest import recorded
from plateward.people.models import Unit
from plateward.simulators.cad import Simulator
from plateward.testing.cad import cad as simulated
from plateward.testing.hotlist import listed
from plateward.testing.roadside import Roadside, enrolled

__all__ = ["recorded"]  # fixture


@pytest.fixture
def cad() -> Iterator[Simulator]:
    """CAD on a real socket, which the hub's settings point at."""
    with simulated() as running:
        yield running


@pytest.fixture
def roadside() -> Roadside:
    """A camera that is fixed: nobody sits beside it."""
    listed("ABC123")
    return enrolled("gate-1", "Gate 1")


@pytest.fixture
def alert(roadside: Roadside) -> Alert:
    """An alert through dispatch."""
    roadside.send(roadside.photo("ABC123"))
    return Alert.objects.get()


@pytest.fixture
def own() -> Alert:
    """An officer's own."""
    listed("ABC123")
    car = enrolled(unit=Unit.objects.create(name="Unit 40"))
    car.send(car.photo("ABC123"))
    return Alert.objects.get()
