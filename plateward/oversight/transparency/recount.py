"""An outsider's recount: the published files against the log's proven entries, and a yearly report against an exported
log. Needs no hub and no Django."""

import csv
import io
import re
from calendar import monthrange
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from plateward.core.audit.events import Event
from plateward.core.audit.export_entries import ENTRY_AT, NotProven
from plateward.core.audit.leaf import Leaf
from plateward.core.audit.proven import MAX_BYTES, ProvenEntries, verify_entries
from plateward.ground.policy.trace import enforces
from plateward.oversight.transparency.counting import COUNTED, Span, Tally, count_line
from plateward.oversight.transparency.document import FORMAT, HEADER, document_of, read_count, values_of
from plateward.oversight.transparency.rules import WITHHELD
from plateward.oversight.transparency.year_file import differences

EVENT = re.compile(rb'"event":"(?:' + b"|".join(re.escape(event.encode()) for event in COUNTED) + rb')"')
PROGRESS_EVERY = 50_000  # lines


class Recounted(msgspec.Struct, frozen=True):
    """What the proofs prove, and each count of the files that they contradict."""

    proven: ProvenEntries
    values: int
    wrong: list[str]


def read_bounded(path: Path) -> bytes:
    """Raises NotProven."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise NotProven(f"{path} cannot be read: {error.strerror}.") from error
    if len(content) > MAX_BYTES:
        raise NotProven(f"{path} is larger than {MAX_BYTES // 1024 // 1024} MiB.")
    return content


@enforces("6.b.i.3/published", "SB40.report/yearly")
def recount(files: dict[str, bytes], key: str | None = None) -> Recounted:
    """Compare published files, by name, with the proofs among them. Raises NotProven."""
    read = {name: _read(name, content) for name, content in files.items()}
    proofs = [name for name, document in read.items() if document is None]
    if len(proofs) != 1:
        raise NotProven("give the file of proofs once, and with it the JSON or the CSV.")
    proven = verify_entries(files[proofs[0]], key)
    for entry in proven.entries:
        if entry.event != Event.COUNTS_RECORD or entry.actor_kind != "system" or entry.outcome != "done":
            raise NotProven(f"entry {entry.sequence} is not one of counts.")
    counted, wrong = _counts(proven.entries), []
    for name, said in read.items():
        if said is not None:
            wrong += _compare(name, said, counted)
    return Recounted(proven, len(counted), [*wrong, *_sums(counted)])


Counts = dict[tuple[str, str], int | str]


def _counts(entries: tuple[Leaf, ...]) -> Counts:
    try:
        document = document_of(entries, {})
    except (ValueError, KeyError, StopIteration) as error:
        raise NotProven(f"an entry of counts is not written as the hub writes it: {error}.") from error
    return {(period, figure): value for period, figure, value in values_of(document)}


def _read(name: str, content: bytes) -> Counts | None:
    """What a file says; None if it is the proofs. Raises NotProven."""
    try:
        if content.lstrip()[:1] == b"{":
            document = msgspec.json.decode(content)
            if document.get("format") != FORMAT:
                return None
            return {(str(period), str(figure)): value for period, figure, value in values_of(document)}
        header, *rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
        if tuple(header) != HEADER:
            raise ValueError("its first line is not that of the table")
        return {(period, figure): read_count(value) for period, figure, value in rows}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, csv.Error) as error:
        raise NotProven(f"{name} is not a published file: {error}.") from error


def _compare(name: str, said: Counts, counted: Counts) -> list[str]:
    periods = dict.fromkeys(period for period, _ in [*counted, *said])
    return [
        line
        for period in periods
        for line in differences(
            {figure: value for (at, figure), value in said.items() if at == period},
            {figure: value for (at, figure), value in counted.items() if at == period},
            f"{name}: {period}",
        )
    ]


def _sums(counted: Counts) -> list[str]:
    """A month's searches by purpose, and by offense, are together those of its days, if all are there."""
    wrong = []
    for (month, figure), rest in counted.items():
        table = figure.removesuffix(f".{WITHHELD}")
        if table == figure or not table.startswith("searches.") or not isinstance(rest, int):
            continue
        by_day = [
            value for (at, name), value in counted.items() if at[:7] == month and name == "searches.made"
        ]
        rows = sum(
            value
            for (at, name), value in counted.items()
            if at == month and name.startswith(f"{table}.") and isinstance(value, int)
        )
        if len(by_day) == _days_in(month) and rows != sum(map(int, by_day)):
            wrong.append(f"{month}, {table}: its rows are {rows}, its days' searches {sum(map(int, by_day))}")
    return wrong


def _days_in(month: str) -> int:
    year, number = map(int, month.split("-"))
    return monthrange(year, number)[1]


@enforces("SB40.report/yearly")
def count_export(path: Path, year: int, zone: ZoneInfo, progress: Callable[[int], Any]) -> Tally:
    """Count a year of an exported log, line by line. Prove the log first (`verify_log`). `progress`: bytes read."""
    tally, span, read = Tally(), Span.of_year(year, zone), 0
    with path.open("rb") as file:
        for number, line in enumerate(file):
            read += len(line)
            if number % PROGRESS_EVERY == 0:
                progress(read)
            if line.startswith(b'{"leaf"') and EVENT.search(line):
                count_line(tally, line.rstrip(b"\n")[ENTRY_AT:-1], span)
    return tally
