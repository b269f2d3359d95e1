"""A PostgreSQL for the tests: a running server, otherwise a throw-away cluster from Debian's binaries."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

LOCAL_SERVER = "postgresql://root@127.0.0.1:5432/test"


@dataclass(frozen=True)
class Cluster:
    """A throw-away cluster in a folder of its own, reached by a socket there."""

    folder: str
    pg_ctl: tuple[str, ...]
    options: str

    @property
    def url(self) -> str:
        return f"postgresql://plateward@/postgres?host={self.folder}"

    def start(self) -> None:
        """Until it answers."""
        self._run("-o", self.options, "-l", f"{self.folder}/log", "start", check=True)

    def stop(self) -> None:
        """At once, as if the power failed; also if it is not running."""
        self._run("-m", "immediate", "stop", check=False)

    def restart(self, *settings: str) -> None:
        """As it was made, but for these settings (`name=value`); everything written is kept."""
        self._run("-m", "fast", "stop", check=True)
        options = " ".join([self.options, *(f"-c {setting}" for setting in settings)])
        self._run("-o", options, "-l", f"{self.folder}/log", "start", check=True)

    def _run(self, *arguments: str, check: bool) -> None:
        output = subprocess.DEVNULL
        subprocess.run([*self.pg_ctl, *arguments], check=check, stdout=output, stderr=output, cwd=self.folder)


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
    with own_cluster(durable=durable) as own:
        yield own.url if own else None


@contextmanager
def own_cluster(*, durable: bool = False) -> Iterator[Cluster | None]:
    """A cluster that nobody else uses, or None without Debian's binaries."""
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
        initdb = [*as_user, str(binaries / "initdb"), "-D", data, "-A", "trust", "-U", "plateward"]
        initdb += [] if durable else ["--no-sync"]
        subprocess.run(initdb, check=True, stdout=subprocess.DEVNULL, cwd=folder)
        made = Cluster(
            folder,
            (*as_user, str(binaries / "pg_ctl"), "-D", data, "-w", "-s"),
            f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync={'on' if durable else 'off'}",
        )
        made.start()
        try:
            yield made
        finally:
            made.stop()
            shutil.rmtree(data, ignore_errors=True)
