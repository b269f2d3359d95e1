import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner, Result

from plateward.ground import clock
from plateward.reader import cli
from plateward.reader.errors import NotReady
from plateward.reader.frames import Image
from plateward.reader.home import Home
from plateward.reader.tests.stand_ins import Agency, Hub, Plates, entry, plate, write_photograph
from plateward.recognition import engines
from plateward.recognition.types import Plate

HERE = ("--position", "35.0844,-106.6504")


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Iterator[SimpleNamespace]:
    """Set `.use` to the engine that the command should use; restores the signal handlers afterward."""
    chosen = SimpleNamespace(use=Plates())
    monkeypatch.setattr(engines, "load_engine", lambda name, threads: chosen.use)
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # the tests themselves may run under nohup
    yield chosen
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture
def photographs(tmp_path: Path) -> Path:
    folder = tmp_path / "photographs"
    folder.mkdir()
    for number in range(3):
        write_photograph(folder / f"{number}.png")
    return folder


def run(home: Home, source: Path | str, *options: str) -> Result:
    arguments = ["--source", str(source), "--home", str(home.path), *options]
    return CliRunner().invoke(cli.app, arguments)


@pytest.mark.clause("5.a/photograph", "5.a/compare", "5.b/vehicle", "6.e.iii/marked")
def test_a_folder_is_read_matched_alarmed_and_sent(
    hub: Hub,
    agency: Agency,
    engine: SimpleNamespace,
    photographs: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    engine.use = Plates([plate("XYZ789")], [plate("ABC123")], [plate("ABC123")])
    hub.hotlist = agency.hotlist(entry("ABC123"))
    first = run(agency.home, photographs, *HERE)
    assert first.exit_code == 0, first.output
    assert {read.plate for read in hub.stored.values()} == {"XYZ789", "ABC123"}
    assert "Reads taken: 2. The hub has them all." in first.output
    hub.stop()
    monkeypatch.setattr(cli, "DRAIN", 0)
    engine.use = Plates([plate("ABC123")])
    second = run(agency.home, photographs, *HERE)
    assert "POSSIBLE HIT" in second.output
    assert "CJI: investigative lead only, verify before acting" in second.output


def test_unsent_reads_wait_for_the_next_start(
    hub: Hub, agency: Agency, engine: SimpleNamespace, photographs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.stop()
    monkeypatch.setattr(cli, "DRAIN", 0.1)
    engine.use = Plates([plate("ABC123")])
    assert "next start: 1." in run(agency.home, photographs, *HERE).output
    monkeypatch.setattr(cli, "DRAIN", 10)
    again = Hub(agency, port=hub.port)
    try:
        assert "The hub has them all." in run(agency.home, photographs, *HERE).output
        assert [read.plate for read in again.stored.values()] == ["ABC123"]
    finally:
        again.stop()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_stops_it_with_its_last_read_stored(
    hub: Hub, agency: Agency, engine: SimpleNamespace, photographs: Path, number: signal.Signals
) -> None:
    hub.stop()

    class Interrupted(Plates):
        def read(self, image: Image) -> list[Plate]:
            os.kill(os.getpid(), number)
            time.sleep(1)  # a thread of its own takes note of it
            return [plate("ABC123")]

    engine.use = Interrupted()
    result = run(agency.home, photographs, *HERE, "--loop")
    assert result.exit_code == 0, result.output
    assert "Reads taken: 1. Kept for the next start: 1." in result.output


def test_started_with_nohup_it_outlives_its_terminal(
    hub: Hub, agency: Agency, engine: SimpleNamespace, photographs: Path
) -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    run(agency.home, photographs, *HERE)
    assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN


def test_nothing_is_read_under_a_mask(
    hub: Hub, agency: Agency, engine: SimpleNamespace, photographs: Path
) -> None:
    engine.use = Plates([plate("ABC123", box=(10, 5, 80, 40)), plate("XYZ789", box=(300, 200, 80, 40))])
    result = run(agency.home, photographs, *HERE, "--mask", "0,0 1,0 1,0.06 0,0.06")
    assert result.exit_code == 0, result.output
    assert [read.plate for read in hub.stored.values()] == ["XYZ789"]


def test_two_readers_do_not_share_a_home(
    hub: Hub, agency: Agency, engine: SimpleNamespace, photographs: Path
) -> None:
    with agency.home.lock():
        result = run(agency.home, photographs, *HERE)
    assert isinstance(result.exception, NotReady)
    assert "already running" in str(result.exception)


def test_it_refuses_a_reader_that_is_not_enrolled(
    tmp_path: Path, engine: SimpleNamespace, photographs: Path
) -> None:
    result = run(Home(tmp_path / "new"), photographs, *HERE)
    assert "is not enrolled" in str(result.exception)
    assert not (tmp_path / "new").exists()


def test_a_home_that_cannot_be_written_is_told_in_a_sentence(
    hub: Hub, agency: Agency, engine: SimpleNamespace, photographs: Path
) -> None:
    (agency.home.path / "lock").mkdir()  # stands for any disk error
    result = run(agency.home, photographs, *HERE)
    assert isinstance(result.exception, NotReady)
    assert "lock cannot be used: Is a directory." in str(result.exception)


@pytest.mark.clause("5.i/record")
def test_it_refuses_a_clock_that_was_never_set(
    hub: Hub, agency: Agency, engine: SimpleNamespace, photographs: Path
) -> None:
    engine.use = Plates([plate("ABC123")])
    with clock.set_to(datetime(1970, 1, 1, 0, 5, tzinfo=UTC)):
        result = run(agency.home, photographs, *HERE)
    assert isinstance(result.exception, NotReady)
    assert "The clock of this machine lies outside the years 2000 to 2099. Set it" in str(result.exception)


def test_it_refuses_a_camera_it_was_not_enrolled_for(
    hub: Hub, agency: Agency, engine: SimpleNamespace, photographs: Path
) -> None:
    result = run(agency.home, photographs, *HERE, "--camera", "Unit 14 front")
    assert "enrolled for the camera 'Unit 12 front'" in str(result.exception)


@pytest.mark.parametrize(
    "options",
    [
        (),
        ("--position", "here"),
        (*HERE, "--gps", "gpsd"),
        ("--gps", "nowhere"),
        (*HERE, "--every", "-1"),
        (*HERE, "--mask", "0,0 1,0"),
    ],
)
def test_wrong_options_are_wrong_usage(
    hub: Hub, agency: Agency, engine: SimpleNamespace, photographs: Path, options: tuple[str, ...]
) -> None:
    assert run(agency.home, photographs, *options).exit_code == 2


def test_it_needs_no_django() -> None:
    code = "import sys, plateward.reader.cli, plateward.reader.enroll; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
