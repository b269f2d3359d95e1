"""Applies a described format: values by column or position, then steps, codes and dates. Pure."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from plateward.core.pages.csv_import import LineError, RejectedLine
from plateward.field.hotlists.imports.plateward_csv import expiry_at
from plateward.field.hotlists.imports.rows import FileLine, ImportRow, ImportTerms, NotAList, checked_row
from plateward.field.hotlists.imports.spec import (
    DATED,
    DATES,
    FIELDS,
    VEHICLE,
    FieldSpec,
    FormatSpec,
    StepError,
    parse_steps,
    take_characters,
)
from plateward.field.hotlists.imports.text import read_cells
from plateward.field.hotlists.reasons import why_barred
from plateward.ground.errors import ActError
from plateward.ground.policy.trace import enforces

_CONSTANT = re.compile(r'=\s*"([^"]*)"|=\s*(.*)')
_POSITIONS = re.compile(r"(\d{1,5})\s*(?:(-)\s*(\d{0,5}))?")
MOST_CODES = 200
ELSE, NOT_TAKEN = "*", "-"

ColumnNames = dict[str, int]
Getter = Callable[[Sequence[str]], str]  # takes a value from a line's cells; a fixed line is one cell


class FormatError(ActError):
    """The description cannot be used. `field`: that of the form where it is described, "" for the whole format."""


@dataclass(frozen=True)
class _FieldReader:
    """One field, ready to read values."""

    take: str
    then: tuple[Callable[[str], str], ...]
    codes: Mapping[str, str]
    dates: str

    def of(self, line: Sequence[str], get: Getter) -> str:
        """The value after its steps, or its code's meaning. Raises LineError."""
        value = get(line).strip()
        for step in self.then:
            value = step(value).strip()
        if not self.codes:
            return value
        meaning = self.codes.get(value.casefold(), self.codes.get(ELSE))
        if meaning is None:
            raise LineError(f"'{value[:40]}' is not in the format's codes")
        if meaning == NOT_TAKEN:
            raise LineError(f"the format skips lines with '{value[:40]}'")
        return meaning


class Mapper:
    """Reads files by a format's description. Raises FormatError if the description makes no sense."""

    def __init__(self, spec: FormatSpec) -> None:
        self.spec = spec
        self.encoding: str = spec.encoding
        for name in ("plate", "reason"):
            if name not in spec.fields:
                raise FormatError(f"Map the {name}: every entry needs one (OPR:50 5.f).", f"{name}_take")
        if spec.names > spec.skip:
            raise FormatError("The line with column names must be one of the header lines.")
        self._values = {name: _field_reader(name, field) for name, field in spec.fields.items()}
        if spec.layout == "fixed" or not spec.names:
            self._getters({})  # reports what can be checked before a file comes

    def read(self, lines: Iterator[FileLine], terms: ImportTerms) -> Iterator[ImportRow | RejectedLine]:
        """See FormatReader."""
        spec = self.spec
        split_lines = (
            _whole(lines)
            if spec.layout == "fixed"
            else (
                (line.number, line.cells, line.text, line.runs_on)
                for line in read_cells(lines, spec.delimiter, quoted=spec.quoted)
            )
        )
        getters = None if spec.names else self._getters({})
        for number, cut, text, doubt in split_lines:
            if number == spec.names:
                getters = self._getters({name.strip().casefold(): at for at, name in enumerate(cut)})
            if number <= spec.skip or (spec.leave and text.startswith(spec.leave)):
                continue
            if getters is None:
                raise NotAList(f"Line {spec.names} is blank, but the format says it has the column names.")
            try:
                yield self._row(number, cut, getters, terms)
            except LineError as error:
                yield RejectedLine.of(number, text, f"{error}{doubt}")

    def _row(
        self, number: int, line: Sequence[str], getters: Mapping[str, Getter], terms: ImportTerms
    ) -> ImportRow:
        values = {name: value.of(line, getters[name]) for name, value in self._values.items()}
        vehicle = " ".join(part for name in VEHICLE if (part := values.pop(name, "")))
        expires, listed = (self._date(name, values.pop(name, "")) for name in DATED)
        row = ImportRow(
            line=number,
            plate=values.pop("plate"),
            state=values.pop("state", ""),
            reason=_reason_key(values.pop("reason"), terms),
            vehicle=vehicle,
            expires_at=None
            if expires is None
            else expiry_at(expires, "%H" not in self._values["expires"].dates, terms.zone, str(expires)),
            listed_on=listed and date(listed.year, listed.month, listed.day),
            **values,  # the rest are texts, named as in ImportRow
        )
        return checked_row(row, terms)

    def _date(self, name: str, text: str) -> datetime | None:
        if not text:
            return None
        written = self._values[name].dates
        try:
            return datetime.strptime(text, written)
        except ValueError as bad:
            raise LineError(f"'{text[:30]}' is not a date like {DATES[written]}") from bad

    def _getters(self, names: ColumnNames) -> dict[str, Getter]:
        fixed = self.spec.layout == "fixed"
        return {name: _getter(name, value.take, fixed, names) for name, value in self._values.items()}


