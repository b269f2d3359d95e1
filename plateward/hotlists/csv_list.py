"""A hot list as a CSV file: `plate,state,reason,priority,expires`. Pure: bytes in, rows and rejections out."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, tzinfo

from plateward.errors import PlatewardError
from plateward.hotlists.reasons import PRIORITIES
from plateward.hotlists.states import STATES
from plateward.matching.normalise import normalise
from plateward.policy.trace import enforces

REQUIRED = ("plate", "state", "reason", "priority", "expires")
MAX_BYTES = 32 * 1024 * 1024
MAX_PLATE = 10  # as NCIC
LAST_YEAR = 2099  # a reader takes no later moment, wherever it is in UTC


class NotAList(PlatewardError):
    """The file as a whole cannot be read; nothing of it was taken."""


class RowError(ValueError):
    """One row cannot be taken; the sentence says why."""


@dataclass(frozen=True)
class Row:
    """One row that can be taken. `line` is its line in the file, from 1."""

    line: int
    plate: str
    state: str
    reason: str
    reason_text: str
    priority: str
    expires_at: datetime | None

    @property
    def key(self) -> tuple[str, str]:
        """What makes two rows the same entry: the bare plate and the state."""
        return normalise(self.plate), self.state

    @property
    def facts(self) -> tuple[str, str, str, datetime | None]:
        """What makes an entry changed."""
        return self.plate, self.reason, self.priority, self.expires_at


@dataclass(frozen=True)
class Rejection:
    """One row that cannot be taken, and why."""

    line: int
    row: str
    why: str


@dataclass(frozen=True)
class Parsed:
    """A whole file."""

    rows: tuple[Row, ...]
    rejections: tuple[Rejection, ...]


def parse(content: bytes, reasons: Mapping[str, str], now: datetime, zone: tzinfo) -> Parsed:
    """Read a CSV list. `reasons`: their words by key. A date without a time ends with that day in the zone of the
    agency.

    Raises NotAList for a file that is no such CSV as a whole; a bad row is a Rejection.
    """
    reader = csv.reader(io.StringIO(_text(content), newline=""), strict=True)
    rows: list[Row] = []
    rejections: list[Rejection] = []
    seen: dict[tuple[str, str], int] = {}
    try:
        header = [name.strip().lower() for name in next(reader, [])]
        if missing := [name for name in REQUIRED if name not in header]:
            raise NotAList(
                f"The first line must name the columns {', '.join(REQUIRED)}; missing: {', '.join(missing)}."
            )
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            line = reader.line_num
            try:
                row = _row(line, header, cells, reasons, now, zone)
                if row.key in seen:
                    raise RowError(f"this plate and state stand on line {seen[row.key]} already")
            except RowError as error:
                rejections.append(Rejection(line, ",".join(cells)[:120], str(error)))
                continue
            seen[row.key] = line
            rows.append(row)
    except csv.Error as broken:
        raise NotAList(f"Line {reader.line_num} is not CSV: {broken}. Nothing was taken.") from broken
    return Parsed(tuple(rows), tuple(rejections))


def _text(content: bytes) -> str:
    if len(content) > MAX_BYTES:
        raise NotAList(f"The file is larger than {MAX_BYTES // 1024 // 1024} MiB. Split it.")
    if not content.strip():
        raise NotAList("The file is empty.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as broken:
        raise NotAList(
            f"The file is not UTF-8 text (byte {broken.start}). Save it as CSV UTF-8 and load it again."
        ) from broken
    if "\0" in text:
        raise NotAList("The file holds zero bytes: it is not a text file.")
    return text


@enforces("5.f", "SB40.use")
def _row(
    line: int,
    header: list[str],
    cells: list[str],
    reasons: Mapping[str, str],
    now: datetime,
    zone: tzinfo,
) -> Row:
    if len(cells) != len(header):
        raise RowError(f"it has {len(cells)} fields where the first line names {len(header)}")
    field = {name: cell.strip() for name, cell in zip(header, cells, strict=True)}
    plate = field["plate"].upper()
    bare = normalise(plate)
    if not bare:
        raise RowError("it has no plate")
    if len(bare) > MAX_PLATE or len(plate) > 20 or not (plate.isascii() and plate.isprintable()):
        raise RowError(f"'{plate[:20]}' is not a plate: at most {MAX_PLATE} letters and digits")
    state = field["state"].upper()
    if state and state not in STATES:
        raise RowError(f"'{state[:10]}' is not a state's two letters")
    reason = field["reason"].lower().replace(" ", "_")
    if reason not in reasons:
        raise RowError(
            f"'{field['reason'][:40]}' is not a reason of OPR:50 5.f; one of: {', '.join(reasons)}"
        )
    priority = field["priority"].lower() or "normal"
    if priority not in PRIORITIES:
        raise RowError(f"'{priority[:20]}' is not a priority; one of: {', '.join(PRIORITIES)}")
    expires_at = _expiry(field["expires"], zone)
    if expires_at is not None and expires_at <= now:
        raise RowError(f"it expired on {field['expires']}")
    return Row(line, plate, state, reason, reasons[reason], priority, expires_at)


def _expiry(text: str, zone: tzinfo) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as bad:
        raise RowError(f"'{text[:30]}' is not a date like 2027-01-31") from bad
    if moment.year >= LAST_YEAR:
        raise RowError(
            f"'{text[:30]}' is not before {LAST_YEAR}; leave it empty for an entry that does not expire"
        )
    if len(text) == len("2027-01-31"):
        return datetime.combine(moment.date(), time.max, zone)
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)
