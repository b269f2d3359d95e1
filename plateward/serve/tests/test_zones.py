"""A reader at a real hub, over its socket: a zone that is added there keeps it from ringing within seconds."""

import io
import threading
from collections.abc import Generator, Iterator
from dataclasses import dataclass

import numpy as np
import pytest

from plateward.ground import clock
from plateward.reader.alarm import ReaderLog
from plateward.reader.alarms import Alarms
from plateward.reader.frames import Frame, Image
from plateward.reader.picture import PictureWatch
from plateward.reader.position import parse_position
from plateward.reader.process import ReaderProcess
from plateward.reader.sender import Sender
from plateward.reader.stores import Stores
from plateward.recognition.types import Character, Plate, Thresholds
from plateward.serve.tests.hub import RunningHub
from plateward.testing.waiting import wait_until

LISTED = Plate(
    "ZON4071", None, 0.99, (60, 60, 80, 40), tuple(Character(char, 0.99, ()) for char in "ZON4071")
)
ADD = """
from plateward.field.fleet.placements.actions import add_zone
from plateward.people.testing import acting
zone = add_zone(acting("gloria"), "Clinic of this test", 33.1942, -104.3381, 300, "The entrance of a clinic.")
print(zone.pk)
"""
END = """
from plateward.field.fleet.models import ExclusionZone
from plateward.field.fleet.placements.actions import end_zone
from plateward.people.testing import acting
end_zone(acting("gloria"), ExclusionZone.objects.get(name="Clinic of this test"), "The clinic has moved away.")
print(0)
"""
LIST = """
from plateward.testing.hotlist import load_hotlist
load_hotlist("ZON4071")
print(0)
"""
STATE = """
from plateward.work.alerts.models import Alert
from plateward.core.audit.models import AuditEntry
from plateward.field.fleet.models import Reader
entries = AuditEntry.objects.filter(event="batch.receive").order_by("sequence")
counts = [entry.leaf.details.get("dropped_at_reader") for entry in entries]
alerts = Alert.objects.filter(entry__plate="ZON4071").count()
print(json.dumps([alerts, Reader.objects.get(name="unit-12").dropped, [count for count in counts if count]]))
"""


class OneCar:
    """A camera that photographs a car, and its engine."""

    live, missed, problem = False, 0, ""
    version, thresholds = "test engine", Thresholds(0.0, 0.0)

    def frames(self) -> Generator[Frame | None]:
        yield Frame(np.full((180, 320, 3), 90, np.uint8), clock.now(), still=True)

    def pause(self, seconds: float) -> None:
        pass

    def read(self, image: Image) -> list[Plate]:
        return [LISTED]


@dataclass
class Vehicle:
    """A reader in a vehicle at the clinic, with all that it has on disk."""

    process: ReaderProcess
    sender: Sender
    out: io.StringIO

    def passes(self) -> str:
        """A listed car passes by; returns what was to be seen and heard."""
        self.out.truncate(self.out.seek(0))
        self.process.run()
        return self.out.getvalue()


@pytest.fixture
def vehicle(running_hub: RunningHub) -> Iterator[Vehicle]:
    home = running_hub.reader
    ring, enrollment = home.open()
    out, car = io.StringIO(), OneCar()
    terminal = ReaderLog(out)
    stores = Stores.open(home, ring.key, enrollment, terminal.say)
    alarms = Alarms(stores, terminal)
    sender = Sender(running_hub.client(), stores, alarms, terminal.say)
    process = ReaderProcess(
        source=car,
        engine=car,
        positions=parse_position("33.1942,-104.3381"),
        camera=enrollment.camera,
        key=ring.signing("reader"),
        stores=stores,
        stored=sender.wake,
        log=terminal,
        alarms=alarms,
        stop=threading.Event(),
        picture=PictureWatch(fixed=True),
    )
    sender.start()
    yield Vehicle(process, sender, out)
    sender.stop()


@pytest.mark.clause("6.a.ii.1/zones")
def test_a_zone_reaches_a_connected_reader_which_neither_rings_nor_sends_there_and_reports_its_count(
    running_hub: RunningHub, vehicle: Vehicle
) -> None:
    running_hub.ask(LIST)
    process = vehicle.process
    wait_until(
        lambda: (
            process.stores.placement.version != ""
            and bool(process.stores.hotlist.match("ZON4071", None, clock.now())[1])
        )
    )
    outside = process.stores.placement.version
    assert "POSSIBLE HIT" in vehicle.passes()
    assert vehicle.sender.drain(60, threading.Event()) == 0
    running_hub.ask(ADD)
    try:
        wait_until(lambda: process.stores.placement.version != outside)
        within = vehicle.passes()
        assert "POSSIBLE HIT" not in within
        assert "in an exclusion zone" in within
        assert process.stores.spool.waiting() == []
        vehicle.sender.wake()
        wait_until(lambda: running_hub.ask(STATE)[1] == 1)
        assert running_hub.ask(STATE) == [1, 1, [["in an exclusion zone: 1"]]]
        zoned = process.stores.placement.version
    finally:  # other tests have the same hub
        running_hub.ask(END)
    wait_until(lambda: process.stores.placement.version != zoned)
    assert "POSSIBLE HIT" in vehicle.passes()
