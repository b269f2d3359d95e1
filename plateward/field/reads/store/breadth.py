"""By which index a query is answered, where it enters that, by values known at once or by those that the dictionaries
of its days have; and what to change when none narrows it. Pure."""

from collections.abc import Iterator
from datetime import timedelta
from enum import StrEnum

from plateward.field.reads.cell import cells_of
from plateward.field.reads.queries import PlateMatch, PlateQuery, ReadQuery
from plateward.field.reads.store.plate_search import RUNS, Probe, folded_plate_pattern, plate_pattern, probes
from plateward.field.reads.store.selection import EVERYTHING, Condition, among, named_values, within
from plateward.ground.matching.normalize import fold

LEAST_RUN, LEAST_KNOWN = 2, 3  # characters of a partial plate, side by side or in all: fewer fit too many
MOST_CELLS = 5_000  # about 100 km by 100 km in New Mexico
MOST_CELL_DAYS = 60_000
MOST_SOURCE_DAYS = 20_000  # cameras, readers or deployments, by days
MOST_VALUES = 10_000  # that a query names: with as many cells or cameras, less than SQLite may have
SOURCES = ("camera", "reader", "deployment")
DAY = timedelta(days=1)


class Driver(StrEnum):
    """The index that a query starts from."""

    PLATE = "plate"
    CELL = "cell"
    CAMERA = "camera"


def driver_of(query: ReadQuery) -> Driver | None:
    """The index to start from, or None if none narrows the query."""
    if query.readers == frozenset():
        return Driver.CAMERA  # nobody's reads: none
    if _values(query) > MOST_VALUES:
        return None
    if query.plate and _narrows(query.plate):
        return Driver.PLATE
    days = _days(query)
    if (
        query.area
        and (cells := cells_of(query.area, MOST_CELLS)) is not None
        and len(cells) * days <= MOST_CELL_DAYS
    ):
        return Driver.CELL
    if (sources := _sources(query)) and min(len(names) for _, names in sources) * days <= MOST_SOURCE_DAYS:
        return Driver.CAMERA
    return None


def why_too_broad(query: ReadQuery) -> str:
    """Why this query would read everything and what to change, in a sentence or two; empty if it may run."""
    if driver_of(query) is not None:
        return ""
    if _values(query) > MOST_VALUES:
        return f"More than {MOST_VALUES:,} cameras, readers and other values. Choose fewer, or search without them."
    if query.area is not None:
        return "The area is too large for this many days. Draw a smaller one, or search a shorter time."
    if _sources(query):
        return "Too many cameras for this many days. Choose fewer, or search a shorter time."
    if query.plate is not None:
        return (
            f"Too little of the plate: at least {LEAST_RUN} known characters side by side, or {LEAST_KNOWN} in all. "
            "Enter more, or add a place or camera."
        )
    return "This would search every read. Enter a plate or partial plate, a place, or a camera."


def is_broad(plate: PlateQuery) -> bool:
    """Whether its known characters, side by side, are so few that a great part of the plates has them."""
    return plate.match is PlateMatch.PARTIAL and max(_runs(plate), default=0) <= LEAST_RUN


def _narrows(plate: PlateQuery) -> bool:
    runs = _runs(plate)
    return (
        plate.match is not PlateMatch.PARTIAL or max(runs, default=0) >= LEAST_RUN or sum(runs) >= LEAST_KNOWN
    )


def _runs(plate: PlateQuery) -> list[int]:
    return [len(run) for run in RUNS.findall(plate.text)]


def _values(query: ReadQuery) -> int:
    return sum(len(values) for _, values in named_values(query))


def _sources(query: ReadQuery) -> list[tuple[str, frozenset[str]]]:
    return [(column, names) for column, names in named_values(query) if names and column in SOURCES]


def _days(query: ReadQuery) -> int:
    return -(-(query.span.until - query.span.since) // DAY)


def entry_of(query: ReadQuery, driver: Driver) -> Condition:
    """What rows must hold in the index's column, and of the plate."""
    if driver is Driver.PLATE and query.plate:
        return _entry_of_plate(query.plate)
    if driver is Driver.CELL and query.area:
        return within("cell", sorted(cells_of(query.area, MOST_CELLS) or ()))
    if query.cameras and not (query.readers or query.deployments):
        return within("camera", sorted(query.cameras))
    return among("camera", _cameras(query))


def _entry_of_plate(plate: PlateQuery) -> Condition:
    match plate.match:
        case PlateMatch.FOLDED:
            return Condition("folded = %s", (fold(plate.text),))
        case PlateMatch.EXACT:
            return Condition("folded = %s", (fold(plate.text),)) & fitting(plate)
        case PlateMatch.NEAR:
            return among("folded", *_looked_up(plate))
    return among("folded", *_looked_up(plate)) & fitting(plate)


def fitting(plate: PlateQuery) -> Condition:
    """The plate as read fits. A value in a SELECT is not there yet when a question is planned: the server would try the
    expression on its samples of each day, and plan anew for each plate."""
    return Condition("plate ~ (SELECT %s)", (plate_pattern(plate),))


def _looked_up(plate: PlateQuery) -> Iterator[Condition]:
    fits = Condition("folded ~ (SELECT %s)", (folded_plate_pattern(plate),))
    for probe in probes(plate):
        part = _tails(probe) & fits
        yield Condition(f"SELECT DISTINCT folded FROM {{tail}} AND {part.sql}", part.parameters)  # noqa: S608


def _tails(probe: Probe) -> Condition:
    if probe.whole:
        condition = within("tail", probe.texts)
        if probe.first:
            condition &= _begins("folded", probe.first)
    else:
        [text] = probe.texts
        condition = _begins("tail", text)
    if len(probe.starts) == 1:  # the server tests it before the regular expression; a list, after
        return condition & Condition("start = %s", probe.starts)
    return condition & within("start", probe.starts) if probe.starts else condition


def _begins(column: str, text: str) -> Condition:
    beyond = text + "~"  # behind all letters and digits
    return Condition(f"{column} >= (SELECT %s) AND {column} < (SELECT %s)", (text, beyond))


def _cameras(query: ReadQuery) -> Condition:
    condition = EVERYTHING
    for column, names in _sources(query):
        condition &= within(column, sorted(names))
    return Condition(f"SELECT DISTINCT camera FROM {{source}} AND {condition.sql}", condition.parameters)  # noqa: S608
