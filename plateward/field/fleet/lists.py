"""Which version of the hot lists a reader has. The delivering room knows, and answers through a signal."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast

from django.dispatch import Signal

from plateward.field.fleet.models import Reader

# Asks which version of its lists each reader has: `readers`, a list. The delivering room answers with a
# `lists.ReaderLists` for each, by key.
lists_asked = Signal()


TEXT = re.compile(r"(none|\d{8}T\d{6}\.\d{6}Z)-(\d{1,9})-([0-9a-f]{6})-([0-9a-f]{16})", re.ASCII)
MOMENT = "%Y%m%dT%H%M%S.%fZ"


@dataclass(frozen=True)
class ListVersion:
    """`at` is when these lists last changed, `changes` how many changes are in force, `heads` a digest of the
    lists themselves, `lines` a keyed one of their entries' sums. Simultaneous changes may commit out of order: then
    `at` stays, but the others change."""

    at: datetime | None
    changes: int
    heads: str
    lines: str

    def __str__(self) -> str:
        at = f"{self.at.astimezone(UTC):{MOMENT}}" if self.at else "none"
        return f"{at}-{self.changes}-{self.heads}-{self.lines}"

    @classmethod
    def parse(cls, text: str) -> "ListVersion | None":
        """None if the text is not one of our versions."""
        match = TEXT.fullmatch(text)
        if not match:
            return None
        at, changes, heads, lines = match.groups()
        try:
            moment = None if at == "none" else datetime.strptime(at, MOMENT).replace(tzinfo=UTC)
        except ValueError:
            return None
        return cls(moment, int(changes), heads, lines)


@dataclass(frozen=True)
class Behind:
    """The reader lacks `changes` (0: only a list's settings or age differ; None: it has no version of ours),
    the first in force `since`."""

    changes: int | None
    since: datetime | None


@dataclass(frozen=True)
class ReaderLists:
    """What a reader has (None: no version of ours), and how far that is behind (None: it is current)."""

    held: ListVersion | None
    behind: Behind | None


def lists_of(readers: Iterable[Reader]) -> dict[int, ReaderLists]:
    """The lists of each reader, by key."""
    [(_, answer)] = lists_asked.send(sender=Reader, readers=list(readers))
    return cast(dict[int, ReaderLists], answer)
