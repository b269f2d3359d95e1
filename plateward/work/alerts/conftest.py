"""An alert, an officer, and a simulated NCIC on a real socket."""

from collections.abc import Iterator

import pytest

from plateward.people.actor import PersonActor
from plateward.people.testing import acting
from plateward.simulators.ncic import NcicSimulator, RecordOnFile
from plateward.testing.hotlist import load_hotlist
from plateward.testing.roadside import enroll_reader
from plateward.testing.served import switch
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


@pytest.fixture
def simulator() -> Iterator[NcicSimulator]:
    with switch(RecordOnFile("ABC123", "NM")) as running:
        yield running
