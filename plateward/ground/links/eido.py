"""EIDO 1.0 (NENA-STA-021.1): the JSON document in which CAD and other systems report an incident.

`write_document` makes the hub's own documents; `read_document` parses CAD's. Neither trusts that the other side follows
the schema.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from plateward.ground.policy.trace import enforces

# The object's members that EIDO 1.0 requires.
REQUIRED = (
    "$id",
    "lastUpdateTimeStamp",
    "updatedByAgencyReference",
    "eidoVersion",
    "issuingElementIdentification",
    "agencyComponent",
)
MARKING = "CONFIDENTIAL: investigative lead only, verify before acting"
URN = "urn:emergency:uid:incidentid:"
PLATE, IDENTIFICATION = "ConveyanceRegistrationPlateIdentification", "IdentificationID"  # in NIEM's core
AT_MOST = 50  # units, notes or statuses that are read
SHORT = 60  # letters of a name or status
CIRCLE = (
    '<presence xmlns="urn:ietf:params:xml:ns:pidf" xmlns:gp="urn:ietf:params:xml:ns:pidf:geopriv10" '
    'xmlns:dm="urn:ietf:params:xml:ns:pidf:data-model" xmlns:gml="http://www.opengis.net/gml" '
    'xmlns:gs="http://www.opengis.net/pidflo/1.0" entity="pres:{id}"><dm:device id="reader"><gp:geopriv>'
    '<gp:location-info><gs:Circle srsName="urn:ogc:def:crs:EPSG::4326"><gml:pos>{lat:.6f} {lon:.6f}</gml:pos>'
    '<gs:radius uom="urn:ogc:def:uom:EPSG::9001">{radius:.0f}</gs:radius></gs:Circle></gp:location-info>'
    "<gp:usage-rules/><gp:method>GPS</gp:method></gp:geopriv></dm:device></presence>"
)
LONG = 120  # characters of a kind or place
CIVIC = ("HNO", "PRD", "RD", "STS", "POD", "LOC", "A3", "A1")  # parts of a civic address, in spoken order
PART = re.compile(r"<(?:\w+:)?(" + "|".join(CIVIC) + r")>([^<]{1,60})</")
POINT = re.compile(r"<(?:\w+:)?pos>\s*(-?\d{1,3}(?:\.\d{1,12})?)\s+(-?\d{1,3}(?:\.\d{1,12})?)\s*</")


@dataclass(frozen=True)
class IncidentDescription:
    """`kind` in CAD's own words, `common` the registry's code. Empty or None if the document does not say it."""

    kind: str = ""
    common: str = ""
    place: str = ""
    since: datetime | None = None


NO_DESCRIPTION = IncidentDescription()


@enforces("6.e.vii/added")
def describe_incident(
    incident: dict[str, Any], places: list[dict[str, Any]], calls: list[dict[str, Any]]
) -> IncidentDescription:
    """Never raises: leaves out what it cannot understand."""
    common = _one_line(incident.get("incidentTypeCommonRegistryText"))
    kinds = ("incidentTypeInternalText", "incidentTypeInternalCode")
    since = [at for item in calls if (at := _start(item.get("callStartTimestamp")))]
    return IncidentDescription(
        kind=next((text for name in kinds if (text := _one_line(incident.get(name)))), common),
        common=common,
        place=next((text for item in places if (text := _place_text(item))), ""),
        since=min(since, default=None),
    )


def _place_text(place: dict[str, Any]) -> str:
    """CAD's description, otherwise the address, otherwise the point on the map."""
    by_value = str(place.get("locationByValue") or "")
    parts = dict(PART.findall(by_value))
    point = POINT.search(by_value)
    address = " ".join(parts[name] for name in CIVIC if name in parts)
    return (
        _one_line(place.get("locationDescriptionText"))
        or _one_line(address)
        or (f"{point[1]}, {point[2]}" if point else "")
    )


def _one_line(value: Any) -> str:
    """The value as printable text in a single line."""
    text = (
        "".join(letter if letter.isprintable() else " " for letter in value) if isinstance(value, str) else ""
    )
    return " ".join(text.split())[:LONG]


