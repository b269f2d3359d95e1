"""How the demo begins and ends, without a browser."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from plateward.demo import cli, run
from plateward.demo.processes import DemoError, hold_port
from plateward.testing.waiting import WITHIN


@pytest.fixture
def stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A demo that somebody stops while it is starting."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(run, "_bring_up", stop)
    monkeypatch.chdir(tmp_path)
    for name in (*run.PORTS, "PLATEWARD_HOME", "PLATEWARD_HOSTS", "PLATEWARD_KEYS"):
        monkeypatch.setenv(name, "0")  # restored at the end
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)
    assert list((tmp_path / "var").iterdir()) == []


@pytest.mark.usefixtures("stopped")
def test_stopped_while_it_comes_up_it_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    run.run(None, smoke=False, screens=None)
    assert capsys.readouterr().out == "\nStopped; the agency is deleted.\n"


@pytest.mark.usefixtures("stopped")
def test_a_main_job_that_was_stopped_is_no_success() -> None:
    with pytest.raises(DemoError, match="Stopped before the main job was done"):
        run.run(None, smoke=True, screens=None)


@pytest.mark.usefixtures("stopped")
def test_a_port_that_somebody_asked_for_is_that_port_or_none(monkeypatch: pytest.MonkeyPatch) -> None:
    with hold_port(0) as sock:
        taken = str(sock.getsockname()[1])
        monkeypatch.setenv("PLATEWARD_PORT", taken)
        with pytest.raises(DemoError, match=rf"Port {taken} \(PLATEWARD_PORT\) is in use. Choose another"):
            run.run(None, smoke=False, screens=None)


@pytest.mark.both_databases
@pytest.mark.django_db
def test_a_database_that_holds_something_is_left_alone() -> None:
    with pytest.raises(DemoError, match="is not empty"):
        run._require_empty()


@pytest.mark.parametrize(
    "option", [["--smoke", "--source", "photos"], ["--night", "--smoke"], ["--screens", "here"]]
)
def test_options_that_do_not_go_together_are_wrong_usage(option: list[str]) -> None:
    assert CliRunner().invoke(cli.app, option).exit_code == 2


def test_a_browser_that_does_not_start_is_reported_in_a_sentence() -> None:
    """In its own process: while other tests keep a browser open, Playwright refuses a second one."""
    result = subprocess.run(
        [sys.executable, "-c", "from plateward.demo.browser import chromium\nwith chromium(): pass"],
        env={**os.environ, "PLATEWARD_CHROMIUM": "/bin/false"},
        capture_output=True,
        text=True,
        check=False,
        timeout=WITHIN,
    )
    assert "DemoError: /bin/false does not start" in result.stderr
