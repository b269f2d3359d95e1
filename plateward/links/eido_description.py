"""Describes an EIDO's incident so that a person can recognize it: what kind, where, since when."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from plateward.policy.trace import enforces

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


@enforces("6.e.vii")
def describe_incident(
    incident: dict[str, Any], places: list[dict[str, Any]], calls: list[dict[str, Any]]
) -> IncidentDescription:
    """Never raises: leaves out what it cannot understand."""
    common = _one_line(incident.get("incidentTypeCommonRegistryText"))
    kinds = ("incidentTypeInternalText", "incidentTypeInternalCode")
    since = [at for item in calls if (at := _moment(item.get("callStartTimestamp")))]
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


def _moment(value: Any) -> datetime | None:
    try:
        at = datetime.fromisoformat(str(value))
        return at.astimezone(UTC) if at.tzinfo else None
    except (ValueError, OverflowError):
        return None
