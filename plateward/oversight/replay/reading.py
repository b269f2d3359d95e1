"""The four files of a history, which the detectors go through. The tables are held in memory; events are read as they
are needed."""

import csv
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from pathlib import Path
from typing import IO

from plateward.oversight.detectors.cad_book import CadBook, bare
from plateward.oversight.detectors.every import find_all
from plateward.oversight.detectors.history import History
from plateward.oversight.detectors.records import Account, CadRecord, EventKind, LogEvent, Pattern, Shift
from plateward.oversight.detectors.roster import Roster
from plateward.oversight.replay.fields import LONGEST, HistoryRow, Line, NotAHistory

KINDS = frozenset(EventKind)
MAX_ROWS = 5_000_000  # lines of a file
MAX_LINE = 16 * LONGEST  # characters


@dataclass(frozen=True)
class HistoryFiles:
    """A history's tables, and where its events are. `notes` counts what had to be assumed or left out so far;
    `spellings`: how the events write each plate that is compared."""

    people: dict[str, Account]
    shifts: list[Shift]
    cad: list[CadRecord]
    events_file: Path
    notes: Counter[str]
    spellings: dict[str, str] = field(default_factory=dict)

    @cached_property
    def _ids(self) -> dict[str, str]:
        return _ids_by_name(self.people)

    def events(self) -> Iterator[LogEvent]:
        """The events, in the order of the file, but for those of an unknown kind. Raises NotAHistory at a line that is
        none."""
        latest = None
        with _open(self.events_file) as lines:
            for line, text in _lines(self.events_file, lines):
                if text.strip() and (row := _event_row(line, text, self.notes)):
                    event = _event(row, self._ids)
                    if self.people and event.person not in self.people:
                        self.notes[f"{line.file}: events of accounts that people.csv does not list"] += 1
                    if event.plate:
                        self.spellings.setdefault(event.plate, row.text("plate"))
                    if latest and event.at < latest:
                        self.notes[f"{line.file}: events before an earlier line's, taken as they stand"] += 1
                    else:
                        latest = event.at
                    yield event


def read_history(folder: Path) -> HistoryFiles:
    """The history of this folder. Raises NotAHistory, which names file and line."""
    notes: Counter[str] = Counter()
    people: dict[str, Account] = {}
    for person in map(_person, _rows(folder / "people.csv", ("id",), notes)):
        if earlier := people.get(person.id):  # whose plates are theirs all the same
            notes["people.csv: people listed again, the later line taken, the plates of all"] += 1
            person = replace(  # noqa: PLW2901
                person,
                own_plates=person.own_plates | earlier.own_plates,
                family_plates=person.family_plates | earlier.family_plates,
            )
        people[person.id] = person
    ids = _ids_by_name(people)
    people = {key: replace(person, supervisor=_id(person.supervisor, ids)) for key, person in people.items()}
    shifts = list(
        map(partial(_shift, ids=ids), _rows(folder / "shifts.csv", ("person", "start", "end"), notes))
    )
    cad = list(map(_cad_record, _rows(folder / "cad.csv", ("number", "opened_at"), notes)))
    events = folder / "events.jsonl"
    with _open(events):
        return HistoryFiles(people, shifts, cad, events, notes)


def _open(file: Path) -> IO[str]:
    try:
        return file.open(encoding="utf-8-sig", newline="")
    except OSError as failed:
        raise NotAHistory(f"{file} cannot be read: {failed.strerror}.") from failed


def _lines(file: Path, lines: IO[str]) -> Iterator[tuple[Line, str]]:
    number = 0
    try:
        while text := lines.readline(MAX_LINE + 1):
            number += 1
            if len(text) > MAX_LINE:
                raise Line(file.name, number).wrong(f"it has more than {MAX_LINE:,} characters.")
            if number > MAX_ROWS:
                raise NotAHistory(f"{file.name} has more than {MAX_ROWS:,} lines. Split it.")
            yield Line(file.name, number), text
    except UnicodeDecodeError:
        raise Line(file.name, number + 1).wrong("this or a line soon after it is not UTF-8 text.") from None


