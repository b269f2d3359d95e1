"""Questions of several days, as the server gets them: of the days' own partitions, with each value once."""

from collections.abc import Sequence
from typing import Any

from plateward.reads.store.partitions import number_of
from plateward.reads.store.selection import DayQuery

ASSUMED = 10  # values


def numbered(sql: str, values: Sequence[Any]) -> tuple[str, list[Any]]:
    """The statement with $1, $2 … for its marks, and their values. What each day of a question names goes along
    once."""
    numbers: dict[Any, int] = {}
    distinct, marks = [], []
    for value in values:
        key = id(value) if isinstance(value, list) else (type(value), value)
        if key not in numbers:
            distinct.append(_padded(value))
            numbers[key] = len(distinct)
        marks.append(f"${numbers[key]}")
    return sql % tuple(marks), distinct


def _padded(value: Any) -> Any:
    """A list with as many values at least as the planner assumes of one that it does not know: for fewer, it would plan
    the question again each time, which takes longer than the answer."""
    if not isinstance(value, list) or not value:
        return value
    return [*value, *[value[0]] * (ASSUMED - len(value))]


def in_partitions(query: DayQuery) -> str:
    number = number_of(query.day)
    return query.sql.format(
        summary=f"reads_summary_{number} WHERE TRUE",
        tail=f"reads_tail_{number} WHERE day = '{query.day}'",  # the indexes begin with it
        source=f"reads_source_{number} WHERE day = '{query.day}'",
        among="= ANY(ARRAY(",  # of unknown length: not to be joined with all reads
        end="))",
    )