def _whole(lines: Iterator[FileLine]) -> Iterator[tuple[int, list[str], str, str]]:
    """Each line as one cell, except blank ones: number, cells, text, and what makes a rejected one doubtful."""
    for line in lines:
        if line.text and not line.text.isspace():
            doubt = "" if line.ended else "; no line's end follows it: is it cut short?"
            yield line.number, [line.text], line.text, doubt


def _reason_key(text: str, terms: ImportTerms) -> str:
    """The reason's key, from its key or its words."""
    key = text.lower().replace(" ", "_")
    if key in terms.reasons:
        return key
    return next((k for k, words in terms.reasons.items() if words.casefold() == text.casefold()), text)


def _field_reader(name: str, field: FieldSpec) -> _FieldReader:
    if name not in FIELDS:
        raise FormatError(f"'{name[:20]}' is not a field of an entry.")
    if name in DATED and field.dates not in DATES:
        raise FormatError(f"'{field.dates}' is not a known date format.", f"{name}_dates")
    try:
        return _FieldReader(
            field.take, tuple(parse_steps(field.then)), parse_codes(name, field.codes), field.dates
        )
    except StepError as error:
        raise FormatError(f"{FIELDS[name]}: {error}.", f"{name}_take") from error


@enforces("SB40.use/surveillance", "SB40.use/traffic")
def parse_codes(name: str, text: str) -> dict[str, str]:
    """What each code means, from lines such as `WP = wanted_person`. Raises StepError."""
    table: dict[str, str] = {}
    for line in text.splitlines():
        if not line.strip():
            continue
        code, sign, meaning = (part.strip() for part in line.rpartition("="))
        if not sign or not meaning:
            raise StepError(f"“{line.strip()[:40]}” is not a code; write file value = meaning")
        if name == "reason" and meaning != NOT_TAKEN and (objection := why_barred(code)):
            raise StepError(f"“{code[:40]}” is not allowed: {objection}")
        if code.casefold() in table:
            raise StepError(f"the code “{code[:40]}” is listed twice")
        table[code.casefold()] = meaning
    if len(table) > MOST_CODES:
        raise StepError(f"the limit is {MOST_CODES} codes")
    return table


def _getter(name: str, take: str, fixed: bool, names: ColumnNames) -> Getter:
    if match := _CONSTANT.fullmatch(take.strip()):
        constant = match[1] if match[1] is not None else match[2]
        return lambda _: constant
    if match := _POSITIONS.fullmatch(take.strip()):
        if fixed:
            try:
                cut = take_characters(int(match[1]), match[2] is not None, match[3])
            except StepError as error:
                raise FormatError(f"{FIELDS[name]}: {error}.", f"{name}_take") from error
            return lambda line: cut(line[0])
        if match[2] is None and int(match[1]) > 0:
            return _column_getter(int(match[1]) - 1)
    if not fixed and take.strip().casefold() in names:
        return _column_getter(names[take.strip().casefold()])
    if fixed:
        raise FormatError(
            f"{FIELDS[name]}: “{take[:40]}” is not a position. Write 28-37, counted from 1, or a constant such as =NM.",
            f"{name}_take",
        )
    if names:
        raise NotAList(
            f"The first lines have no column “{take[:40]}” ({FIELDS[name]}). They have: "
            f"{', '.join(n[:40] for n in list(names)[:20])}. Was a column renamed or moved?"
        )
    raise FormatError(
        f"{FIELDS[name]}: “{take[:40]}” is not a column. Write its number, counted from 1, or a constant such as "
        "=NM; names need a line with column names.",
        f"{name}_take",
    )


def _column_getter(at: int) -> Getter:
    def cell(line: Sequence[str]) -> str:
        if at >= len(line):
            raise LineError(f"it has {len(line)} columns, but column {at + 1} is needed")
        return line[at]

    return cell
