"""Which version of the hot lists a reader holds. The room that delivers them knows, and is asked by a signal."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from plateward.fleet.models import Reader
from plateward.fleet.signals import lists_asked


@dataclass(frozen=True)
class Held:
    """A version: when the last change in it came into force, and how many it has."""

    at: datetime | None
    changes: int


@dataclass(frozen=True)
class Behind:
    """`changes` that the reader lacks (0: only a list's settings or its age differ; None: it holds no version of
    ours), the first of them in force `since`."""

    changes: int | None
    since: datetime | None


@dataclass(frozen=True)
class ReaderLists:
    """What a reader holds (None: no version of ours), and how far that is behind (None: it is in force)."""

    held: Held | None
    behind: Behind | None


def lists_of(readers: Iterable[Reader]) -> dict[int, ReaderLists]:
    """For each of these readers, by key."""
    [(_, answer)] = lists_asked.send(sender=Reader, readers=list(readers))
    return cast(dict[int, ReaderLists], answer)
