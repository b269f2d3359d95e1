"""SB 40's yearly report as a file: one report as JSON, or those of any agencies as CSV. Pure; needs no Django."""

import json
import re
from collections.abc import Iterable, Mapping
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
from plateward.core.pages.csv_text import csv_text
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


class YearReport(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One agency's report of a year, and the JSON of it. `log`: how many entries the log had that was counted, and its
    root; of our own reports alone."""

    agency: str
    ori: str
    year: int
    figures: dict[str, int]
    format: Literal["plateward.transparency.year.v1"] = FORMAT
    time_zone: str = ""
    log: dict[str, int | str] = {}


def year_json(report: YearReport) -> bytes:
    text = json.dumps(msgspec.to_builtins(report), ensure_ascii=False, indent=1)
    return f"{text}\n".encode()


def year_csv(reports: Iterable[Any]) -> bytes:
    """Those of any agencies."""
    rows = ((one.agency, one.ori, one.year, *figure) for one in reports for figure in one.figures.items())
    return csv_text([COLUMNS.required, *rows]).encode()


def parse_year(content: bytes) -> YearReport:
    """A report as JSON. Raises NotACsvFile, which says what is wrong."""
    try:
        return msgspec.json.decode(decode_text(content, COLUMNS.max_bytes), type=YearReport)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise NotACsvFile(
            f"The file is no yearly report in JSON ({FORMAT}): {error}. Nothing was loaded."
        ) from error


@enforces("SB40.report/state")
def read_reports(content: bytes) -> tuple[list[YearReport], list[RejectedLine]]:
    """The reports of a file, JSON or CSV, and the lines that cannot be used. Raises NotACsvFile if it is neither."""
    if decode_text(content, COLUMNS.max_bytes).lstrip().startswith("{"):
        one = parse_year(content)
        if problem := _problem_of(one):
            raise NotACsvFile(problem)
        return [one], []
    parsed = parse_csv(content, COLUMNS, _parse_line)
    rejected, found = list(parsed.rejections), dict[tuple[str, int], YearReport]()
    for line, one in parsed.rows:
        whole = found.setdefault((one.ori, one.year), one)
        [(name, value)] = one.figures.items()
        if whole is one or name not in whole.figures:
            whole.figures[name] = value
            continue
        text = f"{one.agency},{one.ori},{one.year},{name},{value}"
        rejected.append(RejectedLine.of(line, text, "an earlier line has this figure already"))
    return list(found.values()), sorted(rejected)


def _parse_line(number: int, fields: dict[str, str]) -> tuple[int, YearReport]:
    """A report of one figure."""
    for name in ("year", "value"):
        if not (fields[name].isascii() and fields[name].isdigit()):
            raise LineError(f"its {name} “{fields[name]}” is no whole number")
    figures = {fields["figure"]: int(fields["value"])}
    one = YearReport(fields["agency"], fields["ori"], int(fields["year"]), figures)
    if problem := _problem_of(one):
        raise LineError(problem)
    return number, one


def _problem_of(report: YearReport) -> str:
    """Why it cannot be used; empty: it can."""
    agency, figures = report.agency, report.figures
    if not agency.strip() or len(agency) > 100 or not agency.isprintable():
        return "The agency has no name, or one that cannot be shown in 100 characters."
    if not ORI.fullmatch(report.ori):
        return f"“{report.ori[:20]}” is no ORI: two letters of the state, then 5 to 7 letters or digits."
    if report.year not in YEARS:
        return f"{report.year} is no year of a report."
    if unknown := next((name for name in figures if name not in FIGURES), ""):
        return f"“{unknown[:40]}” is no figure of the report. Its figures: {', '.join(FIGURES)}."
    if wrong := next((name for name, value in figures.items() if not 0 <= value < MOST), ""):
        return f"{wrong} is {figures[wrong]}: a count is a whole number from 0."
    return "" if figures else "The report has no figures."


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
