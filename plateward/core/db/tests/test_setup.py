"""What a command of the hub says when the disk does not let it start."""

import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.parametrize(
    ("home", "limit", "words"),
    [("file", "", "Not a directory"), ("home", "ulimit -f 0; trap '' XFSZ; ", "File too large")],
    ids=["a home that is a file", "no file may grow"],
)
def test_a_disk_that_refuses_is_told_in_one_line(tmp_path: Path, home: str, limit: str, words: str) -> None:
    (tmp_path / "file").touch()
    done = subprocess.run(
        ["sh", "-c", f'{limit}exec "$@"', "sh", sys.executable, "-B", "-m", "plateward", "manage", "migrate"],
        env={**os.environ, "PLATEWARD_HOME": str(tmp_path / home)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    [line] = done.stderr.splitlines()
    assert words in line
    assert "OPR:50 6.i.i" in line
