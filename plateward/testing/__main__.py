"""`./run test`: everything on SQLCipher, then what touches the database again on PostgreSQL."""

import os
import subprocess
import sys

import pytest

from plateward.testing.postgres import cluster


def main() -> int:
    asked = sys.argv[1:]
    line = [sys.executable, "-m", "pytest", *asked]
    plain = {k: v for k, v in os.environ.items() if k != "PLATEWARD_DATABASE_URL"}
    print("Tests on SQLCipher", flush=True)
    worst = subprocess.run(line, check=False, env=plain).returncode
    with cluster() as url:
        if url is None:
            print("SKIPPED: tests on PostgreSQL: no server answers, and Debian's package is not installed")
            return worst or int(os.environ.get("CI") == "true")
        print("Tests on PostgreSQL", flush=True)
        declared = {"PLATEWARD_DATABASE_URL": url, "PLATEWARD_DISK_ENCRYPTION": "throw-away test cluster"}
        again = subprocess.run([*line, "--only-database"], check=False, env=plain | declared).returncode
    if asked and again == pytest.ExitCode.NO_TESTS_COLLECTED:  # none of those asked for uses a database
        again = 0
    return worst or again


if __name__ == "__main__":
    sys.exit(main())
