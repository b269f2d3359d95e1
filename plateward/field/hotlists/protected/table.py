"""Vehicles from a CSV file. Pure: bytes and known facts in, rows and rejections out."""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import NamedTuple

from plateward.core.pages.csv_import import CsvColumns, LineError, ParsedFile, parse_csv
from plateward.field.hotlists.protected.models import Vehicle
from plateward.field.hotlists.states import STATES
from plateward.ground.matching.normalize import zeroed
from plateward.ground.matching.written import why_no_plate

MAX_BYTES = 2 * 1024 * 1024
COLUMNS = CsvColumns(
    required=("plate", "state", "kind"), optional=("person", "unit"), max_bytes=MAX_BYTES, max_rows=10_000
)
VehicleKey = tuple[str, str, str]  # zeroed plate, state, username or ""


class VehicleRow(NamedTuple):
    """One accepted vehicle. `line` is its line in the file, from 1."""

    line: int
    plate: str
    state: str
    kind: str
    person: str
    unit: str


@dataclass(frozen=True)
class RegisterFacts:
    """Existing facts: the vehicles in force, people's accounts, and units by name."""

    vehicles: Set[VehicleKey]
    people: Mapping[str, int]
    units: Mapping[str, int]


def parse_vehicles(content: bytes, facts: RegisterFacts) -> ParsedFile[VehicleRow]:
    """Read a file. Raises NotACsvFile if the whole cannot be read; a faulty line becomes a RejectedLine."""
    above: dict[VehicleKey, int] = {}
    return parse_csv(content, COLUMNS, lambda line, fields: _parse_row(line, fields, facts, above))


def _parse_row(
    line: int, fields: dict[str, str], facts: RegisterFacts, above: dict[VehicleKey, int]
) -> VehicleRow:
    state, kind = fields["state"].upper(), fields["kind"].lower()
    person, unit = fields["person"].lower(), fields["unit"]
    if objection := why_no_plate(fields["plate"]):
        raise LineError(f"{objection[0].lower()}{objection[1:].rstrip('.')}")
    plate = fields["plate"].upper()
    if state not in STATES:
        raise LineError(f"“{state[:10]}” is not a state's two letters" if state else "it has no state")
    if kind not in Vehicle.Kind.values:
        raise LineError(f"“{kind}” is not a kind: write {' or '.join(Vehicle.Kind.values)}")
    if person and person not in facts.people:
        raise LineError(f"there is no account {person}")
    if unit and unit not in facts.units:
        raise LineError(f"there is no unit {unit}")
    key = (zeroed(plate), state, person)
    if key in facts.vehicles:
        raise LineError("this vehicle is already in the register")
    if (before := above.setdefault(key, line)) != line:
        raise LineError(f"this vehicle is already on line {before}")
    return VehicleRow(line, plate, state, kind, person, unit)
