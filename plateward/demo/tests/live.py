"""A running agency for tests: the demo, started and stopped as by a person, and a second reader."""

import json
import os
import signal
import ssl
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import httpx
import psycopg
import pytest
from django.utils.crypto import get_random_string
from django.utils.html import strip_tags

from plateward.demo.plates import plate_photo
from plateward.demo.run import PORTS
from plateward.ground import clock
from plateward.ground.matching.normalize import fold
from plateward.ground.wire.read import Position
from plateward.reader.enroll import accept_grant, make_request
from plateward.reader.home import Enrollment, Home
from plateward.reader.hub import Hub, tls_context
from plateward.testing.commands import command, script
from plateward.testing.pmtiles import write_pmtiles
from plateward.testing.roadside import Roadside
from plateward.testing.waiting import WITHIN, wait_until
from plateward.web.templatetags.components import moment
from plateward.work.alerts.routing.rules import EARLIER_READ_AFTER

AGO = timedelta(minutes=3)
AGAIN = timedelta(minutes=2)
# Sooner, the same plate would continue the same alert; from an hour ago it does not ring.
APART = timedelta(minutes=11)
READER, CAMERA = "unit-14", "Unit 14 front"
ON_THE_ROAD = f"""
from datetime import timedelta
from plateward.core.audit.actor import HUB
from plateward.core.audit.events import Event
from plateward.core.audit.log import act
from plateward.field.fleet.models import Deployment, DeploymentDecision, Reader
reader = Reader.objects.get(name={READER!r})
begins_at = reader.enrolled_at - timedelta(days=1)
with act(HUB, Event.DEPLOYMENT_DECIDE, f"reader:{{reader.name}}"):
    deployment = Deployment.objects.create(
        reader=reader, place="On patrol", basis="public", grounds="Public roads, since yesterday.", by="test",
        begins_at=begins_at,
    )
    DeploymentDecision.objects.create(deployment=deployment, at=begins_at, approved=True)
"""


