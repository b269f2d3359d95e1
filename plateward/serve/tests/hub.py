"""A real hub for tests: its own processes, ports, key ring and database, driven by its command line."""

import contextlib
import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import httpx
import psycopg
from uuid_utils.compat import uuid7

from plateward.demo.processes import hold_port
from plateward.reader.home import Home
from plateward.reader.hub import Hub, tls_context
from plateward.testing import commands
from plateward.testing.migrated import migrated_database
from plateward.testing.roadside import Roadside
from plateward.testing.waiting import WITHIN

READER, CAMERA = "unit-12", "Unit 12 rear"


_reserved: list[socket.socket] = []


def ports_of_its_own() -> tuple[int, int]:
    """Two that the system picks. They stay reserved until the tests end: nobody else gets one while a hub is down."""
    two = hold_port(0), hold_port(0)
    _reserved.extend(two)
    return two[0].getsockname()[1], two[1].getsockname()[1]


@dataclass
class RunningHub:
    """A hub's folder and environment, and its processes while it runs."""

    folder: Path
    env: dict[str, str]
    people: int
    devices: int
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @classmethod
    def made(cls, folder: Path, database: dict[str, str]) -> "RunningHub":
        """A new, empty hub."""
        people, devices = ports_of_its_own()
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("PLATEWARD_", "DJANGO_"))}
        own = {
            "PLATEWARD_HOME": str(folder / "hub"),
            "PLATEWARD_PORT": str(people),
            "PLATEWARD_DEVICE_PORT": str(devices),
            "PLATEWARD_CAD_ADDRESS": f"127.0.0.1:{ports_of_its_own()[0]}",  # a test may run a CAD there
        }
        return cls(folder, environment | own | database, people, devices)

    def but(self, **changed: str | None) -> "RunningHub":
        """The same hub with a changed environment; None removes a name."""
        env = {k: v for k, v in (self.env | changed).items() if v is not None}
        return replace(self, env=env)

    def another(self, folder: Path) -> "RunningHub":
        """A second node of the same hub: the same home and database, ports and log of its own."""
        people, devices = ports_of_its_own()
        ports = {"PLATEWARD_PORT": str(people), "PLATEWARD_DEVICE_PORT": str(devices)}
        return replace(self, folder=folder, env=self.env | ports, people=people, devices=devices)

    def command(self, *arguments: str, fails: bool = False) -> commands.CompletedCommand:
        """`plateward …` at this hub, to its end. `fails`: exit code 1, with a single line on stderr."""
        done = commands.command(*arguments, env=self.env, within=WITHIN)
        assert done.returncode == int(fails), done.stdout + done.stderr
        if fails:
            assert done.stderr.startswith("plateward: ")
            assert done.stderr.count("\n") == 1, done.stderr
        return done

    def ask(self, script: str) -> Any:
        """The JSON printed by a script that runs in the hub's environment, with Django set up."""
        program = f"from plateward.core.db.setup import setup\nsetup()\nimport json\n{script}"
        done = commands.script(program, env=self.env, within=WITHIN)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    @property
    def home(self) -> Path:
        """The folder of its data and its keys."""
        return Path(self.env["PLATEWARD_HOME"])

    @property
    def log(self) -> str:
        """Its whole output so far, over all its starts."""
        return (self.folder / "hub.log").read_text(errors="replace")

    def start(self) -> None:
        """Start it, and wait until it says that it is ready."""
        starts = self.log.count("Database:") if (self.folder / "hub.log").exists() else 0
        with (self.folder / "hub.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "plateward", "serve"],
                env=self.env | {"PYTHONUNBUFFERED": "1"},
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        deadline = time.monotonic() + WITHIN
        while self.log.count("Database:") == starts:
            assert self.process.poll() is None, self.log
            assert time.monotonic() < deadline, self.log
            time.sleep(0.05)

    def processes(self) -> list[int]:
        """Its process and all descendants: they share its session."""
        assert self.process
        return [
            int(stat.parent.name)
            for stat in Path("/proc").glob("[0-9]*/stat")
            if _session(stat) == self.process.pid
        ]

    def kill(self) -> None:
        """SIGKILL to all of them at once, like a power failure."""
        assert self.process
        with contextlib.suppress(ProcessLookupError):  # already ended
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.await_gone()

    def stop(self) -> int:
        """SIGTERM to the process that was started; returns its exit code."""
        assert self.process
        self.process.terminate()
        return self.process.wait(WITHIN)

    def await_gone(self) -> None:
        """Wait until none of its processes is left."""
        deadline = time.monotonic() + WITHIN
        while self.processes():
            assert time.monotonic() < deadline, f"still there: {self.processes()}"
            time.sleep(0.05)

    # The enrolled reader.

    @property
    def reader(self) -> Home:
        return Home(self.home.with_name("reader"))

    def enroll(self) -> None:
        """As a technician does: request there, grant here, accept there."""
        home = str(self.reader.path)
        self.command("enroll", "request", "--home", home, "--name", READER, "--camera", CAMERA)
        granted = self.command(
            "fleet", "grant", str(self.reader.request), "--hub", f"https://localhost:{self.devices}"
        )
        (self.folder / "grant.json").write_text(granted.stdout)
        self.command("enroll", "accept", str(self.folder / "grant.json"), "--home", home)
        self.approve_deployments()

    def approve_deployments(self) -> None:
        """As command staff would, where a grant named none of them."""
        self.ask(
            "from plateward.core.audit.actor import HUB\n"
            "from plateward.core.audit.events import Event\n"
            "from plateward.core.audit.log import act\n"
            "from plateward.field.fleet.models import Deployment, DeploymentDecision\n"
            "for row in Deployment.objects.filter(decision=None):\n"
            "    with act(HUB, Event.DEPLOYMENT_DECIDE, f'deployment:{row.pk}'):\n"
            "        DeploymentDecision.objects.create(deployment=row, at=row.begins_at, approved=True)\n"
            "print(json.dumps(None))"
        )

    @property
    def authority(self) -> str:
        """The authority that verifies the hub's certificates, as PEM."""
        return self.reader.open()[1].authority_pem

    def roadside(self) -> Roadside:
        """Makes that reader's reads."""
        ring, enrollment = self.reader.open()
        return Roadside(enrollment.name, enrollment.camera, ring.signing("reader"))

    def client(self) -> Hub:
        """Sends them, as the reader does."""
        ring, enrollment = self.reader.open()
        context = tls_context(enrollment.authority_pem, self.reader.certificate, self.reader.tls_key)
        return Hub(
            enrollment.hub, enrollment.name, ring.signing("reader"), lambda: context, httpx.Timeout(WITHIN)
        )

    # Browsers.

    def browser(self, cookie: str = "") -> httpx.Client:
        """A client that trusts the agency's authority; `cookie` belongs to a signed-in person."""
        context = ssl.create_default_context(cadata=self.authority)
        headers = {"Cookie": f"__Host-plateward={cookie}", "Accept": "text/html"} if cookie else {}
        url = f"https://localhost:{self.people}"
        return httpx.Client(base_url=url, verify=context, trust_env=False, headers=headers, timeout=WITHIN)

    def sign_in(self, username: str = "ada") -> str:
        """The session cookie of a member of the cast, signed in."""
        script = (
            "from plateward.people.testing import person, signed_in\n"
            f"print(json.dumps(signed_in(person('{username}')).cookies['__Host-plateward'].value))"
        )
        return str(self.ask(script))


def _session(stat: Path) -> int:
    """The session id in /proc/<pid>/stat; 0 for a process that is gone or a zombie."""
    try:
        state, _, _, session = stat.read_text().rpartition(")")[2].split()[:4]
    except (OSError, ValueError):
        return 0
    return 0 if state == "Z" else int(session)


@contextmanager
def database(like: dict[str, str] | None = None) -> Iterator[dict[str, str]]:
    """The environment that gives a hub its own database: empty for SQLCipher, otherwise a new database on the tests'
    server: migrated, or `like` the database that this environment names."""
    server = os.environ.get("PLATEWARD_DATABASE_URL")
    if server is None:
        yield {}
        return
    name = f"plateward_serve_{uuid7().hex}"
    with psycopg.connect(server, autocommit=True) as admin:
        template = urlsplit(like["PLATEWARD_DATABASE_URL"]).path[1:] if like else migrated_database()
        admin.execute(f"CREATE DATABASE {name} TEMPLATE {template}".encode())
        url = urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
        try:
            yield {"PLATEWARD_DATABASE_URL": url, "PLATEWARD_DISK_ENCRYPTION": "throw-away test database"}
        finally:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())
