"""Vehicles as a CSV file. Pure: bytes and what is known already in, rows and rejections out."""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import NamedTuple

from plateward.hotlists.protected.models import Vehicle
from plateward.hotlists.states import STATES
from plateward.matching.normalize import zeroed
from plateward.matching.written import why_no_plate
from plateward.pages.tables import Columns, Rejection, RowError, lines
from plateward.policy.trace import enforces

MAX_BYTES = 2 * 1024 * 1024
COLUMNS = Columns(
    required=("plate", "state", "kind"),
    optional=("person", "unit"),
    max_bytes=MAX_BYTES,
    max_rows=10_000,
)
Key = tuple[str, str, str]  # zeroed plate, state, username or ""


class Row(NamedTuple):
    """One vehicle that can be taken. `line` is the line in the file, from 1."""

    line: int
    plate: str
    state: str
    kind: str
    person: str
    unit: str


@dataclass(frozen=True)
class Known:
    """What stands already: the vehicles in force, whoever has an account, and the units by their names."""

    vehicles: Set[Key]
    people: Mapping[str, int]
    units: Mapping[str, int]


@dataclass(frozen=True)
class Parsed:
    """A whole file."""

    rows: tuple[Row, ...]
    rejections: tuple[Rejection, ...]


@enforces("6.a.ii.3")
def parse(content: bytes, known: Known) -> Parsed:
    """Read a file. Raises NotATable where it cannot be read as a whole; what is wrong with one line is a Rejection."""
    rows: list[Row] = []
    rejections: list[Rejection] = []
    above: dict[Key, int] = {}
    for line in lines(content, COLUMNS):
        try:
            rows.append(_row(line.number, line.fields(), known, above))
        except RowError as error:
            rejections.append(line.rejected(error))
    return Parsed(tuple(rows), tuple(rejections))


def _row(line: int, given: dict[str, str], known: Known, above: dict[Key, int]) -> Row:
    state, kind = given["state"].upper(), given["kind"].lower()
    person, unit = given["person"].lower(), given["unit"]
    if why := why_no_plate(given["plate"]):
        raise RowError(f"{why[0].lower()}{why[1:].rstrip('.')}")
    plate = given["plate"].upper()
    if state not in STATES:
        raise RowError(f"“{state[:10]}” is not a state's two letters" if state else "it has no state")
    if kind not in Vehicle.Kind.values:
        raise RowError(f"“{kind}” is no kind: write {' or '.join(Vehicle.Kind.values)}")
    if person and person not in known.people:
        raise RowError(f"nobody has the account {person}")
    if unit and unit not in known.units:
        raise RowError(f"there is no unit {unit}")
    key = (zeroed(plate), state, person)
    if key in known.vehicles:
        raise RowError("this vehicle stands in the register already")
    if (before := above.setdefault(key, line)) != line:
        raise RowError(f"this vehicle stands on line {before} already")
    return Row(line, plate, state, kind, person, unit)