@dataclass
class LiveHub:
    """The demo's process, and the folder of its home."""

    folder: Path
    env: dict[str, str]
    process: subprocess.Popen[bytes]
    _roadside: tuple[Roadside, Hub] | None = field(default=None, init=False)
    _passed: dict[str, list[datetime]] = field(default_factory=lambda: defaultdict(list), init=False)
    _behind: dict[str, timedelta] = field(default_factory=dict, init=False)  # the clock, when each passed

    @property
    def output(self) -> str:
        """The demo's whole output."""
        return (self.folder / "output").read_text(errors="replace")

    @property
    def home(self) -> Path:
        """The folder that the demo removes at its end."""
        return next((self.folder / "var").glob("demo-*"))

    @property
    def url(self) -> str:
        """The people's listener, as in the demo's output."""
        return next(line.strip() for line in self.output.splitlines() if line.strip().startswith("https://"))

    @property
    def enrollment(self) -> Enrollment:
        """The grant of the demo's own reader."""
        _, enrollment = Home(self.home / "reader").open()
        return enrollment

    def command(self, *arguments: str) -> str:
        """The output of `plateward …`, run at this hub."""
        done = command(*arguments, env=self._hub_env, within=WITHIN)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def ask(self, program: str) -> str:
        """The output of a Python program that runs at this hub."""
        done = script(
            f"from plateward.core.db.setup import setup\nsetup()\n{program}", env=self._hub_env, within=WITHIN
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    @property
    def _hub_env(self) -> dict[str, str]:
        return self.env | {"PLATEWARD_HOME": str(self.home / "hub")}

    @contextmanager
    def on_the_road(self) -> Iterator[None]:
        """Lets the demo's own reader read during the block. Otherwise it pauses: it would take a processor."""
        self.tell_reader(signal.SIGCONT)
        try:
            yield
        finally:
            self.tell_reader(signal.SIGSTOP)

    def tell_reader(self, number: signal.Signals) -> None:
        """Send this signal to the demo's own reader."""
        home = f"--home {self.home / 'reader'}"
        (reader,) = (process for process in _processes() if home in _line(process))
        os.kill(int(reader.name), number)

    def drive_by(self, plate: str, state: str = "NM", *, sure: bool = True, again: bool = False) -> str:
        """A second reader passes this vehicle: an alert of its own, if it is listed. Returns the time in the pages'
        format. `sure`: whether that reader is sure of its reading. `again`: within minutes, and farther along."""
        roadside, hub = self._roadside = self._roadside or self._enroll()
        vehicle = fold(plate)  # look-alikes match the same entry
        captured_at = clock.now() - self._behind[vehicle] + AGAIN if again else self._moment(vehicle)
        self._passed[vehicle].append(captured_at)
        photo = roadside.photo(
            plate,
            state,
            sure=sure,
            image=plate_photo(plate),
            captured_at=captured_at,
            position=Position(lat=35.6869 - 0.05 * again, lon=-105.9377, accuracy_m=5.0, age_s=0.2),
        )
        assert hub.send(roadside.batch(photo)).accepted == [photo.read.id]
        return strip_tags(moment(captured_at))

    def _moment(self, vehicle: str) -> datetime:
        """Some minutes ago, long enough before or after each of its earlier passes, in a second in which no other
        vehicle passed."""
        now = clock.now()
        at = now - AGO
        for passed in sorted(self._passed[vehicle], reverse=True):
            if abs(at - passed) < APART:
                at = passed - APART
        taken = {passed.replace(microsecond=0) for each in self._passed.values() for passed in each}
        while at.replace(microsecond=0) in taken:  # later ones, so that who passes last is the newest
            at += timedelta(seconds=1)
        assert now - at < EARLIER_READ_AFTER, f"{vehicle} passed too often: this read would not ring."
        self._behind[vehicle] = now - at
        return at

    def _enroll(self) -> tuple[Roadside, Hub]:
        place = Home(self.folder / READER)
        make_request(place, READER, CAMERA)
        grant = self.folder / "grant.json"
        grant.write_text(
            self.command(
                "fleet",
                "grant",
                str(place.request),
                "--hub",
                self.enrollment.hub,
                "--unit",
                "Unit 14",
                "--decided-by",
                "hector",
            )
        )
        granted = accept_grant(place, grant)
        ring, _ = place.open()
        self.ask(ON_THE_ROAD)
        key = ring.signing("reader")
        context = tls_context(granted.authority_pem, place.certificate, place.tls_key)
        return Roadside(READER, CAMERA, key), Hub(granted.hub, READER, key, lambda: context)

    def script_dems(self, **command: str) -> None:
        """Have the simulated DEMS behave so."""
        listening = (self.home / "logs" / "DEMS simulator.log").read_text().split()[-1]
        url = f"https://{listening}/script"
        authority = ssl.create_default_context(cafile=self.home / "hub" / "keys" / "authority.crt")
        answer = httpx.post(url, json=command, verify=authority, trust_env=False, timeout=WITHIN)
        assert answer.status_code == 204

    def newcomer(self, username: str, name: str) -> str:
        """Add an account without any access; returns its one-time password."""
        made = self.command("people", "create", username, "--name", name, "--badge", username, "--json")
        return str(json.loads(made)["password"])


@contextmanager
def running(folder: Path) -> Iterator[LiveHub]:
    """The demo, from its start until Ctrl-C, after which nothing of it remains."""
    with _database() as database:
        env = {k: v for k, v in os.environ.items() if k not in ("PLATEWARD_HOME", "PLATEWARD_KEYS")}
        env |= database | {"PLATEWARD_MAP_TILES": str(folder / "site.pmtiles")}
        write_pmtiles(folder / "site.pmtiles")
        with (folder / "output").open("wb") as output:
            line = [sys.executable, "-m", "plateward", "demo"]
            anywhere = env | dict.fromkeys(PORTS, "0")
            process = subprocess.Popen(
                line, cwd=folder, env=anywhere, stdout=output, stderr=subprocess.STDOUT
            )
        live = LiveHub(folder, env, process)
        try:
            _await(live)
            live.tell_reader(signal.SIGSTOP)
            yield live
            assert process.poll() is None, f"The demo ended before its tests:\n{live.output}"
            live.tell_reader(signal.SIGCONT)
            log = (live.home / "logs" / "hub.log").read_text(errors="replace")
        finally:
            process.send_signal(signal.SIGINT)
            code = process.wait(WITHIN)
        assert code == 0, live.output
        assert "Traceback" not in log, log
        assert list((folder / "var").iterdir()) == []
        wait_until(lambda: _left_of(folder) == [])


def _await(live: LiveHub) -> None:
    """Wait until the instructions are printed, and the reader has the list."""
    deadline = time.monotonic() + WITHIN
    while not all(text in live.output for text in ("Ctrl-C stops everything", "is in use.")):
        if live.process.poll() is not None or time.monotonic() > deadline:
            pytest.fail(f"The demo did not come up:\n{live.output}", pytrace=False)
        time.sleep(0.1)


@contextmanager
def _database() -> Iterator[dict[str, str]]:
    """On PostgreSQL, a database of its own."""
    server = os.environ.get("PLATEWARD_DATABASE_URL")
    if server is None:
        yield {}
        return
    name = f"plateward_demo_{get_random_string(8).lower()}"
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}".encode())
    try:
        yield {"PLATEWARD_DATABASE_URL": urlunsplit(urlsplit(server)._replace(path=f"/{name}"))}
    finally:
        with psycopg.connect(server, autocommit=True) as admin:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def _left_of(folder: Path) -> list[str]:
    """The processes whose environment contains this folder."""
    mark = str(folder).encode()
    return [_line(process) for process in _processes() if mark in _read(process / "environ")]


def _processes() -> Iterator[Path]:
    """The machine's processes, except this one."""
    return (process for process in Path("/proc").glob("[0-9]*") if int(process.name) != os.getpid())


def _line(process: Path) -> str:
    return _read(process / "cmdline").decode().replace("\0", " ")


def _read(file: Path) -> bytes:
    """The content, or nothing if the process has ended or belongs to another user."""
    try:
        return file.read_bytes()
    except OSError:
        return b""
