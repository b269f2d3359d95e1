"""What an EIDO says of its incident for a person who is to know it again: of what kind, where, since when."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from plateward.policy.trace import enforces

LONG = 120  # characters of a kind or place
CIVIC = ("HNO", "PRD", "RD", "STS", "POD", "LOC", "A3", "A1")  # of a civic address, as it is spoken
PART = re.compile(r"<(?:\w+:)?(" + "|".join(CIVIC) + r")>([^<]{1,60})</")
POINT = re.compile(r"<(?:\w+:)?pos>\s*(-?\d{1,3}(?:\.\d{1,12})?)\s+(-?\d{1,3}(?:\.\d{1,12})?)\s*</")


@dataclass(frozen=True)
class IncidentDescription:
    """`kind` in CAD's own words, `common` the code of the registry. Empty or None: the document does not say it."""

    kind: str = ""
    common: str = ""
    place: str = ""
    since: datetime | None = None


NO_DESCRIPTION = IncidentDescription()


@enforces("6.e.vii")
def describe_incident(
    incident: dict[str, Any], places: list[dict[str, Any]], calls: list[dict[str, Any]]
) -> IncidentDescription:
    """Never raises: what cannot be understood is left out."""
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
    """As CAD describes it, else its address, else its point on the map."""
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
    """Printable, in one line."""
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
