"""What the reader notices of itself, and when it says so."""

import threading
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest

from plateward.ground.wire.read import Position, PositionLack
from plateward.ground.wire.state import FaultKind, ReaderState
from plateward.reader import camera as camera_module
from plateward.reader import faults as faults_module
from plateward.reader import sender as sender_module
from plateward.reader.alarm import ReaderLog
from plateward.reader.alarms import Alarms
from plateward.reader.faults import PATIENCE, Faults
from plateward.reader.frames import Image
from plateward.reader.home import tls_password
from plateward.reader.hub import Hub as HubClient
from plateward.reader.hub import tls_context
from plateward.reader.position import Fix
from plateward.reader.sender import Sender
from plateward.reader.sources import open_source
from plateward.reader.tests.assembled import AssembledReader
from plateward.reader.tests.stand_ins import Agency, Hub
from plateward.reader.tests.streams import Stream
from plateward.recognition.types import Plate, Thresholds
from plateward.testing.waiting import wait_until

GPS = FaultKind.POSITION
GONE = "No position: receiver gone."


@pytest.mark.clause("6.j.i/camera", "5.c/position")
def test_a_fault_begins_and_ends_when_it_has_lasted(output: list[str]) -> None:
    faults, patience = Faults(output.append), PATIENCE[GPS]
    faults.watch(GPS, GONE, 100.0)
    assert (faults.state, output) == (None, [])  # nobody knows yet
    faults.watch(GPS, GONE, 100.0 + patience)
    assert [(fault.kind, fault.words) for fault in faults.current] == [(GPS, GONE)]
    assert faults.state == ReaderState(faults.current)
    faults.watch(GPS, "", 150.0)
    faults.watch(GPS, GONE, 151.0)  # a tunnel with a window
    faults.watch(GPS, "", 152.0)
    assert faults.current
    faults.watch(GPS, "", 152.0 + patience)
    assert (faults.current, faults.state) == ((), ReaderState())
    faults.watch(GPS, GONE, 200.0)
    faults.watch(GPS, "", 200.0 + patience - 1)
    faults.watch(GPS, GONE, 200.0 + patience)
    assert faults.current == ()
    assert output == [
        "MALFUNCTION, position: No position: receiver gone. The hub is notified (OPR:50 6.e.iv.2).",
        "The malfunction is over: position.",
    ]


@pytest.mark.clause("6.j.i/camera")
def test_the_hub_hears_within_a_minute() -> None:
    """The camera's own patience, this one's, and the sender's."""
    silent = camera_module.READ_TIMEOUT_MS / 1000 + PATIENCE[FaultKind.PICTURE] + sender_module.POLL
    assert silent < 60
    assert max(PATIENCE.values()) + sender_module.POLL < 60


@pytest.mark.clause("5.c/position", "5.i/position", "6.e.iv.2/report")
def test_a_lost_position_and_a_clock_that_is_off_are_faults(
    hub: Hub, agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(faults_module, "PATIENCE", dict.fromkeys(FaultKind, 0.0))

    class Lost:
        fix = Fix(None, lack=PositionLack.NO_FIX, last=Position(35.0, -106.0, 5.0, 60.0))

        def at(self, moment: object) -> Fix:
            return self.fix

    parts = AssembledReader(agency, [])
    parts.reader.positions = lost = Lost()
    parts.reader.faults = Faults(parts.reader.log.say)
    parts.reader.run()
    assert [fault.words for fault in parts.reader.faults.current] == ["No position: no fix."]
    lost.fix = Fix(Position(35.0, -106.0), clock_ahead=timedelta(days=-7300))
    parts.reader.source = type(parts.source)(1)
    parts.reader.run()
    assert [fault.words for fault in parts.reader.faults.current] == [
        "The clock is 7300 days behind GPS time. Set it."
    ]


class Blank:
    """An engine that sees no plate."""

    version, thresholds = "test", Thresholds(0, 0)

    def read(self, image: Image) -> list[Plate]:
        return []


@pytest.fixture
def stream() -> Iterator[Stream]:
    stream = Stream("stall", "live")
    yield stream
    stream.stop()


@pytest.mark.clause("6.j.i/camera", "6.e.iv.2/report")
def test_a_silent_camera_is_told_to_the_officer_and_the_hub_and_so_is_its_return(
    hub: Hub, agency: Agency, stream: Stream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(faults_module, "PATIENCE", dict.fromkeys(FaultKind, 0.2))
    monkeypatch.setattr(camera_module, "READ_TIMEOUT_MS", 1000)
    monkeypatch.setattr(camera_module, "FIRST_PAUSE", 3.0)
    monkeypatch.setattr(sender_module, "POLL", 0.05)
    parts = AssembledReader(agency)
    reader, say = parts.reader, parts.reader.log.say
    ring, enrollment = agency.home.open()
    context = tls_context(
        enrollment.authority_pem, agency.home.certificate, agency.home.tls_key, tls_password(ring)
    )
    faults = reader.faults = Faults(say, "http, on this machine")
    alarms = Alarms(parts.stores, ReaderLog(parts.out))
    sender = Sender(
        HubClient(hub.url, "unit-12", parts.key, lambda: context), parts.stores, alarms, say, faults
    )
    reader.source, reader.engine = open_source(stream.url, 0, False, reader.stop, say), Blank()
    running = threading.Thread(target=reader.run)
    running.start()
    sender.start()
    told = hub.states
    wait_until(lambda: any(state and state.faults for state in told))
    silent = next(state for state in told if state and state.faults)
    assert [(fault.kind, fault.words) for fault in silent.faults] == [
        (FaultKind.PICTURE, f"The camera {stream.url.removesuffix('/video')} gives no images.")
    ]
    assert silent.camera == "http, on this machine"
    wait_until(lambda: told[-1] is not None and not told[-1].faults)
    time.sleep(0.3)
    assert [bool(state.faults) for state in told if state] in ([True, False], [False, True, False])
    reader.stop.set()
    sender.stop()
    running.join()
    assert "MALFUNCTION, camera: The camera" in parts.out.getvalue()
