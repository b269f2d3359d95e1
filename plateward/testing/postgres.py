"""A PostgreSQL for the tests: a running server, otherwise a throw-away cluster from Debian's binaries."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

LOCAL_SERVER = "postgresql://root@127.0.0.1:5432/test"


def _answers(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=3).close()
    except psycopg.Error:
        return False
    return True


def _binaries() -> Path | None:
    paths = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]))
    return paths[-1].parent if paths else None


@contextmanager
def cluster(*, durable: bool = False) -> Iterator[str | None]:
    """Yield a database URL, or None if this machine has no PostgreSQL. `durable`: as at a site, for timing."""
    url = os.environ.get("PLATEWARD_TEST_POSTGRES", LOCAL_SERVER)
    if _answers(url):
        yield url
        return
    binaries = _binaries()
    if binaries is None:
        yield None
        return
    # /tmp may be in memory, where nothing waits for a disk.
    with tempfile.TemporaryDirectory(prefix="plateward-pg-", dir="/var/tmp" if durable else None) as folder:
        # initdb refuses to run as root.
        as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        if as_user:
            os.chown(folder, pwd.getpwnam("postgres").pw_uid, -1)
        data = f"{folder}/data"
        pg_ctl = [*as_user, str(binaries / "pg_ctl"), "-D", data, "-w", "-s"]

        def run(*command: str) -> None:
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=folder)

        run(*as_user, str(binaries / "initdb"), "-D", data, "-A", "trust", "-U", "plateward")
        options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync={'on' if durable else 'off'}"
        run(*pg_ctl, "-o", options, "-l", f"{folder}/log", "start")
        try:
            yield f"postgresql://plateward@/postgres?host={folder}"
        finally:
            subprocess.run([*pg_ctl, "-m", "immediate", "stop"], check=False, cwd=folder)
            shutil.rmtree(data, ignore_errors=True)
