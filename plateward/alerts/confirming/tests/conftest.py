"""An alert of each kind, and the people who answer it."""

from collections.abc import Callable

import pytest

from plateward.alerts.models import Alert
from plateward.alerts.steps.actions import Operator
from plateward.audit.who import Who
from plateward.people.testing import person
from plateward.testing.hotlist import listed
from plateward.testing.roadside import Roadside, enrolled


def operator(username: str) -> Operator:
    """Whoever acts, as the log names them."""
    who = person(username)
    return Operator(who, Who("person", who.username, who.full_name))


@pytest.fixture
def ada() -> Operator:
    return operator("ada")


@pytest.fixture
def reader() -> Roadside:
    listed("ABC123", "XYZ780")
    return enrolled()


@pytest.fixture
def raised(reader: Roadside) -> Callable[..., Alert]:
    """Makes an alert: a read of this plate and state."""

    def make(plate: str = "ABC123", state: str | None = "NM") -> Alert:
        reader.send(reader.photo(plate, state))
        return Alert.objects.latest("pk")

    return make


@pytest.fixture
def alert(raised: Callable[..., Alert]) -> Alert:
    return raised()
