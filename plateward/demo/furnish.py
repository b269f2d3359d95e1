"""Furnishing the demo's agency: each thing made by the act that a site would use, so that it is on the log."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from dataclasses import replace as evolve
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import cv2
import msgspec
import numpy as np
from django.conf import settings
from numpy.typing import NDArray
from uuid_utils.compat import uuid7

from plateward import clock
from plateward.audit.who import Who, operator
from plateward.demo.agency import (
    ADMINISTRATOR,
    ADMINISTRATOR_ORDER,
    CAST,
    CHIEF,
    CHIEF_ORDER,
    LAPSED,
    OTHERS,
    Member,
)
from plateward.demo.footage import render
from plateward.demo.footage.cast import LISTINGS, SCENES
from plateward.demo.processes import DemoError
from plateward.fleet.actions import grant
from plateward.fleet.checks import actions as checks
from plateward.fleet.checks.known import known
from plateward.fleet.checks.rules import Step
from plateward.fleet.malfunctions import actions as malfunctions
from plateward.fleet.models import Reader
from plateward.hotlists.imports.apply import apply
from plateward.hotlists.imports.look import look
from plateward.hotlists.imports.receive import whole
from plateward.hotlists.models import HotList
from plateward.hotlists.requests import actions as asking
from plateward.hotlists.requests import deciding
from plateward.hotlists.requests import rules as asked
from plateward.hotlists.states import STATES
from plateward.matching.normalize import normalize
from plateward.people import days
from plateward.people.access.actions import Wanted, approve, request, welcome
from plateward.people.access.offices.actions import Order
from plateward.people.actions import enroll_totp
from plateward.people.commands.beginnings import Officeholder, Taken, begin, prove
from plateward.people.courses.catalog import needed
from plateward.people.models import Person
from plateward.people.permissions import Role
from plateward.reader.enroll import accept, make_request
from plateward.reader.home import Home
from plateward.reader.taken import taken_at
from plateward.recognition import engines, images
from plateward.vault.authority import Authority
from plateward.vault.files import replace

PER_SECOND = 3  # frames; a patrol car's PC reads about two a second
LOOKED_AT = 12  # of a person's own photographs, to find two plates to list


@dataclass(frozen=True)
class Listed:
    """A line of the demo's list; `on_file`: NCIC knows it too."""

    plate: str
    state: str
    reason: str
    priority: str
    on_file: bool
    expired: bool = False
    vehicle: str = ""
    record: tuple[tuple[str, str], ...] = ()


# What is not on file, so that a person also meets NCIC's "no record"; and of which carrier FMCSA knows what.
TRUCK = "CHA4719"
NOT_ON_FILE = ("GHY851", TRUCK)
CARRIER = {
    "dot": 7654321,
    "name": "GHOST HAULING LLC",
    "allowed": False,
    "orders": [["2026-01-15", "IMMINENT HAZARD"]],
}
ENTERED_BY, CASE = "TX0000000", "26-000123"  # the agency that entered the records of NCIC, and its case
WEBKEY = "key-of-the-demo"
OWN_LIST = "District 5 BOLO"
INCIDENTS = ("2026-00412", "2026-00587", "26CR-1187")
STOP = INCIDENTS[1]
DRAWN = tuple(
    Listed(
        one.plate,
        one.state,
        one.reason,
        one.priority,
        normalize(one.plate) not in NOT_ON_FILE,
        one.expired,
        one.vehicle,
        one.record,
    )
    for one in LISTINGS
)


def people(password: str) -> None:
    """The agency's people, each by the act that a site would use, with a second factor that the demo can print."""
    me = operator("demo")
    now = clock.now()
    made = begin(
        me,
        Officeholder(**_named(CHIEF), order=Order(CHIEF_ORDER, now)),
        Officeholder(**_named(ADMINISTRATOR), order=Order(ADMINISTRATOR_ORDER, now)),
        [*taken(CHIEF), *taken(ADMINISTRATOR)],
        password=password,
    )
    chief, administrator = (Who("person", person.username, person.full_name) for person, _ in made)
    for one in OTHERS:
        above = Person.objects.filter(username=one.supervisor).first()
        welcome(
            administrator,
            **_named(one),
            password=password,
            wanted=Wanted(one.role, one.duties, one.unit, above),
        )
        person = Person.objects.get(username=one.username)
        prove(administrator, {person.username: person}, taken(one))
        approve(chief, person.accesses.get(), "Duties confirmed.")
    carla, ben = (Person.objects.get(username=name) for name in ("carla", "ben"))
    wanted = Wanted(Role.OFFICER, "Joins the patrol of Unit 12.", "Unit 12", carla)
    request(Who("person", carla.username, carla.full_name), ben, wanted)  # waits, for a person to decide
    for one in CAST:
        enroll_totp(me, Person.objects.get(username=one.username), one.secret)


