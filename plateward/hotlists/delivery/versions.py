"""The version of a set of lists, as readers report it and people read it. Pure."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

TEXT = re.compile(r"(none|\d{8}T\d{6}\.\d{6}Z)-(\d{1,9})-([0-9a-f]{6})", re.ASCII)
MOMENT = "%Y%m%dT%H%M%S.%fZ"


@dataclass(frozen=True)
class ListVersion:
    """`at` is when these lists last changed, `changes` how many changes are in force, `heads` a digest of the
    lists themselves. Simultaneous changes may commit out of order: then `at` stays, but `changes` grows."""

    at: datetime | None
    changes: int
    heads: str

    def __str__(self) -> str:
        at = f"{self.at.astimezone(UTC):{MOMENT}}" if self.at else "none"
        return f"{at}-{self.changes}-{self.heads}"

    @classmethod
    def parse(cls, text: str) -> "ListVersion | None":
        """None if the text is not one of our versions."""
        match = TEXT.fullmatch(text)
        if not match:
            return None
        at, changes, heads = match.groups()
        try:
            moment = None if at == "none" else datetime.strptime(at, MOMENT).replace(tzinfo=UTC)
        except ValueError:
            return None
        return cls(moment, int(changes), heads)
