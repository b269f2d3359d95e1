"""The simulated CAD's incidents, including those sent to it; each message counts once."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Lock
from typing import Any

AGENCY = "nmsp.nm.gov"
FIRST_NUMBER = 10_001  # the first number that it assigns


class NotAnEido(ValueError):
    """The body is no document of an incident."""


@dataclass(frozen=True)
class SimulatedIncident:
    """An incident opened by hand, or a case of the records system: its number and kind; place, start, whether it is
    open, and the units on it and plates of its vehicles, if given."""

    number: str
    type: str = "VehicleTheft"
    text: str = ""
    place: str = ""
    since: str = ""
    status: str = ""
    units: tuple[str, ...] = ()
    plates: tuple[str, ...] = ()


@dataclass
class SentIncident:
    """A received incident: the last document, and CAD's own changes. `own`: CAD's own document, if it had the incident
    before; kind and place stay its own."""

    number: str
    document: dict[str, Any]
    status: str = "Active"
    units: list[str] = field(default_factory=list)
    ended: bool = False  # by CAD itself
    # The answer before the last change, for a CAD that answers late.
    before: dict[str, Any] | None = None
    changed: datetime = field(default_factory=lambda: datetime.now(UTC))
    own: dict[str, Any] = field(default_factory=dict)


class Incidents:
    """`taken` has the id of each message accepted, once; `always` is a unit assigned to every new call."""

    def __init__(self, incidents: Iterable[SimulatedIncident]) -> None:
        self.known = {incident.number: incident for incident in incidents}
        self.calls: dict[str, SentIncident] = {}  # by the document's own id
        self.taken: list[str] = []
        self.always = ""
        self._lock = Lock()

    def take(self, key: str, body: bytes) -> dict[str, Any]:
        """The current incident. A repeated message, by its id, changes nothing."""
        try:
            document = json.loads(body)
            id = document["$id"]
            document["incidentComponent"]["incidentTypeCommonRegistryText"]
        except (ValueError, TypeError, KeyError) as error:
            raise NotAnEido from error
        if not key:
            raise NotAnEido("without an Idempotency-Key")
        with self._lock:
            call = self.calls.get(id)
            if key not in self.taken:
                self.taken.append(key)
                call = self._written(call, document)
            assert call is not None  # noqa: S101  # a message that was taken has its call
            return self._document_of(call)

    def _written(self, call: SentIncident | None, document: dict[str, Any]) -> SentIncident:
        if call is None:
            call = self._opened(document)
            self.calls[document["$id"]] = call
        else:
            self._changes(call)
            call.document = document
        if not call.ended:
            closed = document["incidentComponent"].get("incidentStatusCommonRegistryText") == ["Closed"]
            call.status = "Closed" if closed else "Active"
        return call

    def _opened(self, document: dict[str, Any]) -> SentIncident:
        """A new incident, unless CAD has it: a document with CAD's own name for it belongs to that one."""
        for incident in self.known.values():
            if (own := eido(incident))["$id"] == document["$id"]:
                return SentIncident(incident.number, document, units=[*incident.units], own=own)
        number = f"{datetime.now(UTC).year}-{FIRST_NUMBER + len(self.calls)}"
        return SentIncident(number, document, units=[self.always] if self.always else [])

    def document_of(self, number: str, *, stale: bool = False) -> dict[str, Any] | None:
        """The document of an incident, by CAD's number."""
        call = self._of(number)
        if call is None:
            return eido(self.known[number]) if number in self.known else None
        return call.before if stale and call.before else self._document_of(call)

    def assign(self, number: str, unit: str) -> None:
        """Assign a unit to the call."""
        call = self._required(number)
        self._changes(call)
        call.units.append(unit)

    def close(self, number: str) -> None:
        """CAD closes it."""
        self._end(number, "Closed")

    def cancel(self, number: str) -> None:
        """CAD cancels it."""
        self._end(number, "Cancelled")

    def forget(self, number: str) -> None:
        """Like a CAD restored from a backup: neither the call nor its messages existed."""
        call = self._required(number)
        del self.calls[call.document["$id"]]
        self.taken.clear()

    def _end(self, number: str, status: str) -> None:
        call = self._required(number)
        self._changes(call)
        call.status, call.ended = status, True

    def _changes(self, call: SentIncident) -> None:
        call.before, call.changed = self._document_of(call), datetime.now(UTC)

    def _of(self, number: str) -> SentIncident | None:
        return next((call for call in self.calls.values() if call.number == number), None)

    def _required(self, number: str) -> SentIncident:
        call = self._of(number)
        if call is None:
            raise KeyError(number)
        return call

    def _document_of(self, call: SentIncident) -> dict[str, Any]:
        now = call.changed.isoformat()
        own = call.own.get("incidentComponent", {})
        own_types = {name: value for name, value in own.items() if name.startswith("incidentType")}
        about = {
            **call.document["incidentComponent"],
            **own_types,
            "incidentStatusCommonRegistryText": [call.status],
            "internalIncidentId": call.number,
        }
        places = [*call.own.get("locationComponent", []), *call.document.get("locationComponent", [])]
        return {
            **call.own,
            **call.document,
            **({"locationComponent": places} if places else {}),
            "lastUpdateTimeStamp": now,
            "incidentComponent": about,
            "emergencyResourceComponent": _resources(call.number, call.units, now),
        }


