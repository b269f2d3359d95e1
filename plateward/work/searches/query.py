"""What a person asks for, as it is kept with the search. Pure; `scope` turns it into questions to the read store."""

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from plateward.ground.matching.partial import normalize_partial
from plateward.ground.matching.written import why_no_plate

SETS = ("states", "cameras", "units", "deployments", "kinds", "colors", "makes")


@dataclass(frozen=True)
class SearchQuery:
    """All parts hold together, and an empty part is left open. `plates` as matching.partial.normalize_partial writes
    them; `match` a reads.queries.PlateMatch for whole plates; `area` its JSON (see `reads.areas`), or "". Times in
    UTC, `until` not included."""

    since: datetime
    until: datetime
    plates: tuple[str, ...] = ()
    match: str = "exact"
    states: tuple[str, ...] = ()
    area: str = ""
    cameras: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    deployments: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    colors: tuple[str, ...] = ()
    makes: tuple[str, ...] = ()
    hits_only: bool = False

    @property
    def starts_from_place(self) -> bool:
        """Whether it names no plate, and so looks at everybody who passed."""
        return not self.plates


def written(plate: str) -> str:
    """The plate as queries write it; what is no plate stays as it is, for the rules to judge."""
    return plate.strip() if why_no_plate(plate.strip(), whole=False) else normalize_partial(plate)


def write_query(query: SearchQuery) -> str:
    """The query as JSON, the same text for the same query."""
    values: dict[str, Any] = asdict(query)
    for name in ("since", "until"):
        values[name] = values[name].astimezone(UTC).isoformat()
    return json.dumps(values, sort_keys=True)


def read_query(text: str) -> SearchQuery:
    """The query that was written so."""
    values = json.loads(text)
    for name in ("since", "until"):
        values[name] = datetime.fromisoformat(values[name])
    for name in ("plates", *SETS):
        values[name] = tuple(values[name])
    return SearchQuery(**values)
