"""SB 40's yearly report as a file: one report as JSON, or those of any agencies as CSV. Pure; needs no Django."""

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import msgspec

from plateward.core.pages.csv_import import (
    CsvColumns,
    LineError,
    NotACsvFile,
    RejectedLine,
    decode_text,
    parse_csv,
)
from plateward.ground.policy.trace import enforces
from plateward.oversight.transparency.counting import FIGURES

FORMAT: Final = "plateward.transparency.year.v1"
COLUMNS = CsvColumns(
    required=("agency", "ori", "year", "figure", "value"),
    optional=(),
    max_bytes=1024 * 1024,
    max_rows=20_000,
    longest={"agency": 100},
)
ORI = re.compile(r"[A-Z]{2}[A-Z0-9]{5,7}", re.ASCII)
YEARS, MOST = range(2020, 2101), 10**12


class YearDocument(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The JSON. `log`: how many entries the log had that was counted, and its root; of our own reports alone."""

    format: Literal["plateward.transparency.year.v1"]
    agency: str
    ori: str
    year: int
    time_zone: str
    figures: dict[str, int]
    log: dict[str, int | str] = {}


@dataclass(frozen=True)
class AgencyYear:
    """What one agency reports of one year."""

    agency: str
    ori: str
    year: int
    figures: Mapping[str, int]


@dataclass(frozen=True)
class ReadReports:
    """What a file has, and what of it cannot be used."""

    reports: Sequence[AgencyYear]
    rejected: Sequence[RejectedLine]


def year_json(document: YearDocument) -> bytes:
    text = json.dumps(msgspec.to_builtins(document), ensure_ascii=False, indent=1)
    return f"{text}\n".encode()


def year_csv(reports: Iterable[AgencyYear]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS.required)
    for one in reports:
        for name, value in one.figures.items():
            writer.writerow((one.agency, one.ori, one.year, name, value))
    return text.getvalue().encode()


def parse_year(content: bytes) -> YearDocument:
    """A report as JSON. Raises NotACsvFile, which says what is wrong."""
    try:
        return msgspec.json.decode(decode_text(content, COLUMNS.max_bytes), type=YearDocument)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise NotACsvFile(
            f"The file is no yearly report in JSON ({FORMAT}): {error}. Nothing was loaded."
        ) from error


@enforces("SB40.report/state")
def read_reports(content: bytes) -> ReadReports:
    """The reports of a file, JSON or CSV. Raises NotACsvFile if it is neither."""
    if decode_text(content, COLUMNS.max_bytes).lstrip().startswith("{"):
        one = parse_year(content)
        rows = [_checked(one.agency, one.ori, one.year, name, value) for name, value in one.figures.items()]
        return ReadReports(_joined([*rows]), ()) if rows else ReadReports((), ())
    parsed = parse_csv(content, COLUMNS, _parse_line)
    seen: dict[tuple[str, int, str], int] = {}
    kept, rejected = [], list(parsed.rejections)
    for line, row in parsed.rows:
        key = (row[1], row[2], row[3])
        if key in seen:
            text = ",".join(map(str, row))
            rejected.append(RejectedLine.of(line, text, f"line {seen[key]} has this figure already"))
            continue
        seen[key] = line
        kept.append(row)
    return ReadReports(_joined(kept), sorted(rejected))


Row = tuple[str, str, int, str, int]


def _parse_line(number: int, fields: dict[str, str]) -> tuple[int, Row]:
    for name in ("year", "value"):
        if not (fields[name].isascii() and fields[name].isdigit()):
            raise LineError(f"its {name} “{fields[name]}” is no whole number")
    try:
        given = int(fields["year"]), int(fields["value"])
        return number, _checked(fields["agency"], fields["ori"], given[0], fields["figure"], given[1])
    except NotACsvFile as error:
        raise LineError(str(error)) from error


def _checked(agency: str, ori: str, year: int, figure: str, value: int) -> Row:
    """Raises NotACsvFile."""
    if not agency.strip() or len(agency) > 100 or not agency.isprintable():
        raise NotACsvFile("The agency has no name, or one that cannot be shown in 100 characters.")
    if not ORI.fullmatch(ori):
        raise NotACsvFile(f"“{ori[:20]}” is no ORI: two letters of the state, then 5 to 7 letters or digits.")
    if year not in YEARS:
        raise NotACsvFile(f"{year} is no year of a report.")
    if figure not in FIGURES:
        raise NotACsvFile(f"“{figure[:40]}” is no figure of the report. Its figures: {', '.join(FIGURES)}.")
    if not 0 <= value < MOST:
        raise NotACsvFile(f"{figure} is {value}: a count is a whole number from 0.")
    return agency.strip(), ori, year, figure, value


def _joined(rows: Iterable[Row]) -> list[AgencyYear]:
    """The rows of an agency and year as one report, in the figures' order."""
    found: dict[tuple[str, int], tuple[str, dict[str, int]]] = {}
    for agency, ori, year, figure, value in rows:
        found.setdefault((ori, year), (agency, {}))[1][figure] = value
    return [
        AgencyYear(agency, ori, year, {name: figures[name] for name in FIGURES if name in figures})
        for (ori, year), (agency, figures) in found.items()
    ]


def state_totals(reports: Iterable[Any]) -> dict[str, int]:
    """The sums of all agencies' reports of a year."""
    every = list(reports)
    return {name: sum(one.figures.get(name, 0) for one in every) for name in FIGURES}


def differences(said: Mapping[str, Any], counted: Mapping[str, Any], of: str) -> list[str]:
    """Each count that a file says otherwise than the log, in a sentence."""
    return [
        f"{of}, {name}: the file says {said.get(name, 'nothing')}, the log {counted.get(name, 'nothing')}"
        for name in dict.fromkeys([*counted, *said])
        if said.get(name) != counted.get(name)
    ]
