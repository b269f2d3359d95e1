"""An officer and an alert."""

import pytest

from plateward.people.actor import PersonActor
from plateward.people.testing import acting
from plateward.testing.hotlist import load_hotlist
from plateward.testing.roadside import enroll_reader
from plateward.work.alerts.models import Alert


@pytest.fixture
def ada() -> PersonActor:
    return acting("ada")


@pytest.fixture
def alert() -> Alert:
    load_hotlist("ABC123")
    reader = enroll_reader()
    reader.send(reader.photo("ABC123", None))
    return Alert.objects.get()
