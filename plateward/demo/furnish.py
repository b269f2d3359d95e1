"""Furnishing the demo's agency: everything is made by the act that a site would use, so that it is on the log."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from dataclasses import replace as evolve
from datetime import date, timedelta
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from django.conf import settings
from numpy.typing import NDArray
from uuid_utils.compat import uuid7

from plateward.core.audit.actor import Actor, command_line_actor
from plateward.core.pages.documents import UploadedDocument
from plateward.demo.agency import (
    ADMINISTRATOR,
    ADMINISTRATOR_ORDER,
    CHIEF,
    CHIEF_ORDER,
    MEMBERS,
    OUTSIDE,
    STAFF,
    UNTRAINED,
    YUMA,
    Member,
)
from plateward.demo.cast import LISTINGS, ROAD
from plateward.demo.processes import DemoError
from plateward.field.fleet.checks import actions as checks
from plateward.field.fleet.checks.hub_facts import hub_facts
from plateward.field.fleet.checks.steps import CheckStep
from plateward.field.fleet.instructions.actions import attach
from plateward.field.fleet.malfunctions import actions as malfunctions
from plateward.field.fleet.models import Reader
from plateward.field.hotlists.administration.actions import FIELDS, save_list
from plateward.field.hotlists.imports.apply import apply_load
from plateward.field.hotlists.imports.preview import preview_load
from plateward.field.hotlists.imports.receive import receive_file
from plateward.field.hotlists.models import HotList
from plateward.field.hotlists.requests import actions as asking
from plateward.field.hotlists.requests import deciding
from plateward.field.hotlists.requests import rules as request_rules
from plateward.field.hotlists.states import STATES
from plateward.ground import clock
from plateward.ground.matching.normalize import normalize
from plateward.ground.vault.authority import Authority
from plateward.ground.vault.files import replace_file
from plateward.people import days
from plateward.people.access.actions import (
    RequestedAccess,
    approve_request,
    create_person_and_request,
    request_access,
)
from plateward.people.access.models import Access
from plateward.people.access.offices.rules import OfficeOrder
from plateward.people.actions import enroll_totp
from plateward.people.actor import PersonActor
from plateward.people.agencies import actions as agencies
from plateward.people.agencies.models import AgencyRequest
from plateward.people.commands.first_offices import Officeholder, begin_hub
from plateward.people.models import District, Person, Unit
from plateward.people.permissions import Role
from plateward.people.sharing import actions as sharing
from plateward.people.sharing.running import canonical, running
from plateward.people.signed import digest_of
from plateward.people.training.actions.records import record_course
from plateward.people.training.catalog import courses_required
from plateward.people.training.models import Course
from plateward.people.units.actions import save_place
from plateward.reader.sources import taken_at
from plateward.recognition import engines, images
from plateward.serve.init import enroll_here
from plateward.work.retention.storage.actions import record_check, record_storage
from plateward.work.retention.storage.rules import StorageKind

EMPLOYED_SINCE = date(2019, 3, 4)
MAX_SAMPLED = 12  # of a person's own photographs, to find two plates to list


@dataclass(frozen=True)
class ListedPlate:
    """A line of the demo's list; `on_file`: NCIC has it too."""

    plate: str
    state: str
    reason: str
    priority: str
    on_file: bool
    expired: bool = False
    vehicle: str = ""
    record: tuple[tuple[str, str], ...] = ()


# Plates without an NCIC record, so that the demo shows "no record" too; and whose carrier FMCSA knows.
TRUCK = "CHA4719"
NOT_ON_FILE = ("GHY851", TRUCK)
CARRIER = {
    "dot": 7654321,
    "name": "GHOST HAULING LLC",
    "allowed": False,
    "orders": [["2026-01-15", "IMMINENT HAZARD"]],
}
ENTERED_BY, CASE = "TX0000000", "26-000123"  # the agency that entered NCIC's records, and its case
OWN_LIST = "District 5 BOLO"
INCIDENTS = ("2026-00412", "2026-00587", "26CR-1187")
OUTSIDE_INCIDENT = "2026-00633"  # dispatch opened it for the agency in Arizona
STOP_INCIDENT = INCIDENTS[1]  # CAD names no unit for it
ON_IT: dict[str, object] = {"units": ["Unit 12", "Unit 14"]}
LISTED = tuple(
    ListedPlate(
        listing.plate,
        listing.state,
        listing.reason,
        listing.priority,
        normalize(listing.plate) not in NOT_ON_FILE,
        listing.expired,
        listing.vehicle,
        listing.record,
    )
    for listing in LISTINGS
)


