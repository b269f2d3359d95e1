"""What can be asked of the read store. Pure: values in, the same on both databases.

A query says where it starts: from a plate, or from a place. What starts from a place looks at everybody who passed it.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Generic, TypeVar
from uuid import UUID

from plateward.field.reads.areas import Area, BadQuery
from plateward.ground.policy.trace import enforces

LONGEST_PLATE = 16  # as on the wire
Row = TypeVar("Row")
WHOLE, PATTERN = re.compile("[A-Z0-9]+"), re.compile("[A-Z0-9?*]+")


class PlateMatch(StrEnum):
    """How a plate is compared, as in `matching.kinds`: NEAR also finds what differs in one character."""

    EXACT = "exact"
    FOLDED = "folded"
    NEAR = "near"
    PARTIAL = "partial"


class Order(StrEnum):
    """How results are sorted."""

    NEWEST = "newest"
    OLDEST = "oldest"
    PLATE = "plate"


@dataclass(frozen=True)
class PlateQuery:
    """`text`: A-Z and 0-9, at most 16; PARTIAL also takes ? for one character and * for any run of them."""

    text: str
    match: PlateMatch = PlateMatch.EXACT

    def __post_init__(self) -> None:
        if not self.text:
            raise BadQuery("Enter the plate, or its known part.")
        if len(self.text) > LONGEST_PLATE:
            raise BadQuery(f"A plate has at most {LONGEST_PLATE} characters. Shorten it.")
        if not (PATTERN if self.match is PlateMatch.PARTIAL else WHOLE).fullmatch(self.text):
            raise BadQuery(
                "A plate has letters and digits; if it is partial, ? is one unknown character, * any number."
            )


@dataclass(frozen=True)
class Span:
    """From `since` to before `until`, both in UTC."""

    since: datetime
    until: datetime

    def __post_init__(self) -> None:
        if self.since.utcoffset() != UTC.utcoffset(None) or self.until.utcoffset() != UTC.utcoffset(None):
            raise ValueError("a span's times are in UTC")
        if self.until <= self.since:
            raise BadQuery("The end must be after the beginning. Swap the two times.")


@enforces("6.b.i.8/scope")
@dataclass(frozen=True)
class ReadQuery:
    """All parts hold together; an empty set leaves that part open, except `readers`: None means all readers, and an
    empty set nobody's, so nothing is found. Values compare as the read has them; colors, makes and kinds in lower
    case."""

    span: Span
    plate: PlateQuery | None = None
    area: Area | None = None
    states: frozenset[str] = frozenset()
    cameras: frozenset[str] = frozenset()
    readers: frozenset[str] | None = None
    deployments: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    colors: frozenset[str] = frozenset()
    makes: frozenset[str] = frozenset()


@dataclass(frozen=True)
class ReadSummary:
    """A read as a result: what a page shows of it without opening it. `lat` and `lon` None: no position."""

    id: UUID
    captured_at: datetime
    plate: str
    state: str | None
    camera: str
    reader: str
    lat: float | None
    lon: float | None
    heading: float | None
    kind: str | None
    color: str | None
    make: str | None
    deployment: str | None


@dataclass(frozen=True)
class PageKey:
    """A read's place in any order. Pages of results go on from the key of their last row, never from an offset."""

    captured_at: datetime
    id: UUID
    plate: str = ""


@dataclass(frozen=True)
class ReadPage:
    """A page of results. `after` None: these were the last. `destroyed`: days that went while they were searched."""

    rows: tuple[ReadSummary, ...]
    after: PageKey | None
    destroyed: tuple[date, ...] = ()


@dataclass(frozen=True)
class SearchProgress:
    """How much of a running search is done: `done` of `parts` (days or plates). `destroyed`: days that went
    while they were searched, all so far."""

    done: int
    parts: int
    destroyed: tuple[date, ...] = ()


@dataclass(frozen=True)
class ReadCount:
    """How many reads there are; not `complete`: at least so many. `destroyed`: days that went while they were
    counted."""

    reads: int
    complete: bool
    destroyed: tuple[date, ...] = ()


@dataclass(frozen=True)
class PlateSummary:
    """A plate among the results, as read. `newest`: its newest read that the query finds; of two queries, the
    first."""

    plate: str
    reads: int
    first_at: datetime
    last_at: datetime
    newest: PageKey


@dataclass(frozen=True)
class Stop:
    """A place where a vehicle was read several times, on how many days; `lat` and `lon` are the reads' mean."""

    lat: float
    lon: float
    camera: str
    reads: int
    days: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True)
class Companion:
    """A plate read by the same camera shortly before or after, at so many different times and places. `newest`: its
    read at the last of them."""

    plate: str
    meetings: int
    cameras: int
    days: int
    newest: PageKey


@dataclass(frozen=True)
class PatternResult(Generic[Row]):
    """What a pattern found, most telling first. Not `complete`: there is more. `destroyed`: days that went while they
    were searched."""

    rows: tuple[Row, ...]
    complete: bool = True
    destroyed: tuple[date, ...] = ()
