"""The cells and values of a history's files. Every error names the file and its line."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from plateward.ground.errors import PlatewardError
from plateward.ground.matching.normalize import zeroed

LONGEST = 4000  # characters of a value
YEARS = range(1990, 2101)
NO_ZONE = "without a time zone, taken as UTC"  # a note, counted
NO = frozenset({"", "0", "false", "no", "none", "null", "n", "f", "nothing", "unknown", "no action"})


class NotAHistory(PlatewardError):
    """The folder holds no history that can be replayed; nothing was."""


@dataclass(frozen=True)
class Line:
    """Where a value comes from."""

    file: str
    number: int

    def wrong(self, what: str) -> NotAHistory:
        """The error that names this line."""
        return NotAHistory(f"{self.file}, line {self.number}: {what}")


@dataclass(frozen=True)
class HistoryRow:
    """The values of a line, by name; a name that is not there is empty. `notes` counts what had to be assumed."""

    line: Line
    values: Mapping[str, Any]
    notes: Counter[str] = field(default_factory=Counter)

    def text(self, name: str) -> str:
        """The value as text, whatever scalar it is; empty if there is none."""
        value = self.values.get(name)
        if value is None:
            return ""
        if isinstance(value, (dict, list)):
            raise self.line.wrong(f"“{name}” must be a single value.")
        if isinstance(value, bool):
            return str(value).lower()
        text = str(value).encode(errors="replace").decode().strip()  # half a surrogate pair is no character
        if len(text) > LONGEST:
            raise self.line.wrong(f"“{name}” has more than {LONGEST:,} characters.")
        return text

    def required(self, name: str) -> str:
        """The value as text, which must not be empty."""
        if text := self.text(name):
            return text
        raise self.line.wrong(f"“{name}” is missing.")

    def joined(self, name: str) -> str:
        """The value as text, or the values of a list."""
        value = self.values.get(name)
        if not isinstance(value, list):
            return self.text(name)
        parts = [HistoryRow(self.line, {name: part}).text(name) for part in value]
        return HistoryRow(self.line, {name: ", ".join(filter(None, parts))}).text(name)

    def moment(self, name: str) -> datetime:
        """A time in ISO 8601, as UTC; one without a zone is taken for UTC, and noted."""
        text = self.required(name)
        try:
            moment = datetime.fromisoformat(text)
            if moment.tzinfo is None:
                self.notes[f"{self.line.file}: times {NO_ZONE}"] += 1
                moment = moment.replace(tzinfo=UTC)
            moment = moment.astimezone(UTC)
        except (ValueError, OverflowError):
            raise self.line.wrong(
                f"“{name}” is no time: {text[:40]}. Write it like 2026-11-26T14:05:00-07:00."
            ) from None
        if moment.year not in YEARS:
            raise self.line.wrong(f"“{name}” is not between {YEARS[0]} and {YEARS[-1]}: {text[:40]}.")
        return moment

    def plate(self, name: str) -> str:
        """A plate as it is compared."""
        return zeroed(self.text(name))

    def plates(self, name: str) -> frozenset[str]:
        """Plates parted by blanks."""
        return frozenset(
            filter(None, map(zeroed, self.text(name).replace(";", " ").replace(",", " ").split()))
        )

    def truth(self, name: str) -> bool | None:
        """Yes or no, from any scalar: "stop", 1 and true are yes; 0, "none" and false are no. None: unknown."""
        if self.values.get(name) is None:
            return None
        return self.text(name).casefold() not in NO

    def number(self, name: str) -> float | None:
        """A count; None if it is not a number."""
        try:
            number = float(self.text(name).replace(",", ""))
        except ValueError:
            return None
        return number if 0 <= number < 1e12 else None
