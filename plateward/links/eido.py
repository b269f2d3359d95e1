"""EIDO 1.0 (NENA-STA-021.1): the JSON document by which a CAD and others tell of an incident.

`write` makes the hub's own documents; `read` takes what a CAD says. Neither trusts the other side's schema.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from plateward.links.eido_about import NOTHING, About, about
from plateward.policy.trace import enforces

# What EIDO 1.0 requires of the whole object.
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
AT_MOST = 50  # units, notes or statuses that are looked at
SHORT = 60  # letters of a name or status
CIRCLE = (
    '<presence xmlns="urn:ietf:params:xml:ns:pidf" xmlns:gp="urn:ietf:params:xml:ns:pidf:geopriv10" '
    'xmlns:dm="urn:ietf:params:xml:ns:pidf:data-model" xmlns:gml="http://www.opengis.net/gml" '
    'xmlns:gs="http://www.opengis.net/pidflo/1.0" entity="pres:{id}"><dm:device id="reader"><gp:geopriv>'
    '<gp:location-info><gs:Circle srsName="urn:ogc:def:crs:EPSG::4326"><gml:pos>{lat:.6f} {lon:.6f}</gml:pos>'
    '<gs:radius uom="urn:ogc:def:uom:EPSG::9001">{radius:.0f}</gs:radius></gs:Circle></gp:location-info>'
    "<gp:usage-rules/><gp:method>GPS</gp:method></gp:geopriv></dm:device></presence>"
)


class NoEido(Exception):
    """What came is no EIDO that can be used."""


class Status(StrEnum):
    """Whether an incident goes on. Of EIDO's many, these three decide."""

    OPEN = "open"
    CLOSED = "closed"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Place:
    """Where a vehicle was read; `radius` in meters."""

    at: datetime
    lat: float
    lon: float
    radius: float
    told: str


@dataclass(frozen=True)
class Note:
    """Words about the incident. `key` is the same on each message, so that a CAD writes a new one over the old."""

    key: str
    at: datetime
    text: str


@dataclass(frozen=True)
class Ending:
    """How one alert of the incident ended."""

    key: str
    at: datetime
    outcome: str
    text: str


@dataclass(frozen=True)
class Incident:
    """A call for service as the hub tells of it: always the whole, never only what changed. `key` is the hub's own,
    `number` CAD's, as far as it is known; `agency` and `element` say who speaks. `id` is the name that CAD itself gave
    an incident which was opened there: then type and priority are CAD's, and only `common_type`, which EIDO requires,
    is said."""

    key: str
    number: str
    agency: str
    element: str
    at: datetime
    type_code: str
    type_text: str
    common_type: str
    high: bool
    status: Status
    notes: tuple[Note, ...]
    places: tuple[Place, ...]
    endings: tuple[Ending, ...]
    id: str = ""


@dataclass(frozen=True)
class Unit:
    """One that CAD has put on the incident."""

    name: str
    status: str


@dataclass(frozen=True)
class Heard:
    """What a CAD's document says. `notes` are the keys of the notes that it has."""

    id: str
    names: frozenset[str]
    number: str
    at: datetime
    status: Status
    units: tuple[Unit, ...]
    notes: frozenset[str]
    about: About = NOTHING


def urn(key: str, agency: str) -> str:
    """An incident's own name."""
    return f"{URN}{key}:{agency}"


