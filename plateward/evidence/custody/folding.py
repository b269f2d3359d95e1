"""A chain on a page: what one person did again and again within minutes is one row. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from plateward.evidence.custody.chain import CustodyEvent
from plateward.evidence.custody.sentences import Step

WITHIN = timedelta(minutes=5)
FOLDED = frozenset({Step.VIEWED, Step.REPORTED})


@dataclass(frozen=True)
class ChainRow:
    """One or more events; `first` is displayed."""

    first: CustodyEvent
    until: datetime
    count: int = 1
    last_entry: int | None = None


def fold(events: Iterable[CustodyEvent]) -> list[ChainRow]:
    """The rows of a chain, in its order. Only views are folded, and none that was refused or altered."""
    rows: list[ChainRow] = []
    for event in events:
        if rows and _is_again(rows[-1], event):
            last = rows.pop()
            rows.append(ChainRow(last.first, event.at, last.count + 1, event.entry))
        else:
            rows.append(ChainRow(event, event.at, 1, event.entry))
    return rows


def _is_again(row: ChainRow, event: CustodyEvent) -> bool:
    first = row.first
    same = (event.step, event.who, event.source) == (first.step, first.who, first.source)
    return (
        same
        and event.step in FOLDED
        and event.outcome == first.outcome == "done"
        and event.at - row.until <= WITHIN
    )
