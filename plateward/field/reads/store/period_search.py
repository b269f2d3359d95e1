"""A search on PostgreSQL: one statement over its whole period, of which the server does the order, the limit and the
regular expression; in order of time up to three, unless it names a whole plate: the rows of a place, a camera or many
plates are all looked up before the first is known."""

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any

from plateward.field.reads.queries import Order, PageKey, PlateMatch, ReadQuery
from plateward.field.reads.store.breadth import Driver, fitting, is_broad
from plateward.field.reads.store.partitions import rows_of
from plateward.field.reads.store.rows import day_bounds
from plateward.field.reads.store.searching import BATCH, COLUMNS, LARGEST_BATCH, Search, days_within
from plateward.field.reads.store.selection import (
    ORDER_BY,
    Condition,
    Row,
    attributes,
    behind,
    day_of,
    in_time,
    key_of,
)

if TYPE_CHECKING:
    from plateward.field.reads.store.postgres import PostgresStore

NEAREST = 10_000  # reads
PARTS = 1, 5  # days: where a search that is asked in parts is divided
FIRST = 50  # rows of a stream, before it asks for more
PLACES = re.compile(r"cell = ANY\(%s\)|%s|\{tail\}|\{source\}|\{among\}|\{end\}")
ENCLOSED = {"{among}": "= ANY(ARRAY(", "{end}": "))"}  # of unknown length: not to be joined with all reads
CELLS = "cell = ANY((SELECT %s)::bigint[])"  # not looked up one by one in each day's statistics, to plan the question


