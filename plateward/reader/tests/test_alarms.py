"""Which alarms ring, which wait for a list that is coming, and which are recalled."""

import io
import threading
from collections.abc import Iterator
from datetime import timedelta
from functools import partial

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from plateward.ground import clock
from plateward.ground.wire.batch import HandledAlert
from plateward.ground.wire.placement import Zone
from plateward.reader import alarms as alarms_module
from plateward.reader import hotlist as hotlist_module
from plateward.reader import sender as sender_module
from plateward.reader.alarm import ReaderLog
from plateward.reader.alarms import Alarms, ListedRead
from plateward.reader.hub import Hub as Link
from plateward.reader.hub import tls_context
from plateward.reader.sender import Sender
from plateward.reader.stores import Stores
from plateward.reader.tests.stand_ins import NOON, Agency, Hub, entry, made
from plateward.testing.waiting import wait_until

HOUR = timedelta(hours=1)
RANG, RECALLED = "POSSIBLE HIT", "RECALLED"
A, B = entry("ABC123"), entry("XYZ789")


class Vehicle:
    """What the person in it hears and sees, and what passes by."""

    def __init__(self, agency: Agency) -> None:
        ring, enrollment = agency.home.open()
        self.out = io.StringIO()
        self.key = ring.signing("reader")
        terminal = ReaderLog(self.out)
        stores = Stores.open(agency.home, ring.key, enrollment, terminal.say)
        self.hotlist, self.placement = stores.hotlist, stores.placement
        self.alarms = Alarms(stores, terminal)
        context = tls_context(enrollment.authority_pem, agency.home.certificate, agency.home.tls_key)
        link = Link(enrollment.hub, enrollment.name, self.key, lambda: context, httpx.Timeout(5.0))
        self.sender = Sender(link, stores, self.alarms, terminal.say)

    def passes(self, plate: str) -> None:
        read, _ = made(self.key, plate)
        match = partial(self.hotlist.match, plate, None, NOON)
        loaded, hits = match()
        if hits or not loaded:
            self.alarms.ring(ListedRead(read, match, frozenset(), None))

    def count(self, text: str) -> int:
        return self.out.getvalue().count(text)


@pytest.fixture
def vehicle(hub: Hub, agency: Agency, monkeypatch: pytest.MonkeyPatch) -> Iterator[Vehicle]:
    """It has version 1, with both plates, and has not heard from the hub since."""
    for name in ("FIRST_PAUSE", "LONGEST_PAUSE", "POLL", "AGAIN"):
        monkeypatch.setattr(sender_module, name, 0.05)
    made = Vehicle(agency)
    made.hotlist.offer(agency.hotlist(A, B))
    made.hotlist._answered = -hotlist_module.AWAY
    yield made
    if made.sender.is_alive():
        made.sender.stop()


@pytest.mark.clause("5.a/compare", "5.b/vehicle")
def test_offline_it_rings_by_its_current_list_and_says_how_old_it_is(vehicle: Vehicle) -> None:
    vehicle.passes("ABC123")
    output = vehicle.out.getvalue()
    assert vehicle.count(RANG) == 1
    assert "list NCIC extract, " in output
    assert "old" in output
    assert "list confirmed by the hub" in output


@pytest.mark.clause("5.a/compare", "5.b/vehicle")
@pytest.mark.parametrize(("held_s", "rings"), [(60.0, 1), (-1.0, 0)])
def test_what_a_new_reader_read_a_moment_before_its_first_list_rings_when_that_is_there(
    vehicle: Vehicle, agency: Agency, monkeypatch: pytest.MonkeyPatch, held_s: float, rings: int
) -> None:
    monkeypatch.setattr(alarms_module, "LONGEST_HELD", held_s)
    vehicle.hotlist.current = None
    vehicle.passes("ABC123")
    vehicle.passes("QRS456")
    vehicle.alarms.settle()  # the hub does not answer yet
    assert vehicle.count(RANG) == 0
    vehicle.hotlist.offer(agency.hotlist(A, B))
    for _ in range(2):
        vehicle.alarms.settle()
    assert vehicle.count(RANG) == rings


