"""A search asked anew with one change: the steps that may find more, and what the form holds then. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from plateward.ground.labeled import Labeled
from plateward.people import days
from plateward.work.searches.query import SearchQuery


class Change(Labeled):
    """What is other than in the search before; on a button."""

    LOOKALIKES = "lookalikes", "Add look-alikes (O/0, B/8)"
    NEAR = "near", "Add one character different"
    PARTIAL = "partial", "Search part of the plate"
    EARLIER = "earlier", "Add earlier days"
    PLACE = "place", "Change place or vehicle"


MATCHES = {Change.LOOKALIKES: "folded", Change.NEAR: "near"}


@dataclass(frozen=True)
class SearchToChange:
    """A search as it was asked. `ends`: it does not look until the moment of asking."""

    query: SearchQuery
    number: str
    ends: bool


def changes(query: SearchQuery, oldest: date | None) -> list[Change]:
    """What may find more than this search did. `oldest`: of the days that have reads."""
    whole = bool(query.plates) and not any(set("?*") & set(plate) for plate in query.plates)
    offered = {
        Change.LOOKALIKES: whole and query.match == "exact",
        Change.NEAR: whole and query.match in ("exact", "folded"),
        Change.PARTIAL: whole and len(query.plates) == 1,
        Change.EARLIER: oldest is not None and oldest < days.day_of(query.since),
        Change.PLACE: query.starts_from_place,
    }
    return [change for change in Change if offered[change]]


def filled(asked: SearchToChange, change: str) -> dict[str, Any]:
    """The form's fields for the same search in its case with this change."""
    query = asked.query
    plate = query.plates[0] if query.plates else ""
    return {
        "plate": f"{plate[: (len(plate) + 1) // 2]}*" if change == Change.PARTIAL else plate,
        "more_plates": "\n".join(query.plates[1:]),
        "match": next((match for name, match in MATCHES.items() if name == change), query.match),
        "case": asked.number,
        "number": asked.number,
        "state": query.states[0] if query.states else "",
        "since": _earlier(query) if change == Change.EARLIER else query.since,
        "until": query.until if asked.ends else None,
        "deployments": ", ".join(query.deployments),
        "makes": ", ".join(query.makes),
        **{
            name: getattr(query, name)
            for name in ("area", "cameras", "units", "kinds", "colors", "hits_only")
        },
    }


def _earlier(query: SearchQuery) -> datetime:
    """Whole days, so that it looks at twice the time."""
    return days.start_of(days.day_of(query.since - max(query.until - query.since, timedelta(days=1))))
