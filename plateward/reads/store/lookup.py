"""Where a search enters a day's index: by values known at once, or by those that the day's dictionary has. Pure."""

from collections.abc import Iterator

from plateward.reads.cell import cells_of
from plateward.reads.queries import PlateQuery, ReadQuery
from plateward.reads.store.breadth import MOST_CELLS, Driver
from plateward.reads.store.plate_search import Probe, plate_pattern, probes, readings
from plateward.reads.store.selection import EVERYTHING, Condition, among, within


def entry_of(query: ReadQuery, driver: Driver) -> Condition:
    """What a day's rows must hold in the index's column."""
    if driver is Driver.PLATE and query.plate:
        plates = readings(query.plate)
        return among("plate", *_plates(query.plate)) if plates is None else within("plate", plates)
    if driver is Driver.CELL and query.area:
        return within("cell", sorted(cells_of(query.area, MOST_CELLS) or ()))
    if query.cameras and not (query.readers or query.deployments):
        return within("camera", sorted(query.cameras))
    return among("camera", _cameras(query))


def fitting(plate: PlateQuery) -> Condition:
    """The plate as read fits. A value in a SELECT is not there yet when a question is planned: the server would try the
    expression on its samples of each day, and plan anew for each plate."""
    return Condition("plate ~ (SELECT %s)", (plate_pattern(plate),))


def _plates(plate: PlateQuery) -> Iterator[Condition]:
    for probe in probes(plate):
        part = _tails(probe) & fitting(plate)
        yield Condition(f"SELECT plate FROM {{tail}} AND {part.sql}", part.parameters)  # noqa: S608


def _tails(probe: Probe) -> Condition:
    if probe.whole:
        condition = within("tail", probe.texts)
        if probe.first:
            condition &= _begins("plate", probe.first)
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
    for column, names in (
        ("camera", query.cameras),
        ("reader", query.readers),
        ("deployment", query.deployments),
    ):
        if names:
            condition &= within(column, sorted(names))
    return Condition(f"SELECT DISTINCT camera FROM {{source}} AND {condition.sql}", condition.parameters)  # noqa: S608
