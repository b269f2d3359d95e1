"""Signals for the rooms above, sent within the transaction they report and before the live queue is updated:
a receiver may lock its own rows, and an exception undoes the whole act."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.dispatch import Signal

# An alert came, or a silent one rings now: `alert`; `actor`, an Actor, whose read it was. Not sent for a
# historical alert, which raises no alarm.
alert_raised = Signal()

# The alert's stage changed, and it is still open: `alert`.
alert_moved = Signal()

# The alert closed: `alert`; by a person, with its disposition and `actor`, a PersonActor; or by the system on
# a no from NCIC or the enterer, with its denial (alerts/verifying): `actor` is then who asked, or None.
alert_disposed = Signal()

# NCIC, or who entered the record, said no: `alert`, with its denial, which says if it closes; `why`, in
# words.
alert_denied = Signal()

# Its entry is no longer in force: `alert`, with its recall, which says if it closed; `why`, in words.
alert_recalled = Signal()

# Asks the rooms above for their lines of an alert's history: `alert`. A receiver returns a list of HistoryLine.
history_requested = Signal()


@dataclass(frozen=True)
class HistoryLine:
    """One line of the alert's history; `step`: the alert moved on, rather than a mere notification."""

    at: datetime
    by: str
    what: str
    step: bool = True


def line_of(record: Any, what: str, *, step: bool = True) -> HistoryLine:
    """What a record says happened: by its person, or by the hub if it names none."""
    return HistoryLine(record.at, str(getattr(record, "by", "The system")), what, step)
