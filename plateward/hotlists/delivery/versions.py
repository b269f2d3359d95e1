"""The version of a set of lists, as readers say it and people read it. Pure."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

TEXT = re.compile(r"(none|\d{8}T\d{6}\.\d{6}Z)-(\d{1,9})-([0-9a-f]{6})", re.ASCII)
MOMENT = "%Y%m%dT%H%M%S.%fZ"


@dataclass(frozen=True)
class ListVersion:
    """`at` is when the last change of these lists came into force, `changes` how many have, and `heads` a digest of
    the lists themselves. Two changes at once may be committed in the other order: then `at` stands still, but
    `changes` does not."""

    at: datetime | None
    changes: int
    heads: str

    def __str__(self) -> str:
        at = f"{self.at.astimezone(UTC):{MOMENT}}" if self.at else "none"
        return f"{at}-{self.changes}-{self.heads}"

    @classmethod
    def parse(cls, text: str) -> "ListVersion | None":
        """None for what is no version of ours."""
        match = TEXT.fullmatch(text)
        if not match:
            return None
        at, changes, heads = match.groups()
        try:
            moment = None if at == "none" else datetime.strptime(at, MOMENT).replace(tzinfo=UTC)
        except ValueError:
            return None
        return cls(moment, int(changes), heads)