def people(password: str) -> None:
    """The agency's people, each added by the act that a site would use, with a second factor that the demo can
    print."""
    actor = command_line_actor("demo")
    now = clock.now()
    with begin_hub(
        actor,
        Officeholder(**_person_fields(CHIEF), order=OfficeOrder(CHIEF_ORDER, now)),
        Officeholder(**_person_fields(ADMINISTRATOR), order=OfficeOrder(ADMINISTRATOR_ORDER, now)),
        password=password,
    ) as made:
        for person, _ in made:
            person.refresh_from_db()  # their roles began with their access
        for member in (CHIEF, ADMINISTRATOR):
            record_training(actor, member)
    chief, administrator = (PersonActor.of(person) for person, _ in made)
    for member in STAFF:
        _hire(member, administrator, chief, password)
    # Officers search the reads of their district.
    district = save_place(administrator, District(name="District 5"))
    for unit in Unit.objects.filter(name__in=("Unit 12", "Unit 14", "District 5")):
        unit.district = district  # type: ignore[assignment]
        save_place(administrator, unit)
    carla, ben = (Person.objects.get(username=name) for name in ("carla", "ben"))
    transfer = RequestedAccess(Role.OFFICER, "Joins the patrol of Unit 12.", "Unit 12", carla)
    request_access(PersonActor.of(carla), ben, transfer)  # pending, for a person to decide
    _outside_agency(PersonActor.of(carla), chief, administrator)
    _sign_sharing(administrator, chief)
    _hire(OUTSIDE, administrator, chief, password)
    for member in MEMBERS:
        enroll_totp(actor, Person.objects.get(username=member.username), member.secret)


def _hire(member: Member, administrator: PersonActor, chief: PersonActor, password: str) -> None:
    above = Person.objects.filter(username=member.supervisor).first()
    create_person_and_request(
        administrator,
        **_person_fields(member),
        agency=member.agency,
        password=password,
        wanted=RequestedAccess(member.role, member.duties, member.unit, above),
    )
    record_training(administrator, member)
    approve_request(chief, Access.objects.get(person__username=member.username), "Duties confirmed.")


def _outside_agency(supervisor: PersonActor, chief: PersonActor, administrator: PersonActor) -> None:
    """A sheriff's office in Arizona, with a declaration and access for District 5."""
    signed_by, purposes = "Sheriff Lee Long", ["felony", "stolen_vehicle"]
    agency = agencies.register_agency(
        supervisor, "Yuma County Sheriff's Office", YUMA, "Dispatch, +1 555 0100", federal=False
    )
    words = "We use what we are given for felonies and stolen vehicles alone."
    paper = np.full((400, 1100, 3), 255, np.uint8)
    cv2.putText(paper, words, (40, 120), cv2.FONT_HERSHEY_SIMPLEX, 0.9, (40, 40, 40), 2)
    cv2.putText(paper, signed_by, (40, 320), cv2.FONT_HERSHEY_SCRIPT_COMPLEX, 1.1, (120, 40, 20), 2)
    letter = UploadedDocument("declaration.png", cv2.imencode(".png", paper)[1].tobytes())
    term = days.start_of(days.today()), days.end_of(days.today() + timedelta(days=180))
    agencies.record_declaration(supervisor, agency, signed_by, letter, purposes, term)
    what = "Trucks stolen in Yuma that cross on I-40; our own readers end at the state line."
    request = agencies.record_request(supervisor, agency, signed_by, what, purposes)
    agencies.consult(chief, request, "Their cases lead here each month. No pictures.", favors=True)
    scope = agencies.AskedScope(
        purposes=purposes,
        offenses=["stolen_vehicle", "carjacking"],
        places=["District 5"],
        days_back=30,
        queries_a_day=10,
        images=False,
        ends=days.end_of(days.today() + timedelta(days=90)),
    )
    agencies.decide(
        administrator,
        AgencyRequest.objects.get(pk=request.pk),
        "As the Chief advises; the term is within their declaration.",
        scope,
        seen=0,
    )


def _sign_sharing(administrator: PersonActor, chief: PersonActor) -> None:
    """Before it is signed, the outside agency gets nothing."""
    digest = digest_of(canonical(running()))
    made = sharing.sign(administrator, digest, "Roles, reach and the agency in Yuma, as they begin.")
    sharing.decide(chief, made, sharing.seen_by(made), approve=True, note="")


def _person_fields(member: Member) -> dict[str, Any]:
    return {
        "username": member.username,
        "full_name": member.full_name,
        "badge": member.badge,
        "rank": member.rank,
        "sworn": member.sworn,
        "employed_since": None if member.agency else EMPLOYED_SINCE,
    }


