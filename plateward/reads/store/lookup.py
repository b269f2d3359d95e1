"""Where a search enters a day's index: the values are known at once, or the day's dictionary has them. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from plateward.reads.cell import cells_of
from plateward.reads.queries import ReadQuery
from plateward.reads.store.breadth import MOST_CELLS, Driver
from plateward.reads.store.plate_search import Probe, plate_test, probes, readings
from plateward.reads.store.selection import EVERYTHING, Condition, Row, within

Values = Sequence[str | int]


@dataclass(frozen=True)
class Lookup:
    """The index's `column` and the `values` that it is asked for. If these are None, the SELECT `dictionary` brings a
    day's, of which those count that `fit`."""

    column: str
    values: Values | None = None
    dictionary: Condition = EVERYTHING
    fit: Callable[[str], bool] = bool

    def values_in(self, rows: Sequence[Row]) -> Values:
        """The values from the dictionary's rows, sorted."""
        return sorted({value for (value,) in rows if self.fit(value)})


def lookup_of(query: ReadQuery, driver: Driver) -> Lookup:
    """Where a query with this driver enters."""
    if driver is Driver.PLATE and query.plate:
        plates = readings(query.plate)
        return Lookup("plate", plates, _plates(probes(query.plate)), plate_test(query.plate))
    if driver is Driver.CELL and query.area:
        return Lookup("cell", sorted(cells_of(query.area, MOST_CELLS) or ()))
    if query.cameras and not (query.readers or query.deployments):
        return Lookup("camera", sorted(query.cameras))
    return Lookup("camera", None, _cameras(query))


def _plates(parts: Sequence[Probe]) -> Condition:
    tails = [_tails(probe) for probe in parts]
    sql = " UNION ".join(f"SELECT plate FROM {{tail}} AND {tail.sql}" for tail in tails)  # noqa: S608
    return Condition(sql, tuple(value for tail in tails for value in tail.parameters))


def _tails(probe: Probe) -> Condition:
    if probe.whole:
        condition = within("tail", probe.texts)
    else:
        [text] = probe.texts
        beyond = text + "~"  # behind all letters and digits
        condition = Condition("tail >= %s AND tail < %s", (text, beyond))
    return condition & within("start", probe.starts) if probe.starts else condition


def _cameras(query: ReadQuery) -> Condition:
    condition = EVERYTHING
    for column, names in (
        ("camera", query.cameras),
        ("reader", query.readers),
        ("deployment", query.deployments),
    ):
        if names:
            condition &= within(column, sorted(names))
    return Condition(f"SELECT DISTINCT camera FROM {{source}} AND {condition.sql}", condition.parameters)  # noqa: S608
