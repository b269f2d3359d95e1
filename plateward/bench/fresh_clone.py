"""What a newcomer sees: a fresh clone on a machine with warm package caches."""

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from plateward.bench.figures import Figure
from plateward.errors import PlatewardError

REPOSITORY = Path(__file__).parents[2]
READY_S = 120
# Nine minutes on two cores, and one more for each room that came after release 0.5.
LATER_ROOMS = "searches", "reasons", "oversight", "evidence", "retention"
TESTS_S = 60 * (9 + len(LATER_ROOMS))


def run(progress: Callable[[str], None], *, tests: bool = False) -> list[Figure]:
    """Clone the committed state and measure it. Raises PlatewardError if the demo does not start."""
    with tempfile.TemporaryDirectory(prefix="plateward-house-") as folder:
        clone = Path(folder, "plateward")
        clone_command = ["git", "clone", "--quiet", "--no-hardlinks", str(REPOSITORY), str(clone)]
        if subprocess.run(clone_command, check=False).returncode:
            raise PlatewardError(f"{REPOSITORY} cannot be cloned: run this benchmark in a git checkout.")
        figures = _demo(clone, progress)
        if tests:
            progress("./run test")
            start = time.monotonic()
            result = subprocess.run(
                ["./run", "test"],
                cwd=clone,
                env=_clean_environment(),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=False,
            )
            took = time.monotonic() - start
            for line in result.stdout.splitlines():
                if line.startswith(("FAILED", "ERROR")):
                    sys.stderr.write(f"{line}\n")  # explains a missed target
            figures.append(
                Figure("./run test", took, "s", TESTS_S, took <= TESTS_S and result.returncode == 0)
            )
        return figures


def _demo(clone: Path, progress: Callable[[str], None]) -> list[Figure]:
    progress("./run demo --smoke, from a fresh clone")
    start = time.monotonic()
    ready = None
    lines: list[str] = []
    with subprocess.Popen(
        ["./run", "demo", "--smoke"],
        cwd=clone,
        env=_clean_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as demo:
        try:
            for line in demo.stdout or ():
                lines.append(line.rstrip())
                progress(lines[-1])
                if re.match("Ready after", line):
                    ready = time.monotonic() - start
        except KeyboardInterrupt:
            demo.terminate()
            demo.wait()
            raise
    took = time.monotonic() - start
    if ready is None:
        raise PlatewardError(f"The demo did not get ready: {' / '.join(lines[-3:])}")
    return [
        Figure("./run demo ready, fresh clone, warm package cache", ready, "s", READY_S, ready <= READY_S),
        Figure("./run demo --smoke to its end", took, "s"),
        Figure("./run demo --smoke, exit code", demo.returncode, "", 0, demo.returncode == 0),
    ]


def _clean_environment() -> dict[str, str]:
    """The environment without the variables of this process's own checkout and site."""
    names = {"PLATEWARD_CHROMIUM", "PLATEWARD_TEST_POSTGRES", "PLATEWARD_SHARED"}
    environment = {
        name: value
        for name, value in os.environ.items()
        if name in names or not name.startswith(("PLATEWARD_", "VIRTUAL_ENV", "DJANGO_"))
    }
    # The clone is elsewhere; the reference material stays.
    return {"PLATEWARD_SHARED": str(REPOSITORY.parent / "shared")} | environment