def record_training(actor: Actor, member: Member) -> None:
    """The courses that the member completed: a month ago, or over a year ago if the training has expired."""
    person, month = Person.objects.get(username=member.username), days.today() - timedelta(days=30)
    for course in Course.objects.filter(code__in=courses_required(member.role)):
        expired = (member.username, course.code) == (UNTRAINED, "cjis")
        completed_on = days.today() - timedelta(days=400) if expired else month
        record_course(
            actor,
            person,
            course,
            issuer="Law Enforcement Academy",
            completed_on=completed_on,
            score=Decimal(92) if course.pass_mark else None,
        )


def footage(copies: Path, own: Path | None, say: Callable[[str], None]) -> tuple[Path, Sequence[ListedPlate]]:
    """The reader's source and the listed plates: the demo's footage, or a person's own photos with two of their
    plates."""
    if own is None:
        return ROAD, LISTED
    say(f"Reading a few plates in {own}, to put two of them on the demo's hot list …")
    engine = engines.load_engine()
    texts = dict.fromkeys(
        plate.text for image in islice(_pictures(own), MAX_SAMPLED) for plate in engine.read(image)
    )
    if not texts:
        raise DemoError(
            f"No plate could be read in the first {MAX_SAMPLED} pictures of {own}, so none can be listed. Give "
            "--source a video or folder of photos with readable plates."
        )
    two = [ListedPlate(text, "", "stolen_vehicle", "high", on_file=True) for text in islice(texts, 2)]
    return copies_dated_now(own, copies, say), two


def copies_dated_now(own: Path, copies: Path, say: Callable[[str], None]) -> Path:
    """Photographs with an old capture time would ring nothing, so such a folder is copied with the current time."""
    now = clock.now()
    if not own.is_dir() or not any(taken_at(path, now) for path in own.iterdir() if path.is_file()):
        return own
    say(
        "These photographs have capture times. The demo reads copies with the current time, so that they ring."
    )
    copies.mkdir()
    for number, image in enumerate(_pictures(own)):
        cv2.imwrite(str(copies / f"{number:06}.jpg"), image)
    return copies


def _pictures(own: Path) -> Iterator[NDArray[np.uint8]]:
    """One frame a second of a video, or a folder's photographs; the reader will name unreadable ones."""
    if not own.is_dir():
        yield from (image for _, _, image in images.frames(own, 1.0))
        return
    for path in sorted(own.iterdir()):
        if path.suffix.lower() in images.SUFFIXES:
            with suppress(images.ImageError):
                yield images.load_image(path)


def hot_list(
    listed: Sequence[ListedPlate], file: Path, name: str = "State hot file", source: str = "NCIC"
) -> None:
    """Write the list as its agency would send it, and load it."""
    now = clock.now()
    until = {True: now - timedelta(days=1), False: now + timedelta(days=30)}
    lines = [
        f"{plate.plate},{plate.state},{plate.reason},{plate.priority},{until[plate.expired]:%Y-%m-%d},{plate.vehicle}"
        for plate in listed
    ]
    file.write_text("\n".join(["plate,state,reason,priority,expires,vehicle", *lines]) + "\n")
    actor = command_line_actor("demo")
    apply_load(
        actor,
        preview_load(actor, receive_file(actor, name, source, file.name, [file.read_bytes()])),
    )


def simulator_certificate(home: Path) -> tuple[Path, Path]:
    """The simulators' certificate and key, of the same authority: the hub asks nobody else."""
    certificate, key = home / "simulator.crt", home / "simulator.key"
    for path, pem in zip(
        (certificate, key), Authority.create(settings.RING).issue_server(["127.0.0.1"]), strict=True
    ):
        replace_file(path, pem.encode())
    return certificate, key


def authority(home: Path) -> Path:
    """The certificate of that authority, for what checks them before the hub has written its own."""
    file = home / "authority.crt"
    replace_file(file, Authority.create(settings.RING).certificate_pem.encode())
    return file


def ncic_records(listed: Sequence[ListedPlate], file: Path) -> Path:
    """What the simulator has on file. A list without states is on file in every state."""
    file.write_text(
        json.dumps(
            [
                {
                    "plate": normalize(plate.plate),
                    "state": state,
                    "reason": plate.reason.replace("_", " ").upper(),
                    "nic": f"V{number:09}",
                    "ori": ENTERED_BY,
                    "oca": CASE,
                    **dict(plate.record),
                }
                for number, plate in enumerate(listed, 1)
                if plate.on_file
                for state in ([plate.state] if plate.state else STATES)
            ]
        )
    )
    return file


def fmcsa_records(home: Path) -> dict[str, Path]:
    """What the simulators know of the demo's truck and its carrier."""
    files = {
        "trucks": [{"plate": TRUCK, "state": "AZ", "dot": str(CARRIER["dot"])}],
        "carriers": [CARRIER],
    }
    made = {name: home / f"{name}.json" for name in files}
    for name, path in made.items():
        path.write_text(json.dumps(files[name]))
    return made


