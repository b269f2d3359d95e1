"""What of a search is published, and under which names. Pure.

A row has an officer, a plate, a purpose, an offense and a decision; its time is its month alone. Rows that say the same
but for their pseudonyms are a class. Who knows all about one search learns from it that its officer, and its plate, is
one of those in its class; so a class is published only if it has K of each (docs/decisions/0186)."""

import hmac
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from typing import Final

from plateward.ground.labeled import Labeled
from plateward.ground.policy.trace import enforces
from plateward.ground.reasons.offenses import OFFENSES

K = 5  # officers of a class, and plates: a class that anybody in a squad of four could tell apart is no class
PSEUDONYM = 16  # characters: of a million plates, two have one name in a year about once in 37 million years
SETTLED = timedelta(days=5)  # after a month's end: by then its searches are decided
ANY: Final = "any"
# The family that an offense counts for, if it has several: the gravest first.
FAMILIES = ("violence", "abduction", "missing", "theft", "drugs", "traffic", "danger", "family")


class HowDecided(Labeled):
    """How a search was decided, by when its month was published."""

    ALLOWED = "allowed", "Allowed: no second person was needed"
    APPROVED = "approved", "Approved by a second person"
    REFUSED = "refused", "Refused by a second person"
    STOPPED = "stopped", "Refused by the system"
    UNDECIDED = "undecided", "Not decided yet"
    WITHDRAWN = "withdrawn", "Withdrawn by who asked"


@dataclass(frozen=True, order=True)
class PublishedRow:
    """One plate of one search; of a search from a place, which names none, `plate` is empty."""

    officer: str
    plate: str
    purpose: str
    offense: str
    decision: str

    def __str__(self) -> str:
        return "|".join(getattr(self, field.name) for field in fields(self))

    @classmethod
    def parse(cls, text: str) -> "PublishedRow":
        """The row of such a text. Raises ValueError."""
        parts = text.split("|")
        if len(parts) != len(fields(cls)):
            raise ValueError(f"“{text[:60]}” is no row of the published search log")
        return cls(*parts)


COLUMNS = tuple(field.name for field in fields(PublishedRow))


@enforces("SB40.confid/audit")
def pseudonym(key: bytes, kind: str, name: str) -> str:
    """What an officer or a plate is called under the key of a year. Without the key nobody can test guesses."""
    return hmac.digest(key, f"{kind}\0{name}".encode(), "sha256").hex()[:PSEUDONYM]


def family_of(offense: str) -> str:
    """The family that an offense is published under where it alone is too rare."""
    families = OFFENSES[offense].families if offense in OFFENSES else frozenset()
    return next((f"{ANY}_{family}" for family in FAMILIES if family in families), ANY)


STEPS: tuple[Callable[[str], str], ...] = (lambda offense: offense, family_of, lambda _: ANY)


@dataclass(frozen=True)
class Published:
    """The rows of a month in the order of their texts, which tells nothing of when they were; how many say less than
    their search did; and how many are withheld."""

    rows: tuple[PublishedRow, ...]
    coarser: int
    withheld: int


@enforces("SB40.confid/audit")
def published(rows: Iterable[PublishedRow]) -> Published:
    """What may be published of these: as it is, else with the family of its offense, else without it, else not."""
    waiting = list(rows)
    done: list[PublishedRow] = []
    coarser = 0
    for step in STEPS:
        classes: defaultdict[tuple[str, ...], list[PublishedRow]] = defaultdict(list)
        for row in waiting:
            classes[class_of(replace(row, offense=step(row.offense)))].append(row)
        waiting = []
        for some in classes.values():
            if not hides(some):
                waiting += some
                continue
            coarser += sum(step(row.offense) != row.offense for row in some)
            done += [replace(row, offense=step(row.offense)) for row in some]
    return Published(tuple(sorted(done)), coarser, len(waiting))


def class_of(row: PublishedRow) -> tuple[str, ...]:
    """What of a row somebody may know from elsewhere: all but its pseudonyms."""
    return row.purpose, row.offense, row.decision, "plate" if row.plate else ""


def hides(rows: Sequence[PublishedRow]) -> bool:
    """Whether these rows of a class are of enough officers, and for enough plates. Many rows of one officer hide
    nobody."""
    plates = {row.plate for row in rows}
    return len({row.officer for row in rows}) >= K and (plates == {""} or len(plates) >= K)


def month_after(month: date) -> date:
    """The next month, by its first day."""
    return (month + timedelta(days=31)).replace(day=1)


@enforces("SB40.confid/audit")
def months_due(begun: date, today: date, done: Iterable[date]) -> list[date]:
    """The months from that of `begun` on that are over for long enough and not published, oldest first."""
    known, due, month = set(done), [], begun.replace(day=1)
    while month_after(month) + SETTLED <= today:
        due.append(month)
        month = month_after(month)
    return [month for month in due if month not in known]
