"""What a load would change, and whether it waits for a person. Pure."""

from collections.abc import Iterable
from enum import StrEnum
from typing import TYPE_CHECKING

from plateward.core.pages.csv_import import LineError
from plateward.field.hotlists.imports.rows import KEY_SEPARATOR, ImportRow
from plateward.field.hotlists.plates import PlateIndex
from plateward.ground.policy.trace import enforces

if TYPE_CHECKING:
    from plateward.field.hotlists.models import HotList


class Fate(StrEnum):
    """What happens to a line."""

    ADDED = "added"
    CHANGED = "changed"
    KEPT = "kept"
    HELD_BACK = "held_back"


class LoadComparison:
    """Compares a file's rows with the entries in force, row by row.

    Facts are compared by hash: different ones count as equal once in 2**64 times. At the end, `left` holds
    the keys of entries that the file lacks. Lines that would list a recalled plate again are held back.
    """

    def __init__(self, live: dict[str, int], recalled: PlateIndex[int]) -> None:
        self.left, self._recalled = live, recalled
        self._lines: dict[str, int] = {}

    def of(self, row: ImportRow) -> Fate:
        """What the row does to the list. Raises LineError for a repeated row."""
        key = row.key
        if (line := self._lines.setdefault(key, row.line)) != row.line:
            repeated = "this plate, state and record number are" if row.nic else "this plate and state are"
            raise LineError(f"{repeated} already on line {line}")
        before = self.left.pop(key, None)
        if before is None:
            return Fate.ADDED if not self._recalled.of(row.bare, row.state) else Fate.HELD_BACK
        return Fate.KEPT if before == hash(row.facts) else Fate.CHANGED


@enforces("5.h/reports")
def hold_reason(before: int, after: int, hotlist: "HotList") -> str:
    """Why this change of size waits for a person, or "" if it does not. A first load never waits."""
    if before == 0 or max(before, after) < hotlist.hold_from:
        return ""
    percent = after * 100 / before
    if hotlist.hold_below < percent < hotlist.hold_above:
        return ""
    verb = "shrink" if percent <= hotlist.hold_below else "grow"
    return f"The list would {verb} from {before:,} to {after:,} entries ({percent:.0f} % of what it is)."


def plates_of_keys(keys: Iterable[str]) -> list[tuple[str, str]]:
    """Plate and state of entries, from their keys."""
    return [(key.split(KEY_SEPARATOR)[0], key.split(KEY_SEPARATOR)[1]) for key in keys]