def _named(one: Member) -> dict[str, Any]:
    return {
        "username": one.username,
        "full_name": one.full_name,
        "badge": one.badge,
        "rank": one.rank,
        "sworn": one.sworn,
    }


def taken(one: Member) -> list[Taken]:
    """What the member has taken, a month ago; or a year and more, where the training has lapsed."""
    month, year = days.today() - timedelta(days=30), days.today() - timedelta(days=400)
    return [
        Taken(
            one.username,
            course,
            "Law Enforcement Academy",
            year if (one.username, course) == (LAPSED, "cjis") else month,
        )
        for course in needed(one.role)
    ]


def footage(drawn: Path, own: Path | None, say: Callable[[str], None]) -> tuple[Path, Sequence[Listed]]:
    """What the reader sees, and what is listed: drawn vehicles, or a person's own photos with two of their plates."""
    if own is None:
        say("Drawing vehicles on a road …")
        render(drawn, SCENES, start=clock.now(), fps=PER_SECOND)
        return drawn, DRAWN
    say(f"Reading a few plates in {own}, to put two of them on the demo's hot list …")
    engine = engines.named()
    found = dict.fromkeys(
        plate.text for image in islice(_pictures(own), LOOKED_AT) for plate in engine.read(image)
    )
    if not found:
        raise DemoError(
            f"No plate could be read in the first {LOOKED_AT} pictures of {own}, so there is none to list. "
            "Give --source a video, or a folder of photos, in which plates can be read."
        )
    two = [Listed(text, "", "stolen_vehicle", "high", on_file=True) for text in islice(found, 2)]
    return undated(own, drawn.with_suffix(""), say), two


def undated(own: Path, copies: Path, say: Callable[[str], None]) -> Path:
    """Of photographs that say when they were taken nothing would ring: such a folder is read from copies of now."""
    now = clock.now()
    if not own.is_dir() or not any(taken_at(path, now) for path in own.iterdir() if path.is_file()):
        return own
    say(
        "These photographs say when they were taken. The demo reads copies that are dated now, so that they ring."
    )
    copies.mkdir()
    for number, image in enumerate(_pictures(own)):
        cv2.imwrite(str(copies / f"{number:06}.jpg"), image)
    return copies


def _pictures(own: Path) -> Iterator[NDArray[np.uint8]]:
    """One a second of a video, or a folder's photographs; those that cannot be read the reader will name."""
    if not own.is_dir():
        yield from (image for _, _, image in images.frames(own, 1.0))
        return
    for path in sorted(own.iterdir()):
        if path.suffix.lower() in images.SUFFIXES:
            with suppress(images.ImageError):
                yield images.load(path)


def hot_list(listed: Sequence[Listed], file: Path) -> None:
    """Write the list as its agency would send it, and load it."""
    now = clock.now()
    until = {True: now - timedelta(days=1), False: now + timedelta(days=30)}
    lines = [
        f"{one.plate},{one.state},{one.reason},{one.priority},{until[one.expired]:%Y-%m-%d},{one.vehicle}"
        for one in listed
    ]
    file.write_text("\n".join(["plate,state,reason,priority,expires,vehicle", *lines]) + "\n")
    me = operator("demo")
    apply(me, look(me, whole(me, "State hot file", "NCIC", file.name, [file.read_bytes()])))


def simulator_certificate(home: Path) -> tuple[Path, Path]:
    """The simulators' certificate and key, of the same authority: the hub asks nobody else."""
    certificate, key = home / "simulator.crt", home / "simulator.key"
    for path, pem in zip(
        (certificate, key), Authority.create(settings.RING).issue_server(["127.0.0.1"]), strict=True
    ):
        replace(path, pem.encode())
    return certificate, key


