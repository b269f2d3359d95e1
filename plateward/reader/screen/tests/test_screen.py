"""The screen over its real socket, with and without a hub."""

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from plateward.ground.wire.state import FaultKind
from plateward.reader import faults
from plateward.reader.screen import app
from plateward.reader.screen.tests.vehicle import Browser, Vehicle
from plateward.reader.tests.stand_ins import PURPOSES, Agency, Hub, entry
from plateward.testing.waiting import wait_until

PLATE = "QXW739"

pytestmark = pytest.mark.clause("6.e.i/vehicle", "6.a.i.2/vehicle")


@pytest.fixture
def vehicle(agency: Agency, hub: Hub, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Vehicle]:
    hub.hotlist = agency.hotlist(entry(PLATE))
    with Vehicle(agency, monkeypatch, tmp_path / "road").running() as running:
        yield running


def rung(vehicle: Vehicle, hub: Hub, browser: Browser) -> None:
    """The listed vehicle passes, and its alarm is on the screen."""
    wait_until(lambda: hub.polls > 1 or vehicle.failed is not None)
    vehicle.wait_until_reading()
    vehicle.road.passes(PLATE)
    wait_until(lambda: bool(browser.alarms()))


def test_it_reports_when_something_happens_and_otherwise_every_few_seconds(
    vehicle: Vehicle, hub: Hub
) -> None:
    assert Browser(vehicle).log_in() == ""
    wait_until(lambda: hub.reports > 0)
    before = hub.reports
    time.sleep(2)
    assert hub.reports - before <= 3


@pytest.mark.clause("SC-28/reader", "6.i.i/aes")
def test_before_log_in_nothing_is_read_and_no_plate_is_readable_anywhere(vehicle: Vehicle, hub: Hub) -> None:
    browser, stranger = Browser(vehicle), Browser(vehicle)
    vehicle.road.passes(PLATE)
    assert browser.state() == {"reader": "unit-12"}
    assert vehicle.road.frames == 0
    assert browser.log_in() == ""
    rung(vehicle, hub, browser)
    assert browser.alarms()[0]["plate"] == PLATE
    read = browser.state()["reads"][0]["id"]
    assert browser.client.get(f"/picture/{read}/plate").headers["content-type"] == "image/jpeg"
    for path in ("/", "/screen.js", "/screen.css", f"/picture/{read}/plate", f"/picture/{read}/context"):
        answer = stranger.client.get(path)
        assert PLATE not in answer.text
        assert answer.headers["cache-control"] == "no-store"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert stranger.client.get(f"/picture/{read}/plate").status_code == 401
    assert stranger.client.post("/acknowledge", json=1).status_code == 401
    assert stranger.state() == {"reader": "unit-12"}
    browser.client.post("/logout")
    assert browser.state() == {"reader": "unit-12"}
    wait_until(lambda: "Stopped." in vehicle.out.getvalue())
    frames = vehicle.road.frames
    files = [
        file for file in vehicle.agency.directory.rglob("*") if file.is_file() and "road" not in file.parts
    ]
    assert len(files) > 8
    assert not [file for file in files if PLATE.encode() in file.read_bytes()]
    assert "ALARM  POSSIBLE HIT" in vehicle.out.getvalue()
    assert PLATE not in vehicle.out.getvalue()
    assert vehicle.road.frames == frames


@pytest.mark.clause("SC-28/reader")
def test_the_rings_own_keys_open_nothing_without_an_officers(vehicle: Vehicle, hub: Hub) -> None:
    from plateward.reader.stores import Stores

    browser = Browser(vehicle)
    browser.log_in()
    wait_until(vehicle.agency.home.hotlist.exists)
    ring, enrollment = vehicle.agency.home.open()
    said: list[str] = []
    stores = Stores.open(vehicle.agency.home, ring.key, enrollment, said.append)
    assert stores.hotlist.current is None
    assert any("cannot be used" in line for line in said)


@pytest.mark.clause("5.b/vehicle", "6.b.i.9/entries")
def test_an_alarm_rings_with_the_network_cut_and_its_acknowledgment_follows_its_read(
    vehicle: Vehicle, hub: Hub
) -> None:
    browser = Browser(vehicle)
    assert browser.log_in() == ""
    wait_until(lambda: hub.polls > 1)
    hub.stop()
    wait_until(lambda: any("No connection" in text for text in browser.state()["troubles"]))
    vehicle.wait_until_reading()
    vehicle.road.passes(PLATE)
    wait_until(lambda: bool(browser.alarms()))
    (alarm,) = browser.alarms()
    assert (alarm["plate"], alarm["rings"], alarm["sound"]) == (PLATE, True, "high")
    browser.client.post("/acknowledge", json=alarm["number"])
    assert [alarm["rings"] for alarm in browser.alarms()] == [False]
    again = Hub(vehicle.agency, port=hub.port)
    try:
        wait_until(lambda: any(act.kind == "acknowledge" for act in again.acts))
        (act,) = (act for act in again.acts if act.kind == "acknowledge")
        assert (act.username, act.read, act.purpose) == ("ada", next(iter(again.stored)), "patrol")
    finally:
        again.stop()