@pytest.mark.clause("5.a/compare")
def test_a_reader_that_was_away_stops_ringing_by_its_old_list_once_the_hub_answers(
    vehicle: Vehicle, hub: Hub, agency: Agency
) -> None:
    hub.change = agency.change("1", "2", removed=[A], count=1)
    hub.body_may_come.clear()  # a slow line: the hub answers, and its list takes a while
    vehicle.sender.start()
    wait_until(lambda: vehicle.count("No alarm rings until its hot list arrives") == 1)
    vehicle.passes("ABC123")
    vehicle.passes("XYZ789")
    assert vehicle.count(RANG) == 0
    hub.body_may_come.set()
    wait_until(lambda: vehicle.count(RANG) == 1)  # the plate that is still listed
    assert vehicle.hotlist.delta_base is not None
    assert vehicle.hotlist.delta_base.version == "2"
    assert hub.list_requests[0] == ("1", "1")
    vehicle.passes("ABC123")
    assert vehicle.count(RANG) == 1


@pytest.mark.clause("6.a.ii.1/zones", "5.b/which")
@pytest.mark.parametrize("making", [0, 5])
def test_what_waited_does_not_ring_in_a_zone_that_came_meanwhile(
    vehicle: Vehicle, hub: Hub, agency: Agency, making: int
) -> None:
    hub.hotlist, hub.version = agency.hotlist(A, B, version="2"), "2"
    hub.making = making
    hub.placement = agency.placement(Zone(35.0844, -106.6504, 300))
    hub.body_may_come.clear()
    vehicle.sender.start()
    wait_until(lambda: vehicle.count("No alarm rings") == 1)
    vehicle.passes("ABC123")
    hub.body_may_come.set()
    wait_until(lambda: vehicle.hotlist.current is not None and vehicle.hotlist.current.version == "2")
    polls = hub.polls
    wait_until(lambda: hub.polls > polls + 2)
    vehicle.passes("XYZ789")
    assert (vehicle.placement.version, vehicle.count(RANG)) == (hub.placement_version, 0)


def test_nor_while_the_hub_is_still_making_it(vehicle: Vehicle, hub: Hub, agency: Agency) -> None:
    hub.change = agency.change("1", "2", removed=[A], count=1)
    hub.making = 5
    vehicle.sender.start()
    wait_until(lambda: hub.making < 5 and vehicle.count("No alarm rings") == 1)
    vehicle.passes("ABC123")
    wait_until(lambda: vehicle.hotlist.delta_base is not None and vehicle.hotlist.delta_base.version == "2")
    vehicle.sender.stop()
    assert vehicle.count(RANG) == 0