def _start(value: Any) -> datetime | None:
    try:
        at = datetime.fromisoformat(str(value))
        return at.astimezone(UTC) if at.tzinfo else None
    except (ValueError, OverflowError):
        return None


class NoEido(Exception):
    """The document is no usable EIDO."""


class IncidentStatus(StrEnum):
    """Whether an incident is still open. Of EIDO's many values, these three decide."""

    OPEN = "open"
    CLOSED = "closed"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class ReadPlace:
    """Where a vehicle was read; `radius` in meters."""

    at: datetime
    lat: float
    lon: float
    radius: float
    description: str


@dataclass(frozen=True)
class IncidentNote:
    """Text about the incident. `key` is the same in each message, so that CAD replaces the earlier note."""

    key: str
    at: datetime
    text: str


@dataclass(frozen=True)
class AlertEnding:
    """How one alert of the incident ended."""

    key: str
    at: datetime
    outcome: str
    text: str


@dataclass(frozen=True)
class Incident:
    """A call for service as the hub reports it: always the whole, never only changes. `key` is the hub's own, `number`
    CAD's, if known; `agency` and `element` identify the sender. `id` is CAD's own name for an incident opened there:
    then type and priority are CAD's, and only `common_type`, which EIDO requires, is sent."""

    key: str
    number: str
    agency: str
    element: str
    at: datetime
    type_code: str
    type_text: str
    common_type: str
    high: bool
    status: IncidentStatus
    notes: tuple[IncidentNote, ...]
    places: tuple[ReadPlace, ...]
    endings: tuple[AlertEnding, ...]
    id: str = ""


@dataclass(frozen=True)
class CadUnit:
    """A unit that CAD has assigned to the incident."""

    name: str
    status: str


@dataclass(frozen=True)
class CadIncident:
    """The contents of a document from CAD. `notes` are the keys of its notes; `plates`, as it writes them, those of its
    vehicles."""

    id: str
    names: frozenset[str]
    number: str
    at: datetime
    status: IncidentStatus
    units: tuple[CadUnit, ...]
    notes: frozenset[str]
    about: IncidentDescription = NO_DESCRIPTION
    plates: frozenset[str] = frozenset()


def urn(key: str, agency: str) -> str:
    """An incident's own URN."""
    return f"{URN}{key}:{agency}"


@enforces("6.e.vii/type", "6.e.iii/marked")
def write_document(incident: Incident) -> bytes:
    """The document. Its first note marks it as CJI and as a lead, and so does its type if that is the hub's."""
    prologue = _stamp(incident, incident.at)
    marking = IncidentNote(f"{incident.key}-marking", incident.at, f"{MARKING} (CJI, OPR:50 6.e.iii).")
    notes = (marking, *incident.notes)
    places = {f"{incident.key}-place-{number}": item for number, item in enumerate(incident.places, 1)}
    typed = {
        "incidentTypeInternalCode": incident.type_code,
        "incidentTypeInternalText": f"{incident.type_text}. {MARKING}",
        "incidentPriorityInternalText": "high" if incident.high else "normal",
    }
    component: dict[str, Any] = {
        "$id": f"{incident.key}-incident",
        **prologue,
        **({} if incident.id else typed),
        "incidentTypeCommonRegistryText": incident.common_type,
        "incidentStatusCommonRegistryText": [
            "Active" if incident.status is IncidentStatus.OPEN else "Closed"
        ],
        "notesReference": [{"$ref": item.key} for item in notes],
        "locationReference": [{"$ref": key} for key in places],
        "dispositionComponent": [
            {
                "$id": item.key,
                **_stamp(incident, item.at),
                "dispositionCommonRegistryCode": item.outcome,
                "dispositionCategoryText": item.outcome,
                "dispositionDescriptionText": item.text,
            }
            for item in incident.endings
        ],
    }
    if incident.number:
        component["internalIncidentId"] = incident.number
    document = {
        "$id": incident.id or urn(incident.key, incident.agency),
        **prologue,
        "eidoVersion": "1.0",
        "issuingElementIdentification": incident.element,
        "incidentComponent": component,
        "notesComponent": [
            {"$id": item.key, **_stamp(incident, item.at), "notesActionComments": item.text} for item in notes
        ],
        "locationComponent": [
            {
                "$id": key,
                **_stamp(incident, item.at),
                "locationTypeDescriptionRegistryText": "Incident",
                "locationDescriptionText": item.description,
                "locationByValue": CIRCLE.format(id=key, lat=item.lat, lon=item.lon, radius=item.radius),
            }
            for key, item in places.items()
        ],
        "agencyComponent": [
            {
                "$id": incident.agency,
                **prologue,
                "agencyRoleDescriptionRegistryText": ["Dispatching"],
                "agencyType": ["police"],
            }
        ],
    }
    return json.dumps(document).encode()


