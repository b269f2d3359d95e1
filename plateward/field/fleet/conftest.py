"""A unit with its reader, its people and their supervisor."""

import pytest

from plateward.field.fleet.models import Reader
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
