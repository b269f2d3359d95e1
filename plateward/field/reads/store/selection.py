"""The parts of a query as SQL, the same for both databases, and as a test of rows. Pure."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from plateward.field.reads.areas import Area
from plateward.field.reads.queries import Order, PageKey, ReadQuery
from plateward.field.reads.store.rows import SUMMARY_COLUMNS, microseconds, moment_of

Row = tuple[Any, ...]  # in the order of SUMMARY_COLUMNS
AT, ID, PLATE = map(SUMMARY_COLUMNS.index, ("captured_at", "id", "plate"))
LAT, LON = map(SUMMARY_COLUMNS.index, ("lat", "lon"))
Stretch = tuple[str, int, int]  # a camera, from …, to before …, in microseconds
ORDER_BY = {
    Order.NEWEST: "captured_at DESC, id DESC",
    Order.OLDEST: "captured_at, id",
    Order.PLATE: "plate, captured_at DESC, id DESC",
}


@dataclass(frozen=True)
class Condition:
    """A part of SQL with %s for each of its parameters; one that is a list stands in `= ANY(%s)`."""

    sql: str
    parameters: tuple[Any, ...] = ()

    def __and__(self, other: "Condition") -> "Condition":
        return Condition(f"{self.sql} AND {other.sql}", self.parameters + other.parameters)


@dataclass(frozen=True)
class DayQuery:
    """A SELECT within one day. In `sql`, `{read}` and `{searched}` stand for its tables of reads and of what searches
    ask of these; `{summary}`, the same, `{tail}` and `{source}` for the table and WHERE with a first condition."""

    day: date
    sql: str
    parameters: tuple[Any, ...] = ()


EVERYTHING, NOTHING = Condition("1 = 1"), Condition("1 = 0")


def within(column: str, values: Iterable[Any]) -> Condition:
    """The column is one of these."""
    return Condition(f"{column} = ANY(%s)", (list(values),))


def among(column: str, *selects: Condition) -> Condition:
    """The column is one of what these bring."""
    sql = " UNION ".join(select.sql for select in selects)
    values = tuple(value for select in selects for value in select.parameters)
    return Condition(f"{column} {{among}}{sql}{{end}}", values)


def in_time(first: int, until: int) -> Condition:
    """From `first` to before `until`, in microseconds."""
    return Condition("captured_at >= %s AND captured_at < %s", (first, until))


def named_values(query: ReadQuery) -> tuple[tuple[str, frozenset[str]], ...]:
    """Each column and what it may hold; empty: anything."""
    return (
        ("state", query.states),
        ("camera", query.cameras),
        ("deployment", query.deployments),
        ("kind", query.kinds),
        ("color", query.colors),
        ("make", query.makes),
        ("reader", query.readers or frozenset()),
    )


def attributes(query: ReadQuery, *, camera: bool = True) -> Condition:
    """What the columns must hold; nothing of plate, time and area, nor, unless `camera`, of the camera."""
    if query.readers == frozenset():
        return NOTHING
    condition = EVERYTHING
    for column, values in named_values(query):
        if values and (camera or column != "camera"):
            condition &= within(column, sorted(values))
    return condition


def behind(order: Order, after: PageKey | None) -> Condition:
    """What comes later in this order than the row that has this key."""
    if after is None:
        return EVERYTHING
    moment = (microseconds(after.captured_at), after.id.bytes)
    if order is Order.OLDEST:
        return Condition("(captured_at, id) > (%s, %s)", moment)
    if order is Order.NEWEST:
        return Condition("(captured_at, id) < (%s, %s)", moment)
    return Condition(
        "(plate > %s OR plate = %s AND (captured_at, id) < (%s, %s))", (after.plate, after.plate, *moment)
    )


def area_test(area: Area | None) -> Callable[[Row], bool]:
    """What SQL does not decide: whether the area has the row's place."""
    if area is None:
        return lambda _: True
    return lambda row: row[LAT] is not None and area.contains(row[LAT], row[LON])


def plate_key(row: Row) -> tuple[str, int, int]:
    """Sorts rows as ORDER_BY does by PLATE."""
    return row[PLATE], -row[AT], -int.from_bytes(row[ID], "big")


def day_of(row: Sequence[Any]) -> date:
    """The UTC day of a row."""
    return datetime.fromtimestamp(row[AT] // 1_000_000, UTC).date()


def key_of(row: Sequence[Any]) -> PageKey:
    """The place of a row in any order."""
    return PageKey(moment_of(row[AT]), UUID(bytes=bytes(row[ID])), row[PLATE])