def incidents(file: Path) -> Path:
    """What the simulated CAD knows: calls for service that were opened there, and a case."""
    stop: dict[str, object] = {
        "type": "TRAFSTOP",
        "text": "Traffic stop",
        "place": "I-25 northbound, mile 142",
        "since": (clock.now() - timedelta(minutes=20)).isoformat(timespec="seconds"),
    }
    theft = ON_IT | {
        "text": "Theft from a store",
        "place": "Central Ave at 14th St, Albuquerque",
        "since": (clock.now() - timedelta(days=2)).isoformat(timespec="seconds"),
        "plates": ["BKT 419"],
    }
    described = {INCIDENTS[0]: theft, STOP_INCIDENT: stop}
    known = [described.get(number, ON_IT) | {"number": number} for number in INCIDENTS]
    stolen = {"number": OUTSIDE_INCIDENT, "units": [YUMA], "text": "Vehicle theft, request of another agency"}
    file.write_text(json.dumps([*known, stolen]))
    return file


def requests() -> None:
    """A list of the agency's own; two plates on it that a supervisor approved, and one that waits for review."""
    carla, ada = (Person.objects.get(username=name) for name in ("carla", "ada"))
    new = HotList(name=OWN_LIST, source="State Police", kind=HotList.Kind.AGENCY)
    own = save_list(PersonActor.of(carla), HotList(), {name: getattr(new, name) for name in FIELDS}, [], [])
    listing = request_rules.PlateListing(
        hotlist=own,
        plate="BKT 419",
        state="NM",
        reason="property_crime",
        priority="normal",
        vehicle="Red Ford F-150, dented tailgate",
        narrative="Seen leaving the store on Central Avenue with the stolen goods.",
        number=INCIDENTS[0],
        expires_at=clock.now() + timedelta(days=14),
    )
    requester, reviewer = (PersonActor.of(item) for item in (ada, carla))
    driven = evolve(listing, plate="NPL 2573", state="TX", vehicle="Black sedan, tinted windows")
    for item in (listing, driven):  # the second passes the reader (cast)
        made = asking.submit_request(requester, uuid7(), item)
        deciding.approve_request(reviewer, made, made.last.pk, "Confirmed with the store.")
    asking.submit_request(requester, uuid7(), evolve(listing, plate="TRV 881", vehicle="Gray Nissan Sentra"))


def storage() -> None:
    """The vendors of the dedicated storage, as the administrator recorded them."""
    gloria, today = PersonActor.of(Person.objects.get(username="gloria")), days.today()
    for kind, vendor, contract in (
        (StorageKind.DEMS, "Ridgeline Evidence", "Contract 26-031"),
        (StorageKind.MEDIA, "Department data center, Santa Fe", "Service order 26-007"),
    ):
        approved_on = today - timedelta(days=200)
        made = record_storage(gloria, kind, vendor, contract, "Chief Hector Herrera", approved_on)
        finding = (
            "Read the contract, the encryption's certificate and the list of who has access: as approved."
        )
        record_check(gloria, made, today - timedelta(days=20), finding, sound=True)


def equipment(name: str) -> None:
    """A technician whom the administrator authorized has repaired the reader, and its officer has checked it."""
    reader = Reader.objects.get(name=name)
    ada, frank, gloria = (Person.objects.get(username=item) for item in ("ada", "frank", "gloria"))
    officer, technician, administrator = (PersonActor.of(item) for item in (ada, frank, gloria))
    malfunctions.authorize_technician(
        administrator, frank, "", "Trained by the manufacturer, certificate 26-114."
    )
    manual = UploadedDocument(
        "K4 function check.txt", b"Kestrel K4, function check: lens, plate, time, position, hot list, alarm."
    )
    attach(administrator, "Kestrel K4", manual, [reader])
    broken = malfunctions.report_malfunction(
        officer, reader, ["picture"], "limited", "The picture is dark on the left since I left the garage."
    )
    malfunctions.record_repair(
        technician, broken, "Cleaned the glass and tightened the mount.", "", "repaired"
    )
    beside = {step: item.text for step, item in hub_facts(reader).items()}
    checks.record_check(officer, reader, dict.fromkeys(CheckStep, (True, "")), beside)


def enroll(home: Path, name: str, camera: str, hub: str, unit: str = "Unit 12") -> Path:
    """Enroll a reader on this machine; with a unit, as the Chief decided."""
    enroll_here(
        command_line_actor("demo"),
        home,
        name,
        camera,
        hub=hub,
        unit=unit,
        decided_by="hector" if unit else "",
    )
    return home