def _rows(file: Path, columns: tuple[str, ...], notes: Counter[str]) -> Iterator[HistoryRow]:
    """The rows of a CSV file, which must have these columns."""
    with _open(file) as lines:
        reader = csv.reader((text for _, text in _lines(file, lines)), strict=True)
        try:
            header = [name.strip().lower() for name in next(reader, [])]
            if missing := [name for name in columns if name not in header]:
                raise Line(file.name, 1).wrong(f"it must name the column “{missing[0]}”.")
            if twice := [name for name, number in Counter(header).items() if name and number > 1]:
                raise Line(file.name, 1).wrong(f"it names the column “{twice[0][:40]}” twice.")
            for cells in reader:
                line = Line(file.name, reader.line_num)
                if not any(map(str.strip, cells)):
                    continue
                if len(cells) > len(header):
                    raise line.wrong(f"it has {len(cells)} cells for {len(header)} columns.")
                yield HistoryRow(line, dict(zip(header, cells, strict=False)), notes)
        except csv.Error as broken:
            raise Line(file.name, reader.line_num).wrong(f"it is not CSV: {broken}.") from None


def _person(row: HistoryRow) -> Account:
    return Account(
        row.required("id"),
        row.text("name"),
        row.text("role"),
        row.text("unit"),
        row.text("supervisor"),
        row.plates("own_plates"),
        row.plates("family_plates"),
    )


def _ids_by_name(people: Mapping[str, Account]) -> dict[str, str]:
    """Ids by name, where just one person has it and it is no id itself."""
    named = Counter(person.name.casefold() for person in people.values() if person.name)
    ids = {key.casefold() for key in people}
    return {
        person.name.casefold(): person.id
        for person in people.values()
        if named[person.name.casefold()] == 1 and person.name.casefold() not in ids
    }


def _id(person: str, ids: Mapping[str, str]) -> str:
    """The id of a person who is given by it or by name."""
    return ids.get(person.casefold(), person)


def _shift(row: HistoryRow, ids: Mapping[str, str]) -> Shift:
    shift = Shift(_id(row.required("person"), ids), row.moment("start"), row.moment("end"))
    if shift.end < shift.start:
        raise row.line.wrong("the shift ends before it starts.")
    return shift


def _cad_record(row: HistoryRow) -> CadRecord:
    number = row.required("number")
    if not bare(number):
        raise row.line.wrong(f"“{number[:40]}” is no CAD number: it has neither letters nor digits.")
    closed_at = row.moment("closed_at") if row.text("closed_at") else None
    return CadRecord(
        number, row.moment("opened_at"), closed_at, row.text("unit"), row.text("kind"), row.plates("plates")
    )


def _event_row(line: Line, text: str, notes: Counter[str]) -> HistoryRow | None:
    """The values of an event; None if its kind is unknown."""
    try:
        values = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as broken:
        raise line.wrong(f"it is not JSON: {broken}.") from None
    except ValueError:  # Python reads no whole number of more than 4,300 digits
        raise line.wrong("it has a number of thousands of digits.") from None
    if not isinstance(values, dict):
        raise line.wrong("it is not a JSON object.")
    row = HistoryRow(line, values, notes)
    if row.required("kind").casefold() not in KINDS:
        notes[f"{line.file}: events of an unknown kind, left out"] += 1
        return None
    return row


def _event(row: HistoryRow, ids: Mapping[str, str]) -> LogEvent:
    return LogEvent(
        row.moment("at"),
        _id(row.required("person"), ids),
        EventKind(row.text("kind").casefold()),
        row.plate("plate"),
        row.text("purpose"),
        row.text("reason"),
        row.text("case"),
        row.text("address"),
        row.text("device"),
        row.number("results"),
        row.truth("action_later"),
        row.joined("to"),
        row.text("what"),
    )


def replay(files: HistoryFiles, progress: Callable[[str], None] = lambda _: None) -> list[Pattern]:
    """The findings of a history, in the order in which they were first told. Raises NotAHistory at a bad line."""

    def events() -> Iterator[LogEvent]:
        day = ""
        for event in files.events():
            if day != (day := f"{event.at:%Y-%m-%d}"):
                progress(day)
            yield event

    return find_all(History(events(), files.people, Roster(files.shifts), CadBook(files.cad)), beat=progress)