@pytest.mark.clause("AC-7/lock", "AU-2/logons", "6.c.ii.1/factors")
def test_without_the_hub_the_credential_of_the_last_log_in_opens_with_its_password_alone(
    vehicle: Vehicle, hub: Hub
) -> None:
    browser = Browser(vehicle)
    assert "wrong" in browser.log_in(code="000000")
    assert browser.log_in() == ""
    browser.client.post("/logout")
    hub.stop()
    assert "no valid log-in at this reader" in browser.log_in("ben")
    assert browser.log_in(code="") == ""
    assert browser.state()["kept"] is True
    browser.client.post("/logout")
    for _ in range(4):
        assert "The username or the password is wrong" in browser.log_in(password="another one", code="")
    assert "Five wrong passwords" in browser.log_in(password="another one", code="")
    assert "no valid log-in at this reader" in browser.log_in(code="")
    again = Hub(vehicle.agency, port=hub.port)
    try:
        wait_until(lambda: len(hub.acts) + len(again.acts) >= 12)
        kinds = [act.kind for act in hub.acts + again.acts]
        assert [kinds.count(kind) for kind in ("login", "logout", "fail", "purpose")] == [1, 2, 7, 2]
    finally:
        again.stop()


@pytest.mark.clause("6.a.i.1/every", "6.b.i.9/entries")
def test_nothing_is_read_before_a_purpose_is_stated_with_or_without_the_hub(
    vehicle: Vehicle, hub: Hub
) -> None:
    browser = Browser(vehicle)
    assert browser.log_in(purpose="") == ""
    state = browser.state()
    assert state["purposes"] == PURPOSES
    assert "alarms" not in state
    vehicle.road.passes(PLATE)
    assert browser.client.post("/acknowledge", json=1).status_code == 401
    assert "one of the purposes of your duties" in browser.post("/purpose", "curiosity")
    assert vehicle.road.frames == 0
    assert browser.post("/purpose", "patrol") == ""
    vehicle.wait_until_reading()
    assert "one of the purposes" in browser.post("/purpose", "patrol"), "it stays until the log-out"
    browser.client.post("/logout")
    hub.stop()
    assert browser.log_in(code="", purpose="") == ""
    assert browser.state()["purposes"] == PURPOSES
    assert browser.post("/purpose", "patrol") == ""
    again = Hub(vehicle.agency, port=hub.port)
    try:
        wait_until(lambda: any(act.kind == "purpose" for act in again.acts))
        assert {(act.kind, act.purpose) for act in hub.acts + again.acts} == {
            ("purpose", "patrol"), ("logout", "patrol"), ("login", ""),
        }  # fmt: skip
    finally:
        again.stop()


@pytest.mark.clause("6.c.ii.1/factors", "IA-2/people", "AU-2/logons")
def test_a_code_that_somebody_confirms_at_the_hub_opens_the_screen_that_shows_it_once(
    vehicle: Vehicle, hub: Hub
) -> None:
    browser, stranger = Browser(vehicle), Browser(vehicle)
    assert "no longer valid" in browser.post("/code/taken")
    assert "at least 8 characters" in browser.post("/code", "short")
    shown = browser.answer("/code", "shift password")
    assert (shown["code"], shown["address"]) == ("BCDF-GHJK", "https://hub.example/reader/")
    assert browser.answer("/code/taken") == {"taken": False}
    assert browser.state() == {"reader": "unit-12"}, "nobody has confirmed it"
    hub.confirmed = "ada"
    assert "no longer valid" in stranger.post("/code/taken"), "of another browser"
    assert browser.answer("/code/taken") == {"taken": True}
    assert browser.state()["officer"] == "Agent Ada Archuleta"
    assert stranger.state() == {"reader": "unit-12"}
    assert "no longer valid" in browser.post("/code/taken"), "it counts once"
    browser.client.post("/logout")
    wait_until(lambda: "logout" in [act.kind for act in hub.acts])
    assert [(act.kind, act.username) for act in hub.acts] == [("login", "ada"), ("logout", "ada")]
    hub.stop()
    assert "needs a connection" in browser.post("/code", "")
    assert browser.log_in(password="shift password", code="") == "", "by the password of this shift"


