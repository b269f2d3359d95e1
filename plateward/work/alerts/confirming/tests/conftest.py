"""An alert of each kind, and the people who answer it."""

from collections.abc import Callable

import pytest

from plateward.testing.hotlist import load_hotlist
from plateward.testing.roadside import Roadside, enroll_reader
from plateward.work.alerts.models import Alert


@pytest.fixture
def reader() -> Roadside:
    load_hotlist("ABC123", "XYZ780")
    return enroll_reader()


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
