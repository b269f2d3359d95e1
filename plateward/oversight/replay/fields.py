"""The cells and values of a history's files. Every error names the file and its line."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from plateward.errors import PlatewardError
from plateward.matching.normalize import zeroed

LONGEST = 4000  # characters of a value
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
class Row:
    """The values of a line, by name; a name that is not there is empty."""

    line: Line
    values: Mapping[str, Any]

    def text(self, name: str) -> str:
        """The value as text, whatever scalar it is; empty if there is none."""
        value = self.values.get(name)
        if value is None:
            return ""
        if isinstance(value, (dict, list)):
            raise self.line.wrong(f"“{name}” must be a single value.")
        if isinstance(value, bool):
            return str(value).lower()
        text = str(value).strip()
        if len(text) > LONGEST:
            raise self.line.wrong(f"“{name}” has more than {LONGEST:,} characters.")
        return text

    def required(self, name: str) -> str:
        """The value as text, which must not be empty."""
        if text := self.text(name):
            return text
        raise self.line.wrong(f"“{name}” is missing.")

    def moment(self, name: str) -> datetime:
        """A time in ISO 8601 with its zone, as UTC."""
        text = self.required(name)
        try:
            moment = datetime.fromisoformat(text)
            if moment.tzinfo is None:
                raise self.line.wrong(f"“{name}” has no time zone. Write it like 2026-11-26T14:05:00-07:00.")
            return moment.astimezone(UTC)
        except (ValueError, OverflowError):
            raise self.line.wrong(
                f"“{name}” is no time: {text[:40]}. Write it like 2026-11-26T14:05:00-07:00."
            ) from None

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
