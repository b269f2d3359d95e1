"""`./run test`: every test on SQLCipher, and beside it on PostgreSQL those to which the database matters.

The whole suite is three plain runs of pytest. Tests with running hubs wait more than they compute: theirs on SQLCipher
is beside all others there, and PostgreSQL's follows it.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO

import pytest

from plateward.testing.postgres import cluster

# Tests start the hub and its commands a hundred times; without bytecode each start would compile all of Django.
NOT_FOR_TESTS = {"PLATEWARD_DATABASE_URL", "PYTHONDONTWRITEBYTECODE"}
# The tests kill hubs, never the machine: what they write need not reach a disk. A busy disk once kept the demo's
# database locked for half a minute.
IN_MEMORY, ROOM = Path("/dev/shm"), 8 << 30  # bytes
# Nor do they kill the database's server: its commits need not wait for the disk either.
THROWN_AWAY = {
    "PLATEWARD_DISK_ENCRYPTION": "throw-away test cluster",
    "PGOPTIONS": "-c synchronous_commit=off",
}
PYTEST = [sys.executable, "-m", "pytest"]
# A browser beside running hubs waits for many things at once. A test that fails there is said to have (R) and is run
# once more; a second failure is one.
ONCE_MORE = ["--reruns", "1", "-rR"]
GIVES_WAY = ["nice", "-n", "5"]  # to hubs and browsers, whose tests wait for one step after another

Environment = dict[str, str]
Run = tuple[str, list[str], Environment]  # its title, its line, and where


def main() -> int:
    line = [*PYTEST, *sys.argv[1:]]
    plain = {name: value for name, value in os.environ.items() if name not in NOT_FOR_TESTS}
    if "TMPDIR" not in plain and IN_MEMORY.is_dir() and shutil.disk_usage(IN_MEMORY).free > ROOM:
        plain["TMPDIR"] = str(IN_MEMORY)
    with cluster() as url:
        first: Run = ("Tests on SQLCipher", line, plain)
        beside: list[Run] = []
        if line == PYTEST:  # the whole suite
            first = ("Tests on SQLCipher", [*GIVES_WAY, *line, "-m", "not hub"], plain)
            beside.append(("Tests with running hubs, on SQLCipher", [*line, "-m", "hub", *ONCE_MORE], plain))
        if url:
            on_server = plain | THROWN_AWAY | {"PLATEWARD_DATABASE_URL": url}
            beside.append(("Tests on PostgreSQL", [*line, "-m", "both_databases"], on_server))
        codes = run_all(first, beside)
    if url is None:
        print("SKIPPED: tests on PostgreSQL: no server answers, and Debian's package is not installed")
        codes.append(int(os.environ.get("CI") == "true"))
    elif (
        line != PYTEST and codes[-1] == pytest.ExitCode.NO_TESTS_COLLECTED
    ):  # none of them needs both databases
        codes.pop()
    return next((code for code in codes if code), 0)


def run_all(first: Run, beside: Sequence[Run]) -> list[int]:
    """The first prints as it goes, and has the terminal for a debugger. Beside it run the others, one after another;
    their output follows."""
    with tempfile.TemporaryFile() as output, ThreadPoolExecutor(1) as thread:
        others = thread.submit(in_turn, beside, output)
        title, line, environment = first
        print(title, flush=True)
        codes = [subprocess.run(line, check=False, env=environment).returncode, *others.result()]
        output.seek(0)
        shutil.copyfileobj(output, sys.stdout.buffer)
        sys.stdout.flush()
    return codes


def in_turn(runs: Sequence[Run], output: IO[bytes]) -> list[int]:
    codes: list[int] = []
    for title, line, environment in runs:
        if pytest.ExitCode.INTERRUPTED in codes:  # Ctrl-C has reached it too
            break
        output.write(f"{title}\n".encode())
        output.flush()
        ended = subprocess.run(
            line,
            check=False,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        codes.append(ended.returncode)
    return codes


if __name__ == "__main__":
    sys.exit(main())
