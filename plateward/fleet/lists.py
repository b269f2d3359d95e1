"""Which version of the hot lists a reader has. The delivering room knows, and answers through a signal."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from plateward.fleet.models import Reader
from plateward.fleet.signals import lists_asked


@dataclass(frozen=True)
class Held:
    """A version: when its last change came into force, and how many changes it includes."""

    at: datetime | None
    changes: int


@dataclass(frozen=True)
class Behind:
    """The reader lacks `changes` (0: only a list's settings or age differ; None: it has no version of ours),
    the first in force `since`."""

    changes: int | None
    since: datetime | None


@dataclass(frozen=True)
class ReaderLists:
    """What a reader has (None: no version of ours), and how far that is behind (None: it is current)."""

    held: Held | None
    behind: Behind | None


def lists_of(readers: Iterable[Reader]) -> dict[int, ReaderLists]:
    """The lists of each reader, by key."""
    [(_, answer)] = lists_asked.send(sender=Reader, readers=list(readers))
    return cast(dict[int, ReaderLists], answer)
