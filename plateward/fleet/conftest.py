"""A unit with its reader, its people and who leads them."""

from collections.abc import Callable

import pytest

from plateward.audit.leaf import Leaf
from plateward.audit.models import AuditEntry
from plateward.fleet.models import Reader
from plateward.people.models import Person
from plateward.people.testing import person
from plateward.testing.roadside import Roadside, enroll_reader


@pytest.fixture
def carla() -> Person:
    return person("carla")


@pytest.fixture
def ada(carla: Person) -> Person:
    return person("ada", supervisor=carla)


@pytest.fixture
def roadside(ada: Person) -> Roadside:
    return enroll_reader(unit=ada.unit)


@pytest.fixture
def reader(roadside: Roadside) -> Reader:
    return Reader.objects.get(name=roadside.name)


@pytest.fixture
def recorded() -> Callable[[str], Leaf]:
    """The latest entry of an event on the log."""

    def latest(event: str) -> Leaf:
        leaf = AuditEntry.objects.filter(event=event).latest("sequence").leaf
        assert leaf is not None
        return leaf

    return latest
