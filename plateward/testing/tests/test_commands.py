"""Scripts of the tests: one that runs over its time, and one whose hub does not start."""

import os
from pathlib import Path
from select import select
from subprocess import TimeoutExpired

import pytest

from plateward.testing.commands import script

WITHIN = 60


def test_a_script_that_runs_over_its_time_is_killed_and_the_next_runs(tmp_path: Path) -> None:
    env = {"PATH": os.environ["PATH"], "PLATEWARD_HOME": str(tmp_path / "hub")}
    env["PLATEWARD_KEYS"] = str(tmp_path / "keys")
    os.mkfifo(tmp_path / "open")
    reader = os.open(tmp_path / "open", os.O_RDONLY | os.O_NONBLOCK)
    assert script("raise EOFError", env=env, within=WITHIN).returncode == 1
    writer = os.open(
        tmp_path / "open", os.O_WRONLY
    )  # without any there is no end of file, if it is killed too early
    waits = f"import os, signal\nos.open({str(tmp_path / 'open')!r}, os.O_WRONLY)\nsignal.pause()"
    with pytest.raises(TimeoutExpired):
        script(waits, env=env, within=0.2)
    os.close(writer)
    assert select([reader], [], [], WITHIN)[0], "it still has the file open"
    os.close(reader)
    assert script("print(7)", env=env, within=WITHIN).stdout == "7\n"


def test_why_django_does_not_start_is_said(tmp_path: Path) -> None:
    env = {"PATH": os.environ["PATH"], "PLATEWARD_HOME": str(tmp_path), "PLATEWARD_READS_KEPT_DAYS": "soon"}
    with pytest.raises(RuntimeError, match="PLATEWARD_READS_KEPT_DAYS"):
        script("print(7)", env=env, within=WITHIN)
