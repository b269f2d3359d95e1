"""`./run test`: everything on SQLCipher, and in parallel whatever uses the database on PostgreSQL."""

import os
import shutil
import subprocess
import sys
import tempfile

import pytest

from plateward.testing.postgres import cluster

# Tests start the hub and its commands a hundred times; without bytecode each start would compile all of Django.
NOT_FOR_TESTS = {"PLATEWARD_DATABASE_URL", "PYTHONDONTWRITEBYTECODE"}
# The tests kill hubs, never the server: its commits need not wait for the disk.
THROWN_AWAY = {
    "PLATEWARD_DISK_ENCRYPTION": "throw-away test cluster",
    "PGOPTIONS": "-c synchronous_commit=off",
}


def main() -> int:
    arguments = sys.argv[1:]
    line = [sys.executable, "-m", "pytest", *arguments]
    plain = {k: v for k, v in os.environ.items() if k not in NOT_FOR_TESTS}
    with cluster() as url:
        if url is None:
            print("Tests on SQLCipher", flush=True)
            worst = subprocess.run(line, check=False, env=plain).returncode
            print("SKIPPED: tests on PostgreSQL: no server answers, and Debian's package is not installed")
            return worst or int(os.environ.get("CI") == "true")
        worst, again = run_both(line, plain, plain | THROWN_AWAY | {"PLATEWARD_DATABASE_URL": url})
    if arguments and again == pytest.ExitCode.NO_TESTS_COLLECTED:  # no selected test uses a database
        again = 0
    return worst or again


def run_both(line: list[str], on_sqlcipher: dict[str, str], on_postgresql: dict[str, str]) -> tuple[int, int]:
    """Both runs at once, since each leaves a second processor idle; the output of each is printed as a whole."""
    with tempfile.TemporaryFile() as output:
        second = subprocess.Popen(
            [*line, "--only-database"],
            env=on_postgresql,
            stdin=subprocess.DEVNULL,  # only the first run can have the terminal for a debugger
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            print("Tests on SQLCipher (those on PostgreSQL run beside them, and are told below)", flush=True)
            first = subprocess.run(line, check=False, env=on_sqlcipher).returncode
        finally:
            second.wait()  # Ctrl-C has reached it too
            print("Tests on PostgreSQL", flush=True)
            output.seek(0)
            shutil.copyfileobj(output, sys.stdout.buffer)
            sys.stdout.flush()
    return first, second.returncode


if __name__ == "__main__":
    sys.exit(main())