@pytest.mark.clause("5.d/says")
def test_whom_the_hub_refuses_no_code_lets_in(vehicle: Vehicle, hub: Hub) -> None:
    browser = Browser(vehicle)
    browser.post("/code", "")
    hub.confirmed, hub.refused["ada"] = "ada", "Your training has lapsed (clause 6.d.ii)."
    assert "training has lapsed" in browser.post("/code/taken")
    assert browser.state() == {"reader": "unit-12"}


@pytest.mark.clause("5.b/vehicle")
def test_a_screen_that_nobody_sees_or_hears_is_a_malfunction(
    vehicle: Vehicle, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(faults, "PATIENCE", dict.fromkeys(FaultKind, 0.0))
    monkeypatch.setattr(app, "SILENT", 2.0)
    browser = Browser(vehicle)
    assert browser.client.post("/listening", json={"seen": True, "heard": True}).status_code == 401

    def told() -> list[str]:
        state = next((state for state in reversed(hub.states) if state), None)
        return [fault.words for fault in state.faults if fault.kind is FaultKind.ALARM] if state else []

    browser.log_in()
    for seen, heard, says in (
        (True, False, "The sound of the screen in this vehicle is off"),
        (True, True, ""),
        (False, True, "The screen in this vehicle is hidden"),
    ):
        said = {"seen": seen, "heard": heard}

        def is_told(said: object = said, says: str = says) -> bool:
            assert browser.post("/listening", said) == ""
            return says in " ".join(told()) if says else not told()

        wait_until(is_told)
    assert browser.post("/listening", {"seen": True, "heard": True}) == ""
    wait_until(lambda: "No screen is open in this vehicle" in " ".join(told()))
    assert "MALFUNCTION, screen: " in vehicle.out.getvalue()


@pytest.mark.clause("5.d/says")
def test_whom_the_hub_refuses_is_logged_out_and_their_credential_is_destroyed(
    vehicle: Vehicle, hub: Hub
) -> None:
    browser = Browser(vehicle)
    assert browser.log_in() == ""
    hub.refused["ada"] = "Your training has lapsed (clause 6.d.ii)."
    wait_until(lambda: browser.state() == {"reader": "unit-12"})
    assert "training has lapsed" in browser.log_in()
    wait_until(lambda: any(act.kind == "logout" and "training" in act.why for act in hub.acts))
    hub.stop()
    assert "no valid log-in at this reader" in browser.log_in(code="")


def test_two_officers_one_after_another_and_the_second_ends_the_first(vehicle: Vehicle, hub: Hub) -> None:
    first, second = Browser(vehicle), Browser(vehicle)
    assert first.log_in() == ""
    rung(vehicle, hub, first)
    assert second.log_in("ben") == ""
    assert first.state() == {"reader": "unit-12"}
    assert second.state()["officer"] == "Agent Ben Begay"
    wait_until(lambda: second.alarms() == [] and second.state()["reads"] == [])
    wait_until(lambda: [act.username for act in hub.acts if act.kind == "logout"] == ["ada"])


@pytest.mark.clause("SC-8/people")
def test_only_this_machine_and_only_its_own_page_is_answered(vehicle: Vehicle) -> None:
    browser = Browser(vehicle)
    for headers in (
        {"Host": "evil.example"},
        {"Host": f"evil.example:{vehicle.port}"},
        {"Host": "localhost"},
        {"Origin": "https://evil.example"},
    ):
        for path in ("/", "/events", "/picture/0199f0a0-0000-7000-8000-000000000000/plate"):
            assert browser.client.get(path, headers=headers).status_code == 421
    bare = httpx.Client(base_url=browser.url, verify=False)
    assert bare.post("/login", json={}).status_code == 421
    bare.close()
    assert browser.client.post("/login", content=b"x" * 10_000).status_code == 400
    with socket.socket() as outside:
        own = next(
            (
                address
                for address in socket.gethostbyname_ex(socket.gethostname())[2]
                if address[:4] != "127."
            ),
            None,
        )
        if own:
            assert outside.connect_ex((own, vehicle.port)) != 0


@pytest.mark.clause("6.e.iv.1/missing")
def test_the_screen_says_what_is_missing(vehicle: Vehicle, hub: Hub) -> None:
    browser = Browser(vehicle)
    browser.log_in()
    wait_until(lambda: any("Start-of-shift check unknown" in text for text in browser.state()["troubles"]))
    assert threading.active_count() < 40