class PeriodSearch(Search):
    """`destroyed` grows from statement to statement."""

    def __init__(self, store: "PostgresStore", query: ReadQuery, order: Order) -> None:
        self._listed = store.listed()
        super().__init__(store.with_reads(self._listed), query, order)
        self._store = store
        self._looked_through = {*self.days, *days_within(self._listed, query.span)}
        self._skipped: set[date] = set()

    def rows(self, after: PageKey | None, wanted: int = BATCH) -> Iterator[Row]:
        if self._query.readers == frozenset():
            return
        order = f" ORDER BY {ORDER_BY[self._order]}"
        if self._order is not Order.PLATE and self._finds_many() and (nearest := self._nearest(after)):
            # A page stands among the next few reads, and to look at these takes less time than the index.
            rest = Condition(f"{_by_time(order)} LIMIT {wanted}")
            condition = _in_time_index(*nearest) & self._fitting()
            rows = self._ask(f"SELECT {COLUMNS}", condition, after, rest, nearest)
            yield from filter(self._fits, rows)
            after = key_of(rows[-1]) if rows else after
        for part in self._parts(after):
            while True:  # as long as the reader of these rows wants more
                rest = Condition(f"{order} LIMIT {wanted}")
                rows = self._ask(f"SELECT {COLUMNS}", self._condition, after, rest, part)
                yield from filter(self._fits, rows)
                if len(rows) < wanted:
                    break
                after, wanted = key_of(rows[-1]), min(4 * wanted, LARGEST_BATCH)

    def _parts(self, after: PageKey | None) -> Iterator[tuple[int, int]]:
        """The times to ask for, one after the other: all, or first those nearest in the order, where a page may stand
        among a few days' rows and those of all are many."""
        since, until = self._bounds(after)
        plate = self._query.plate
        of_one = self._driver is Driver.PLATE and plate is not None and plate.match is not PlateMatch.PARTIAL
        if self._order is not Order.PLATE and not of_one:
            first, last = day_of((since,)), day_of((until - 1,))
            for days in map(timedelta, PARTS):
                if self._order is Order.OLDEST and (edge := day_bounds(first + days)[0]) < until:
                    yield since, edge
                    since = edge
                elif self._order is Order.NEWEST and (edge := day_bounds(last - days)[1]) > since:
                    yield edge, until
                    until = edge
        yield since, until

    def _nearest(self, after: PageKey | None) -> tuple[int, int] | None:
        """From when to when the next NEAREST reads were captured; None if there are fewer. Asked apart: of each shard a
        cluster brings as many, of which this takes a number each."""
        since, until = self._bounds(after)
        order = _by_time(f" ORDER BY {ORDER_BY[self._order]}")
        last = Condition(f"{order} LIMIT 1 OFFSET {NEAREST - 1}")
        found = self._ask("SELECT captured_at", _in_time_index(since, until), after, last, (since, until))
        if not found:
            return None
        return (since, found[0][0] + 1) if self._order is Order.OLDEST else (found[0][0], until)

    def _finds_many(self) -> bool:
        """Whether many reads may fit: those of a place, a camera or a broad pattern."""
        plate = self._query.plate
        return self._driver is not Driver.PLATE or (plate is not None and is_broad(plate))

    def _fitting(self) -> Condition:
        """What a row must hold, without an index; of an area, that its bounds have the row's place."""
        held = attributes(self._query)
        if self._query.plate:
            held &= fitting(self._query.plate)
        if area := self._query.area:
            edges = [(box.south, box.north, box.west, box.east) for box in area.bounds()]
            inside = " OR ".join(["lat >= %s AND lat <= %s AND lon >= %s AND lon <= %s"] * len(edges))
            held &= Condition(f"({inside})", tuple(edge for box in edges for edge in box))
        return held

    def by_day(self) -> Iterator[tuple[date, Iterator[Row]]]:
        return groupby(self.rows(None, FIRST), day_of)

    def _count(self, most: int) -> int:
        if self._query.readers == frozenset():
            return 0
        [(number,)] = self._ask(
            "SELECT count(*) FROM (SELECT 1", self._condition, None, Condition(f" LIMIT {most}) AS few")
        )
        return int(number)

    def _ask(
        self,
        head: str,
        condition: Condition,
        after: PageKey | None,
        rest: Condition,
        within: tuple[int, int] | None = None,
    ) -> list[Row]:
        """One statement; asked again without the days of which it shows that they were destroyed. `within`: between
        these times."""
        since, until = self._bounds(after)
        if within:
            since, until = max(since, within[0]), min(until, within[1])
        condition = in_time(since, until) & condition & behind(self._order, after)
        while True:
            held = condition
            for day in self._skipped:
                held &= Condition("NOT (captured_at >= %s AND captured_at < %s)", day_bounds(day))
            sql = f"{head} FROM reads_summary WHERE {held.sql}{rest.sql}"
            rows = rows_of(
                *placed(sql, held.parameters + rest.parameters, day_of((since,)), day_of((until - 1,))),
            )
            gone = self._store.destroyed_among(self._looked_through, self._listed) - self._skipped
            if not gone:
                return rows
            self._skipped |= gone
            self._destroyed |= gone.intersection(self.days)


def _in_time_index(since: int, until: int) -> Condition:
    """Between these times, by their index. That is one of an expression: for a plan that is kept any time is a short
    one, and a plate would be looked for among all reads."""
    return Condition("captured_at + 0 >= %s AND captured_at + 0 < %s", (since, until))


def _by_time(order: str) -> str:
    """The order that the index of time has."""
    return order.replace("captured_at", "captured_at + 0")


def placed(sql: str, parameters: Sequence[Any], first: date, last: date) -> tuple[str, list[Any]]:
    """The statement as the server takes it: `{tail}` and `{source}` are the dictionaries of these days."""
    left, values = iter(parameters), list[Any]()

    def mark(place: re.Match[str]) -> str:
        if place[0].endswith(("%s", "%s)")):
            values.append(next(left))
            return "%s" if place[0] == "%s" else CELLS
        if place[0] in ENCLOSED:
            return ENCLOSED[place[0]]
        values.extend((first, last))
        return f"reads_{place[0][1:-1]} WHERE day >= %s AND day <= %s"

    return PLACES.sub(mark, sql), values
