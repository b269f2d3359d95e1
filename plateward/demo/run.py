"""Starting the demo: each part as a site would start it, by its own command, on its own socket."""

import os
import secrets
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from plateward.demo.agency import CAMERA, CAR, CAR_CAMERA, MEMBERS, PASSWORD, READER, ROADS
from plateward.demo.processes import DemoError, Processes, hold_port
from plateward.ground.vault.files import write_once
from plateward.testing.roads import write_roads

if TYPE_CHECKING:
    from plateward.demo.night import Night

FOLDER = Path("var")
# Used if free; 0 is any port.
PORTS = {
    "PLATEWARD_PORT": 8443,
    "PLATEWARD_DEVICE_PORT": 8444,
    "PLATEWARD_NCIC_PORT": 8450,
    "PLATEWARD_CAD_PORT": 8451,
    "PLATEWARD_FMCSA_PORT": 8452,
    "PLATEWARD_DEMS_PORT": 8453,  # this and the next for the simulators alone: the hub has whole addresses
    "PLATEWARD_TSA_PORT": 8454,
    "PLATEWARD_GPS_PORT": 8455,
    "PLATEWARD_SCREEN_PORT": 8445,
}


@dataclass(frozen=True)
class Agency:
    """A running demo: its address for people, the processes behind it, and those that must not end."""

    url: str
    processes: Processes
    needed: tuple[str, ...]
    home: Path
    hub: str  # the device listener's address
    screen: str  # the address of the screen in the vehicle


def say(line: str) -> None:
    """A line of progress."""
    typer.echo(line)


def run(source: Path | None, smoke: bool, screens: Path | None, *, night: bool = False) -> None:
    """Start everything, and either wait for Ctrl-C or do the main job without a person.

    Raises DemoError if that job was not completed, whoever stopped it."""
    # A stop from outside stops the parts in order, as with Ctrl-C, which a background shell makes processes ignore.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    began = time.monotonic()
    try:
        with agency(source, visible=not smoke) as up:
            say(f"Ready after {time.monotonic() - began:.0f} s.")
            if smoke:
                from plateward.demo.smoke import main_job

                main_job(up.url, screens, say)
                return
            shift = begin_night(up) if night else None
            _print_instructions(up)
            while True:
                time.sleep(1)
                if shift:
                    shift.play()
                for name in up.needed:
                    up.processes.require(name)
    except KeyboardInterrupt:
        if smoke:
            raise DemoError("Stopped before the main job was done; the agency is deleted.") from None
        say("\nStopped; the agency is deleted.")


def begin_night(up: Agency) -> "Night":
    """The night's readers are enrolled, and its clock runs."""
    from plateward.demo import night

    say("Beginning the night …")
    return night.begin(up.home, up.hub, say)