def _resources(number: str, units: Iterable[str], now: str) -> list[dict[str, Any]]:
    return [
        {
            "$id": f"{number}-{unit}",
            "lastUpdateTimeStamp": now,
            "updatedByAgencyReference": {"$ref": AGENCY},
            "emergencyResourceName": unit,
            "emergencyResourceTypeCommonRegistryText": "Patrol",
            "primaryUnitStatusRegistryText": "Assigned",
            "secondaryUnitStatusRegistryText": [],
            "resourceAttributeRegistryText": [],
            "agentReference": [],
        }
        for unit in units
    ]


def eido(incident: SimulatedIncident) -> dict[str, Any]:
    """The incident as an EIDO 1.0, in the smallest form that its schema allows."""
    now = datetime.now(UTC).isoformat()
    prologue = {"lastUpdateTimeStamp": now, "updatedByAgencyReference": {"$ref": AGENCY}}
    about = {
        "$id": f"{incident.number}-incident",
        **prologue,
        "incidentTypeCommonRegistryText": incident.type,
        "internalIncidentId": incident.number,
    }
    if incident.text:
        about["incidentTypeInternalText"] = incident.text
    if incident.status:
        about["incidentStatusCommonRegistryText"] = [incident.status]
    document: dict[str, Any] = {
        "$id": f"urn:emergency:uid:incidentid:{incident.number}:cad.{AGENCY}",
        **prologue,
        "eidoVersion": "1.0",
        "issuingElementIdentification": f"cad.{AGENCY}",
        "incidentComponent": about,
        "agencyComponent": [
            {
                "$id": AGENCY,
                **prologue,
                "agencyRoleDescriptionRegistryText": ["Dispatching"],
                "agencyType": ["police"],
            }
        ],
    }
    if incident.units:
        document["emergencyResourceComponent"] = _resources(incident.number, incident.units, now)
    if incident.plates:
        document["vehicleComponent"] = [
            {
                "$id": f"{incident.number}-vehicle-{number}",
                **prologue,
                "vehicleRelationshipType": ["Involved"],
                "vehicleRelationshipTimeStamp": now,
                "ncVehicleComponent": {
                    "ncConveyanceRegistrationPlateIdentification": [{"ncIdentificationID": plate}]
                },
            }
            for number, plate in enumerate(incident.plates, 1)
        ]
    if incident.place:
        place = {"locationTypeDescriptionRegistryText": "Incident", "locationDescriptionText": incident.place}
        document["locationComponent"] = [{"$id": f"{incident.number}-place", **prologue, **place}]
    if incident.since:
        call = {
            "callStateRegistryText": "callAnswered",
            "standardPrimaryCallType": "emergency",
            "direction": "incoming",
            "callStartTimestamp": incident.since,
        }
        document["callComponent"] = [{"$id": f"{incident.number}-call", **prologue, **call}]
    return document
