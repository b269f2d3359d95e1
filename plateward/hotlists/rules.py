"""What a load would change. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from plateward.hotlists.csv_list import Row

Key = tuple[str, str]
Facts = tuple[str, str, str, datetime | None]


@dataclass(frozen=True)
class Change:
    """What happens to a list when these rows become the whole of it."""

    added: tuple[Row, ...]
    changed: tuple[Row, ...]
    removed: tuple[Key, ...]


def change(live: Mapping[Key, Facts], rows: tuple[Row, ...]) -> Change:
    """Compare the live entries with a file's rows: what is new, what differs, what is gone."""
    kept = {row.key for row in rows}
    return Change(
        added=tuple(row for row in rows if row.key not in live),
        changed=tuple(row for row in rows if row.key in live and live[row.key] != row.facts),
        removed=tuple(key for key in live if key not in kept),
    )
