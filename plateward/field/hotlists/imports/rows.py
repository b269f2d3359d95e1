"""One line of a list in any format: an ImportRow, or a RejectedLine with its reason. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from operator import attrgetter
from typing import Protocol

import msgspec

from plateward.core.pages.csv_import import LineError, RejectedLine
from plateward.field.hotlists.reasons import PRIORITIES
from plateward.field.hotlists.states import PROVINCES, STATES
from plateward.ground.clock import format_day
from plateward.ground.errors import ActError
from plateward.ground.matching.normalize import normalize
from plateward.ground.matching.partial import is_partial
from plateward.ground.matching.written import why_no_plate
from plateward.ground.policy.trace import enforces

MAX_ROWS = 2_000_000
STATE_CODES = STATES.keys() | PROVINCES.keys()
KEY_SEPARATOR = "\x1f"  # in no field: fields accept only printable characters


class NotAList(ActError):
    """The file as a whole cannot be read; nothing was imported."""

    field = "file"


# What a change of an entry may alter.
FACTS = (
    *("plate", "reason", "priority", "expires_at", "plate_type", "plate_year"),
    *("vehicle", "ori", "listed_on", "number"),
)
_facts = attrgetter(*FACTS)


# A struct, not a dataclass: a list has two million, stored encoded between preview and apply.
class ImportRow(msgspec.Struct, frozen=True, array_like=True, kw_only=True, gc=False):
    """One line. `line` is its number in the file, from 1; the rest are an Entry's fields."""

    line: int
    plate: str
    bare: str = ""
    state: str
    reason: str
    priority: str = ""
    expires_at: datetime | None = None
    plate_type: str = ""
    plate_year: str = ""
    vehicle: str = ""
    nic: str = ""
    ori: str = ""
    listed_on: date | None = None
    number: str = ""

    @property
    def key(self) -> str:
        """Two lines with the same key are the same entry: bare plate, state, and the source's own number."""
        return f"{self.bare}{KEY_SEPARATOR}{self.state}{KEY_SEPARATOR}{self.nic}"

    @property
    def facts(self) -> tuple[object, ...]:
        """An entry has changed if these differ; in the order of FACTS."""
        return _facts(self)


class ProtectedLine(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A line that names registered vehicles, given by their keys."""

    line: int
    plate: str
    state: str
    vehicles: list[int]


@dataclass(frozen=True)
class ImportTerms:
    """What a line is checked against: the reasons that a new entry may give (words by key), the time, the
    agency's zone, and the list's priority for lines without their own."""

    reasons: Mapping[str, str]
    now: datetime
    zone: tzinfo
    priority: str = "normal"


class FileLine(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A line of a file. `ended` is False for a last line without a line break."""

    number: int
    text: str
    ended: bool = True


class FormatReader(Protocol):
    """Reads one kind of file. `encoding` decodes its bytes."""

    encoding: str

    def read(self, lines: Iterator[FileLine], terms: ImportTerms) -> Iterator[ImportRow | RejectedLine]:
        """Each line as an ImportRow or RejectedLine, in order; raises NotAList for another kind of file."""


@enforces("5.f/reasons", "SB40.use/surveillance", "SB40.use/traffic")
def checked_row(row: ImportRow, terms: ImportTerms) -> ImportRow:
    """The only way into a list: checks every value as it came against the rules for entries. Raises LineError."""
    plate, state, reason = row.plate, row.state.upper(), row.reason
    if not plate.strip(" -."):
        raise LineError("it has no plate")
    wrong = why_no_plate(plate)
    if wrong and is_partial(plate) and not why_no_plate(plate, whole=False):
        raise LineError(f"'{plate}' is a partial plate; request partial plates one by one")
    if wrong:
        raise LineError(f"'{plate[:20]}' is not a plate: {wrong[0].lower()}{wrong[1:].rstrip('.')}")
    plate = plate.strip(" -.").upper()
    if state and state not in STATE_CODES:
        state = state.replace("0", "O")  # NCIC writes Ohio with a zero
        if state not in STATE_CODES:
            raise LineError(f"'{state[:10]}' is not a state's two letters")
    if reason not in terms.reasons:
        raise LineError(
            f"'{reason[:40]}' is not a reason of OPR:50 5.f; one of: {', '.join(terms.reasons)}"
            if reason
            else "it has no reason (OPR:50 5.f)"
        )
    priority = row.priority.lower() or terms.priority
    if priority not in PRIORITIES:
        raise LineError(f"'{priority[:20]}' is not a priority; one of: {', '.join(PRIORITIES)}")
    if row.expires_at is not None and row.expires_at <= terms.now:
        raise LineError(f"it expired on {format_day(row.expires_at.astimezone(terms.zone))}")
    for label, text, longest in (
        ("plate type", row.plate_type, 2),
        ("plate year", row.plate_year, 4),
        ("record number", row.nic, 20),
        ("agency (ORI)", row.ori, 9),
        ("case number", row.number, 40),
    ):
        if text and (len(text) > longest or not text.isprintable()):
            raise LineError(f"'{text[:20]}' is not a {label}: at most {longest} characters")
    if row.vehicle and not row.vehicle.isprintable():
        raise LineError("its vehicle has characters that cannot be shown")
    return msgspec.structs.replace(
        row, plate=plate, bare=normalize(plate), state=state, priority=priority, vehicle=row.vehicle[:120]
    )