def ncic_records(listed: Sequence[Listed], file: Path) -> Path:
    """What the simulator has on file. A list without states is on file in every state."""
    file.write_text(
        json.dumps(
            [
                {
                    "plate": normalize(one.plate),
                    "state": state,
                    "reason": one.reason.replace("_", " ").upper(),
                    "nic": f"V{number:09}",
                    "ori": ENTERED_BY,
                    "oca": CASE,
                    **dict(one.record),
                }
                for number, one in enumerate(listed, 1)
                if one.on_file
                for state in ([one.state] if one.state else STATES)
            ]
        )
    )
    return file


def fmcsa_records(home: Path) -> dict[str, Path]:
    """What the simulators know of the demo's truck and its carrier, and the agency's key."""
    files = {
        "trucks": [{"plate": TRUCK, "state": "AZ", "dot": str(CARRIER["dot"])}],
        "carriers": [CARRIER],
    }
    made = {name: home / f"{name}.json" for name in files}
    for name, path in made.items():
        path.write_text(json.dumps(files[name]))
    key = home / "fmcsa.key"
    key.write_text(WEBKEY)
    return made | {"key": key}


def incidents(file: Path) -> Path:
    """What the simulated CAD knows: calls for service that were opened there, and a case."""
    told = {
        "type": "TRAFSTOP",
        "text": "Traffic stop",
        "place": "I-25 northbound, mile 142",
        "since": (clock.now() - timedelta(minutes=20)).isoformat(timespec="seconds"),
    }
    file.write_text(
        json.dumps([{"number": number} | (told if number == STOP else {}) for number in INCIDENTS])
    )
    return file


def requests() -> None:
    """A list of the agency's own; two plates on it that a supervisor approved, and one that waits for review."""
    own = HotList.objects.create(name=OWN_LIST, source="State Police", kind=HotList.Kind.AGENCY)
    carla, ada = (Person.objects.get(username=name) for name in ("carla", "ada"))
    wanted = asked.Wanted(
        hotlist=own,
        plate="BKT 419",
        state="NM",
        reason="property_crime",
        priority="normal",
        vehicle="Red Ford F-150, dented tailgate",
        narrative="Seen leaving the store on Central Avenue with the goods that were taken.",
        number=INCIDENTS[0],
        expires_at=clock.now() + timedelta(days=14),
    )
    asker, reviewer = (Who("person", one.username, one.full_name) for one in (ada, carla))
    driven = evolve(wanted, plate="NPL 2573", state="TX", vehicle="Black sedan, tinted windows")
    for one in (wanted, driven):  # the second passes the reader (footage.cast)
        made = asking.ask(asker, ada, uuid7(), one)
        deciding.approve(reviewer, carla, made, made.last.pk, "Confirmed with the store.")
    asking.ask(asker, ada, uuid7(), evolve(wanted, plate="TRV 881", vehicle="Gray Nissan Sentra"))


def equipment(name: str) -> None:
    """A technician whom the administrator authorized has repaired the reader, and its officer has checked it."""
    reader = Reader.objects.get(name=name)
    ada, frank, gloria = (Person.objects.get(username=one) for one in ("ada", "frank", "gloria"))
    officer, technician, administrator = (
        Who("person", one.username, one.full_name) for one in (ada, frank, gloria)
    )
    malfunctions.authorize(
        administrator, gloria, frank, "", "Trained by the manufacturer, certificate 26-114."
    )
    broken = malfunctions.report(
        officer, ada, reader, ["picture"], "The picture is dark on the left since I left the garage."
    )
    malfunctions.repair(
        technician, frank, broken, "Cleaned the glass and tightened the mount.", "", working=True
    )
    beside = {step: one.text for step, one in known(reader).items()}
    checks.record(officer, ada, reader, dict.fromkeys(Step, (True, "")), beside)


def enroll(home: Path, name: str, camera: str, hub: str) -> Path:
    """Enroll a reader as a technician does: ask there, grant here, accept there."""
    place = Home(home)
    asked = make_request(place, name, camera)
    granted = home / "grant.json"
    replace(granted, msgspec.json.encode(grant(operator("demo"), asked, hub, "Unit 12")))
    accept(place, granted)
    return home