def _stamp(incident: Incident, at: datetime) -> dict[str, Any]:
    return {"lastUpdateTimeStamp": at.isoformat(), "updatedByAgencyReference": {"$ref": incident.agency}}


@enforces("6.a.iii/known", "6.e.vii/added")
def read_document(body: bytes) -> CadIncident:
    """The contents of a document, bounded. Raises `NoEido` if it is none, and nothing else."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise NoEido from error
    if not isinstance(document, dict) or not all(document.get(name) for name in REQUIRED):
        raise NoEido
    incident = document.get("incidentComponent")
    incident = incident if isinstance(incident, dict) else {}
    id, number = str(document["$id"]), str(incident.get("internalIncidentId") or "")
    bare = id.upper().removeprefix(URN.upper()).split(":")[0]
    return CadIncident(
        id=id,
        names=frozenset({id.upper(), bare, number.upper()} - {""}),
        number=number if len(number) <= SHORT else "",
        at=_moment(document["lastUpdateTimeStamp"]),
        status=_status(incident),
        units=tuple(_unit(item) for item in _objects_of(document, "emergencyResourceComponent")),
        notes=frozenset(str(item.get("$id")) for item in _objects_of(document, "notesComponent")),
        about=describe_incident(
            incident, _objects_of(document, "locationComponent"), _objects_of(document, "callComponent")
        ),
        plates=frozenset(
            plate
            for vehicle in _objects_of(document, "vehicleComponent")
            for plate in _plates_of(vehicle.get("ncVehicleComponent"))
        ),
    )


def _plates_of(vehicle: Any) -> Iterator[str]:
    """The plates of a vehicle of NIEM's core, whose names have a prefix ("nc:Conveyance…", in EIDO "ncConveyance…"),
    and whose values may be one or several."""
    for name, value in vehicle.items() if isinstance(vehicle, dict) else ():
        if not name.endswith(PLATE):
            continue
        for plate in value[:AT_MOST] if isinstance(value, list) else [value]:
            parts = plate.items() if isinstance(plate, dict) else [(IDENTIFICATION, plate)]
            yield from (
                text
                for part, id in parts
                if part.endswith(IDENTIFICATION) and (text := _one_line(id)[:SHORT])
            )


def _moment(text: Any) -> datetime:
    try:
        at = datetime.fromisoformat(str(text))
    except (ValueError, OverflowError) as error:
        raise NoEido from error
    if at.tzinfo is None:  # without a zone the order of two messages would be unknown
        raise NoEido
    return at


def _status(incident: dict[str, Any]) -> IncidentStatus:
    texts = [
        str(text).casefold()
        for name in ("incidentStatusCommonRegistryText", "incidentStatusInternalText")
        for text in _bounded_list(incident.get(name))
    ]
    if any(text.startswith("cancel") for text in texts):
        return IncidentStatus.CANCELLED
    return IncidentStatus.CLOSED if any(text.startswith("closed") for text in texts) else IncidentStatus.OPEN


def _unit(resource: dict[str, Any]) -> CadUnit:
    name = resource.get("emergencyResourceName") or resource.get("$id") or ""
    return CadUnit(str(name)[:SHORT], str(resource.get("primaryUnitStatusRegistryText") or "")[:SHORT])


def _objects_of(document: dict[str, Any], name: str) -> list[dict[str, Any]]:
    return [item for item in _bounded_list(document.get(name)) if isinstance(item, dict)]


def _bounded_list(value: Any) -> list[Any]:
    return value[:AT_MOST] if isinstance(value, list) else []
