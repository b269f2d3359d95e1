"""`./run test`: everything on SQLCipher, and in parallel whatever uses the database on PostgreSQL.

The whole suite is three runs at once. Tests with running hubs wait more than they compute, so they run beside the rest.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from plateward.testing.postgres import cluster

# Tests start the hub and its commands a hundred times; without bytecode each start would compile all of Django.
NOT_FOR_TESTS = {"PLATEWARD_DATABASE_URL", "PLATEWARD_READ_SHARDS", "PYTHONDONTWRITEBYTECODE"}
# The tests kill hubs, never the machine: what they write need not reach a disk. A busy disk once kept the demo's
# database locked for half a minute.
IN_MEMORY, ROOM = Path("/dev/shm"), 8 << 30  # bytes
# Nor do they kill the database's server: its commits need not wait for the disk either.
THROWN_AWAY = {
    "PLATEWARD_DISK_ENCRYPTION": "throw-away test cluster",
    "PGOPTIONS": "-c synchronous_commit=off",
}


@dataclass(frozen=True)
class Run:
    """One pytest process; its home is its own."""

    title: str
    env: dict[str, str]
    options: list[str] = field(default_factory=list)


def main() -> int:
    arguments = sys.argv[1:]
    line = [sys.executable, "-m", "pytest", *arguments]
    plain = {k: v for k, v in os.environ.items() if k not in NOT_FOR_TESTS}
    if "TMPDIR" not in plain and IN_MEMORY.is_dir() and shutil.disk_usage(IN_MEMORY).free > ROOM:
        plain["TMPDIR"] = str(IN_MEMORY)
    with cluster() as url:
        if arguments:
            runs = [Run("Tests on SQLCipher", plain)]
        else:
            runs = [
                Run("Tests on SQLCipher", plain, ["--hubs=without"]),
                Run("Tests with running hubs, on SQLCipher", plain, ["--hubs=only"]),
            ]
        if url is not None:
            on_postgresql = plain | THROWN_AWAY | {"PLATEWARD_DATABASE_URL": url}
            runs.append(Run("Tests on PostgreSQL", on_postgresql, ["--only-database"]))
        codes = run_all(line, runs)
    if url is None:
        print("SKIPPED: tests on PostgreSQL: no server answers, and Debian's package is not installed")
        codes.append(int(os.environ.get("CI") == "true"))
    elif arguments and codes[-1] == pytest.ExitCode.NO_TESTS_COLLECTED:  # no selected test uses a database
        codes.pop()
    return next((code for code in codes if code), 0)


def run_all(line: list[str], runs: list[Run]) -> list[int]:
    """All runs at once; the first prints as it goes, the output of each other one follows as a whole."""
    first, *others = runs
    with ExitStack() as stack:
        outputs = [stack.enter_context(tempfile.TemporaryFile()) for _ in others]
        started = [
            subprocess.Popen(
                [*line, *run.options],
                env=run.env,
                stdin=subprocess.DEVNULL,  # only the first run can have the terminal for a debugger
                stdout=output,
                stderr=subprocess.STDOUT,
            )
            for run, output in zip(others, outputs, strict=True)
        ]
        try:
            print(first.title, flush=True)
            code = subprocess.run([*line, *first.options], check=False, env=first.env).returncode
        finally:
            for run, process, output in zip(others, started, outputs, strict=True):
                process.wait()  # Ctrl-C has reached it too
                print(run.title, flush=True)
                output.seek(0)
                shutil.copyfileobj(output, sys.stdout.buffer)
                sys.stdout.flush()
    return [code, *(process.returncode for process in started)]


if __name__ == "__main__":
    sys.exit(main())
