"""`./run test`: everything on SQLCipher, and in parallel whatever uses the database on PostgreSQL.

The whole suite is three runs at once. Tests with running hubs wait more than they compute, so they begin at once on
both databases, beside the rest on SQLCipher. The rest on PostgreSQL follows theirs there, and then one more run takes a
share of SQLCipher's, so that both processors are busy until the end.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import pytest

from plateward.testing.postgres import cluster, database_beside

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


Environment = dict[str, str]


@dataclass(frozen=True)
class Run:
    """One pytest process; its home is its own."""

    title: str
    env: Environment
    options: list[str] = field(default_factory=list)


def main() -> int:
    arguments = sys.argv[1:]
    line = [sys.executable, "-m", "pytest", *arguments]
    plain = {k: v for k, v in os.environ.items() if k not in NOT_FOR_TESTS}
    if "TMPDIR" not in plain and IN_MEMORY.is_dir() and shutil.disk_usage(IN_MEMORY).free > ROOM:
        plain["TMPDIR"] = str(IN_MEMORY)
    with cluster() as url:
        codes = (some_tests if arguments else all_tests)(line, plain, url)
    if url is None:
        print("SKIPPED: tests on PostgreSQL: no server answers, and Debian's package is not installed")
        codes.append(int(os.environ.get("CI") == "true"))
    elif arguments and codes[-1] == pytest.ExitCode.NO_TESTS_COLLECTED:  # no selected test uses a database
        codes.pop()
    return next((code for code in codes if code), 0)


def some_tests(line: list[str], plain: Environment, url: str | None) -> list[int]:
    """Those that the line names."""
    beside = [[Run("Tests on PostgreSQL", on_postgresql(plain, url), ["--only-database"])]] if url else []
    return run_all(line, Run("Tests on SQLCipher", plain), beside)


def all_tests(line: list[str], plain: Environment, url: str | None) -> list[int]:
    """The whole suite."""
    hubs = Run("Tests with running hubs, on SQLCipher", plain, ["--hubs=only"])
    with tempfile.TemporaryDirectory() as folder:
        shared = ["--hubs=without", f"--shared={folder}"]
        first, more = (
            Run(title, plain, shared) for title in ("Tests on SQLCipher", "More tests on SQLCipher")
        )
        if url is None:
            return run_all(line, first, [[hubs, more]])
        rest = Run("Tests on PostgreSQL", on_postgresql(plain, url), ["--only-database", "--hubs=without"])
        with database_beside(url) as own:
            with_hubs = Run(
                "Tests with running hubs, on PostgreSQL",
                on_postgresql(plain, own),
                ["--only-database", "--hubs=only"],
            )
            return run_all(line, first, [[hubs], [with_hubs, rest, more]])


def on_postgresql(plain: Environment, url: str) -> Environment:
    return plain | THROWN_AWAY | {"PLATEWARD_DATABASE_URL": url}


def run_all(line: list[str], first: Run, beside: Sequence[Sequence[Run]]) -> list[int]:
    """The first prints as it goes. Beside it each sequence of runs, one after another; the output of each follows as a
    whole."""
    with ExitStack() as stack:
        threads = stack.enter_context(ThreadPoolExecutor(len(beside) or 1))
        outputs = [[stack.enter_context(tempfile.TemporaryFile()) for _ in runs] for runs in beside]
        others = [threads.submit(in_turn, line, *each) for each in zip(beside, outputs, strict=True)]
        codes = []
        try:
            print(first.title, flush=True)
            codes.append(subprocess.run([*line, *first.options], check=False, env=first.env).returncode)
        finally:
            for runs, written, other in zip(beside, outputs, others, strict=True):
                codes += other.result()
                for run, output in zip(runs, written, strict=True):
                    print(run.title, flush=True)
                    output.seek(0)
                    shutil.copyfileobj(output, sys.stdout.buffer)
                    sys.stdout.flush()
    return codes


def in_turn(line: list[str], runs: Sequence[Run], outputs: Sequence[IO[bytes]]) -> list[int]:
    codes: list[int] = []
    for run, output in zip(runs, outputs, strict=True):
        if pytest.ExitCode.INTERRUPTED in codes:  # Ctrl-C has reached it too
            break
        ended = subprocess.run(
            [*line, *run.options],
            check=False,
            env=run.env,
            stdin=subprocess.DEVNULL,  # only the first run can have the terminal for a debugger
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        codes.append(ended.returncode)
    return codes


if __name__ == "__main__":
    sys.exit(main())
