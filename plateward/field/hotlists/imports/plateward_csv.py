"""Plateward's own CSV: `plate,state,reason,priority,expires` and an entry's other columns. Pure."""

from collections.abc import Iterator
from datetime import date, datetime, time, tzinfo

from plateward.core.pages.csv_import import LineError, RejectedLine
from plateward.core.pages.marking import MARKING
from plateward.field.hotlists.imports.rows import FileLine, ImportRow, ImportTerms, NotAList, checked_row
from plateward.field.hotlists.imports.text import read_cells

REQUIRED = ("plate", "state", "reason", "priority", "expires")
MORE = ("plate_type", "plate_year", "vehicle", "nic", "ori", "number")  # named as in Entry
LISTED = "listed_on"
LAST_YEAR = 2099  # in any time zone, an earlier year is one that readers accept in UTC


class PlatewardCsv:
    """The first line names the columns, in any order; unknown ones are ignored. A date without a time ends
    with that day in the agency's zone. A list that was exported here has its marking before that line."""

    encoding = "utf-8"

    def read(self, lines: Iterator[FileLine], terms: ImportTerms) -> Iterator[ImportRow | RejectedLine]:
        """See FormatReader."""
        cell_lines = read_cells(lines, ",")
        first = next(cell_lines, None)
        if first and first.cells[:1] == [MARKING]:
            first = next(cell_lines, None)
        header = [name.strip().lower() for name in first.cells] if first else []
        if missing := [name for name in REQUIRED if name not in header]:
            raise NotAList(
                f"The first line must name the columns {', '.join(REQUIRED)}; missing: {', '.join(missing)}."
            )
        for line in cell_lines:
            try:
                yield _parse_row(line.number, header, line.cells, terms)
            except LineError as error:
                yield RejectedLine.of(line.number, line.text, f"{error}{line.runs_on}")


def _parse_row(line: int, header: list[str], cells: list[str], terms: ImportTerms) -> ImportRow:
    if len(cells) != len(header):
        raise LineError(f"it has {len(cells)} fields, but the first line names {len(header)}")
    field = {name: cell.strip() for name, cell in zip(header, cells, strict=True)}
    row = ImportRow(
        line=line,
        plate=field["plate"],
        state=field["state"],
        reason=field["reason"].lower().replace(" ", "_"),
        priority=field["priority"],
        expires_at=parse_expiry(field["expires"], terms.zone),
        listed_on=_parse_day(field.get(LISTED, "")),
        **{name: field.get(name, "") for name in MORE},
    )
    return checked_row(row, terms)


def parse_expiry(text: str, zone: tzinfo) -> datetime | None:
    """An entry's expiry from ISO 8601; None for an empty text. Raises LineError."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as bad:
        raise LineError(f"'{text[:30]}' is not a date like 2027-01-31") from bad
    return expiry_at(moment, len(text) == len("2027-01-31"), zone, text)


def expiry_at(moment: datetime, day: bool, zone: tzinfo, text: str) -> datetime:
    """A time that a reader accepts: the end of the day if only the day was given. Raises LineError."""
    if moment.year >= LAST_YEAR:
        raise LineError(
            f"'{text[:30]}' is not before {LAST_YEAR}; leave it blank if the entry does not expire"
        )
    if day:
        return datetime.combine(moment.date(), time.max, zone)
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def _parse_day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as bad:
        raise LineError(f"'{text[:30]}' is not a date like 2027-01-31") from bad