@contextmanager
def agency(source: Path | None, *, visible: bool) -> Iterator[Agency]:
    """The whole agency, from an empty folder to a reader on the road; everything is removed afterward."""
    FOLDER.mkdir(exist_ok=True)
    home = Path(tempfile.mkdtemp(prefix="demo-", dir=FOLDER)).absolute()
    os.environ |= {"PLATEWARD_HOME": str(home / "hub"), "PLATEWARD_HOSTS": "localhost,127.0.0.1"}
    os.environ.setdefault("PLATEWARD_AGENCY_NAME", "New Mexico Demonstration Police")
    for name in ("PLATEWARD_CONFIG", "PLATEWARD_KEYS"):
        os.environ.pop(name, None)
    try:
        with Processes(home / "logs") as processes:
            ports = []
            for name, wanted in PORTS.items():
                asked = os.environ.get(name)  # a port, or 0 for any
                sock = processes.enter_context(hold_port(int(asked or wanted)))
                ports.append(int(sock.getsockname()[1]))
                if int(asked or 0) not in (0, ports[-1]):
                    raise DemoError(f"Port {asked} ({name}) is in use. Choose another port, or none.")
                os.environ[name] = str(ports[-1])
            for system in ("NCIC", "FMCSA", "CAD"):  # before the settings are read
                os.environ[f"PLATEWARD_{system}_ADDRESS"] = (
                    f"127.0.0.1:{os.environ[f'PLATEWARD_{system}_PORT']}"
                )
            yield _bring_up(home, source, processes, ports, visible)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _bring_up(
    home: Path, source: Path | None, processes: Processes, ports: list[int], visible: bool
) -> Agency:
    say("Making keys and an encrypted database …")
    (home / "hub" / "secrets").mkdir(parents=True)
    for name in ("cad-token", "dems-secret", "fmcsa-key"):  # before the settings are read
        write_once(home / "hub" / "secrets" / name, secrets.token_urlsafe(32).encode())
    if not os.environ.get("PLATEWARD_MAP_ROADS"):
        os.environ["PLATEWARD_MAP_ROADS"] = str(write_roads(home / "roads.zip", ROADS))
    from plateward.core.db.setup import setup

    setup(migrated=False)
    _require_empty()
    from plateward.demo import furnish, night, past
    from plateward.demo.outside import start_simulators
    from plateward.demo.protocols import protocols
    from plateward.ground import clock
    from plateward.serve.hub import prepare

    prepare()
    now, hub = clock.now(), f"https://localhost:{ports[1]}"
    say("Naming the people …")
    with clock.set_to(now - past.BEGAN):
        furnish.people(PASSWORD)
        furnish.hot_list(past.LISTED, home / "hotlist.csv")
    footage, listed = furnish.footage(home / "footage", source, say)
    simulators = start_simulators(home, processes, (*listed, *past.LISTED, *night.LISTED), say)
    say("Making the agency's last weeks …")
    past.relive(home, hub, now)
    protocols()
    furnish.hot_list(listed, home / "hotlist.csv")
    furnish.requests()
    say("Starting the hub …")
    processes.start("hub", "plateward", "serve")
    processes.await_line("hub", "People: ")
    say("Enrolling a reader and starting it …")
    grant = furnish.enroll(home / "reader", READER, CAMERA, hub)
    furnish.equipment(READER)
    furnish.storage()
    receiver = f"nmea://127.0.0.1:{os.environ['PLATEWARD_GPS_PORT']}"
    processes.start(
        "reader",
        "plateward",
        *("reader", "--source", str(footage), "--home", str(grant), "--gps", receiver, "--loop"),
        visible=visible,
    )
    car, screen = furnish.enroll(home / "car", CAR, CAR_CAMERA, hub), str(ports[-1])
    processes.start(
        "car",
        "plateward",
        *("reader", "--source", str(footage), "--home", str(car), "--gps", receiver, "--loop"),
        *("--screen", screen),
    )
    time.sleep(0.5)
    processes.require("reader")
    processes.require("car")
    url, in_car = (f"https://localhost:{port}/" for port in (ports[0], screen))
    return Agency(url, processes, ("hub", *simulators), home, hub, in_car)


def _require_empty() -> None:
    """A site's own database must get neither people with publicly known passwords nor entries under a demo's keys."""
    from django.db import connection

    if connection.introspection.table_names():
        raise DemoError(
            "The database named by PLATEWARD_DATABASE_URL is not empty. Nothing was done. Unset it, or give the "
            "demo an empty database."
        )


def _print_instructions(up: Agency) -> None:
    """What a person needs to begin."""
    from plateward.people.testing import totp_code

    say(f"\n  {up.url}")
    say(
        f"  {up.screen}  (another window: the screen in the patrol car; log in as ada, it reads from then on)"
    )
    say(
        "  Your browser warns because the certificate is from this throw-away agency's own authority: continue."
    )
    say("  Passkeys work only without that warning: to try one, trust, while this runs,")
    say(f"  {os.environ['PLATEWARD_HOME']}/keys/authority.crt\n")
    say(f"  Password for everyone: {PASSWORD}")
    say("  One-time codes: add the secret to an authenticator app, or use the code shown, once.\n")
    for member in MEMBERS:
        say(
            f"  {member.username:8}{member.full_name:20}{member.role.label:25}secret "
            f"{member.secret}   code now {totp_code(member.secret)}"
        )
    say(
        "\n  What to try: log in as ada, turn the sound on, and wait for the red pickup: in the queue it is the row\n"
        "  “Stolen vehicle (NCIC)”, high priority, Unit 12 rear; its plate is MRD 583 of New Mexico. Open it, read\n"
        "  the plate from the image, look at the entry, record what you see, ask NCIC, record the enforcement,\n"
        "  close it with a disposition, and export it to DEMS. Ten minutes for each role: docs/demo.md; with\n"
        "  --night a shift happens meanwhile. Then log in (another browser window) as jack, whose training has\n"
        "  lapsed; as gloria, who decides a transfer and reads the audit log; as hector, the Chief, who gives the\n"
        "  offices.\n"
        "  As ben, request a hot list entry (Hot lists, Request an entry; CAD knows 2026-00587 and 26CR-1187); as\n"
        "  carla, his sergeant, review it.\n"
        "  Ctrl-C stops everything.\n"
    )
