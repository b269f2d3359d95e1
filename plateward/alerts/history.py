"""Lines of an alert's history."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class HistoryLine:
    """One line of the alert's history; `step`: the alert moved on, rather than a mere notification."""

    at: datetime
    by: str
    what: str
    step: bool = True


def line_of(record: Any, what: str, *, step: bool = True) -> HistoryLine:
    """What a record says happened: by its person, or by the hub if it names none."""
    return HistoryLine(record.at, str(getattr(record, "by", "The hub")), what, step)