@pytest.mark.clause("5.b/vehicle")
def test_a_hub_that_disappears_halfway_delays_no_alarm(
    vehicle: Vehicle, hub: Hub, agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.hotlist = agency.hotlist(A, version="2")
    hub.version = "2"
    hub.body_may_come.clear()
    vehicle.sender._hub._client().timeout = httpx.Timeout(0.5)
    vehicle.sender.start()
    wait_until(lambda: vehicle.count("No alarm rings") == 1)
    vehicle.passes("XYZ789")
    wait_until(lambda: vehicle.count(RANG) == 1)  # by the current list, with its age
    hub.body_may_come.set()
    wait_until(lambda: vehicle.count(RECALLED) == 1)


@pytest.mark.clause("5.b/vehicle")
def test_a_list_that_is_never_made_holds_no_alarm_back_for_long(
    vehicle: Vehicle, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alarms_module, "LONGEST_HELD", 0.2)
    hub.making = 10**6
    vehicle.sender.start()
    wait_until(lambda: vehicle.count("No alarm rings") >= 1)
    vehicle.passes("ABC123")
    wait_until(lambda: vehicle.count(RANG) == 1)


@pytest.mark.clause("5.b/vehicle")
def test_a_reader_that_was_not_away_rings_while_a_new_list_comes(
    vehicle: Vehicle, hub: Hub, agency: Agency
) -> None:
    vehicle.hotlist.confirm()
    hub.change = agency.change("1", "2", count=2)
    hub.body_may_come.clear()
    vehicle.sender.start()
    wait_until(lambda: hub.polls >= 1)
    vehicle.passes("ABC123")
    assert vehicle.count(RANG) == 1
    hub.body_may_come.set()


@pytest.mark.clause("5.b/vehicle")
def test_a_recalled_entry_clears_its_alarm_and_no_other(vehicle: Vehicle, hub: Hub, agency: Agency) -> None:
    vehicle.passes("ABC123")
    vehicle.passes("XYZ789")
    hub.change = agency.change("1", "2", removed=[A], count=1)
    vehicle.sender.start()
    wait_until(lambda: vehicle.count(RECALLED) == 1)
    wait_until(lambda: hub.polls > 5)
    assert vehicle.count(RECALLED) == 1
    assert "Stolen vehicle) is off the list NCIC extract. No basis to act" in vehicle.out.getvalue()
    assert "ABC123" not in vehicle.out.getvalue()  # not a terminal: plates do not belong in a log


def test_an_entry_that_comes_under_another_number_is_not_recalled(
    vehicle: Vehicle, agency: Agency, key: Ed25519PrivateKey
) -> None:
    vehicle.passes("ABC123")
    vehicle.hotlist.offer(agency.change("1", "2", entry("ABC123"), removed=[A], count=2))
    vehicle.alarms.settle()
    assert vehicle.count(RECALLED) == 0
    vehicle.hotlist.offer(agency.hotlist(B, version="3"))
    vehicle.alarms.settle()
    assert vehicle.count(RECALLED) == 1


def test_an_entry_that_expires_clears_its_alarm(vehicle: Vehicle, agency: Agency) -> None:
    soon = clock.now() + timedelta(hours=1)
    vehicle.hotlist.offer(agency.hotlist(entry("ABC123", expires_at=soon), version="2"))
    vehicle.passes("ABC123")
    vehicle.alarms.settle()
    assert vehicle.count(RECALLED) == 0
    with clock.set_to(soon):
        vehicle.alarms.settle()
    assert vehicle.count(RECALLED) == 1


def test_an_alarm_of_yesterday_is_nobodys_any_more(vehicle: Vehicle, agency: Agency) -> None:
    vehicle.passes("ABC123")
    with clock.set_to(clock.now() + alarms_module.SHIFT + timedelta(minutes=1)):
        vehicle.hotlist.offer(agency.hotlist(B, version="2"))
        vehicle.alarms.settle()
    assert vehicle.count(RECALLED) == 0


def test_the_hub_hears_at_once_which_version_is_held(
    vehicle: Vehicle, hub: Hub, agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sender_module, "POLL", 60.0)
    hub.change = agency.change("1", "2", removed=[A], count=1)
    vehicle.sender.start()
    wait_until(lambda: len(hub.list_requests) >= 2)
    assert hub.list_requests[:2] == [("1", "1"), ("2", "1")]


def test_ringing_and_settling_in_two_threads_lose_no_alarm(vehicle: Vehicle) -> None:
    stop = threading.Event()

    def settle() -> None:
        while not stop.is_set():
            vehicle.alarms.hold()
            vehicle.alarms.settle()

    other = threading.Thread(target=settle)
    other.start()
    for _ in range(50):
        vehicle.passes("ABC123")
    stop.set()
    other.join()
    vehicle.alarms.settle()
    assert vehicle.count(RANG) == 50


@pytest.mark.clause("5.b/which")
def test_a_handled_alert_is_shown_once_and_stays_silent_until_the_hubs_time_is_over(
    vehicle: Vehicle,
) -> None:
    now = clock.now()
    handled = HandledAlert(
        A.id, A.id, "Handled by Ada Archuleta at 12:05: Enforcement action taken", now + HOUR
    )
    vehicle.passes("ABC123")
    for _ in range(2):
        vehicle.alarms.note([handled])
    assert vehicle.count("HANDLED (Stolen vehicle): Handled by Ada Archuleta") == 1
    assert vehicle.count("No alarm here until") == 1
    vehicle.passes("ABC123")
    assert (vehicle.count("ALARM  POSSIBLE HIT"), vehicle.count("SHOWN  POSSIBLE HIT")) == (1, 1)
    vehicle.passes("XYZ789")
    assert vehicle.count("ALARM  POSSIBLE HIT") == 2
    with clock.set_to(now + HOUR):
        vehicle.passes("ABC123")
    assert vehicle.count("ALARM  POSSIBLE HIT") == 3


@pytest.mark.clause("5.b/which")
def test_what_was_not_located_is_told_and_rings_on(vehicle: Vehicle) -> None:
    vehicle.passes("ABC123")
    vehicle.alarms.note([HandledAlert(A.id, A.id, "Handled by Ada Archuleta at 12:05: Vehicle not located")])
    vehicle.passes("ABC123")
    assert vehicle.count("It still rings.") == 1
    assert vehicle.count("ALARM  POSSIBLE HIT") == 2
