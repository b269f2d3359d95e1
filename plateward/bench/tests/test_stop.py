"""A benchmark stopped from outside leaves no process and no file behind."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from plateward.bench.figures import Figure
from plateward.testing.waiting import WITHIN, wait_until

LINE = f"""
import signal
from plateward.bench import cli, databases
if __name__ == "__main__":
    signal.signal(signal.SIGTERM, cli._stop)
    databases.measure("{__name__}", databases.Database.SQLCIPHER, print)
"""
ENDED = Path("ended")


def run(progress: Callable[[str], None]) -> list[Figure]:
    """In the measuring process, which cleans up when stopped."""
    Path("begun").touch()
    try:
        time.sleep(600)
    finally:
        ENDED.touch()
    return []


def test_it_ends_with_all_that_it_started(tmp_path: Path) -> None:
    (tmp_path / "line.py").write_text(LINE)
    with subprocess.Popen([sys.executable, "line.py"], cwd=tmp_path, stderr=subprocess.DEVNULL) as bench:
        try:
            wait_until((tmp_path / "begun").exists)
            bench.send_signal(signal.SIGTERM)
            bench.wait(WITHIN)
        finally:
            bench.kill()
    assert (tmp_path / ENDED).exists()
    assert list((tmp_path / "var").iterdir()) == []