@enforces("6.e.vii", "6.e.iii")
def write(incident: Incident) -> bytes:
    """The document. It is marked as CJI and as a lead, in a note that comes first, and in its type where that is the
    hub's."""
    prologue = {
        "lastUpdateTimeStamp": incident.at.isoformat(),
        "updatedByAgencyReference": {"$ref": incident.agency},
    }
    marking = Note(f"{incident.key}-marking", incident.at, f"{MARKING} (CJI, OPR:50 6.e.iii).")
    notes = (marking, *incident.notes)
    places = {f"{incident.key}-place-{number}": one for number, one in enumerate(incident.places, 1)}
    typed = {
        "incidentTypeInternalCode": incident.type_code,
        "incidentTypeInternalText": f"{incident.type_text}. {MARKING}",
        "incidentPriorityInternalText": "high" if incident.high else "normal",
    }
    told: dict[str, Any] = {
        "$id": f"{incident.key}-incident",
        **prologue,
        **({} if incident.id else typed),
        "incidentTypeCommonRegistryText": incident.common_type,
        "incidentStatusCommonRegistryText": ["Active" if incident.status is Status.OPEN else "Closed"],
        "notesReference": [{"$ref": one.key} for one in notes],
        "locationReference": [{"$ref": key} for key in places],
        "dispositionComponent": [
            {
                "$id": one.key,
                **_by(incident, one.at),
                "dispositionCommonRegistryCode": one.outcome,
                "dispositionCategoryText": one.outcome,
                "dispositionDescriptionText": one.text,
            }
            for one in incident.endings
        ],
    }
    if incident.number:
        told["internalIncidentId"] = incident.number
    whole = {
        "$id": incident.id or urn(incident.key, incident.agency),
        **prologue,
        "eidoVersion": "1.0",
        "issuingElementIdentification": incident.element,
        "incidentComponent": told,
        "notesComponent": [
            {"$id": one.key, **_by(incident, one.at), "notesActionComments": one.text} for one in notes
        ],
        "locationComponent": [
            {
                "$id": key,
                **_by(incident, one.at),
                "locationTypeDescriptionRegistryText": "Incident",
                "locationDescriptionText": one.told,
                "locationByValue": CIRCLE.format(id=key, lat=one.lat, lon=one.lon, radius=one.radius),
            }
            for key, one in places.items()
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
    return json.dumps(whole).encode()


def _by(incident: Incident, at: datetime) -> dict[str, Any]:
    return {
        "lastUpdateTimeStamp": at.isoformat(),
        "updatedByAgencyReference": {"$ref": incident.agency},
    }


@enforces("6.a.iii", "6.e.vii")
def read(body: bytes) -> Heard:
    """What a document says, bounded. Raises `NoEido`, and nothing else, where it is none."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise NoEido from error
    if not isinstance(found, dict) or not all(found.get(name) for name in REQUIRED):
        raise NoEido
    incident = found.get("incidentComponent")
    incident = incident if isinstance(incident, dict) else {}
    id, number = str(found["$id"]), str(incident.get("internalIncidentId") or "")
    bare = id.upper().removeprefix(URN.upper()).split(":")[0]
    return Heard(
        id=id,
        names=frozenset({id.upper(), bare, number.upper()} - {""}),
        number=number if len(number) <= SHORT else "",
        at=_moment(found["lastUpdateTimeStamp"]),
        status=_status(incident),
        units=tuple(_unit(one) for one in _objects(found, "emergencyResourceComponent")),
        notes=frozenset(str(one.get("$id")) for one in _objects(found, "notesComponent")),
        about=about(incident, _objects(found, "locationComponent"), _objects(found, "callComponent")),
    )


def _moment(text: Any) -> datetime:
    try:
        at = datetime.fromisoformat(str(text))
    except (ValueError, OverflowError) as error:
        raise NoEido from error
    if at.tzinfo is None:  # then nobody could say which of two came first
        raise NoEido
    return at


def _status(incident: dict[str, Any]) -> Status:
    said = [
        str(one).casefold()
        for name in ("incidentStatusCommonRegistryText", "incidentStatusInternalText")
        for one in _list(incident.get(name))
    ]
    if any(one.startswith("cancel") for one in said):
        return Status.CANCELLED
    return Status.CLOSED if any(one.startswith("closed") for one in said) else Status.OPEN


def _unit(one: dict[str, Any]) -> Unit:
    name = one.get("emergencyResourceName") or one.get("$id") or ""
    return Unit(str(name)[:SHORT], str(one.get("primaryUnitStatusRegistryText") or "")[:SHORT])


def _objects(found: dict[str, Any], name: str) -> list[dict[str, Any]]:
    return [one for one in _list(found.get(name)) if isinstance(one, dict)]


def _list(value: Any) -> list[Any]:
    return value[:AT_MOST] if isinstance(value, list) else []
