"""What the hub knows of a reader by itself, beside the steps of its check."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from plateward import clock
from plateward.fleet.checks.rules import Step
from plateward.fleet.lists import Behind, lists_of
from plateward.fleet.models import Reader
from plateward.people import days
from plateward.policy.trace import enforces

SILENT_AFTER = timedelta(minutes=2)
CLOCK_OFF = timedelta(seconds=30)  # so long a request may be on its way


@dataclass(frozen=True)
class Known:
    """One thing in words; `doubt`: it speaks against a yes."""

    text: str
    doubt: bool = False


@enforces("6.e.iv.1")
def known(reader: Reader) -> dict[Step, Known]:
    """By step; nothing for a step of which the hub knows nothing."""
    now = clock.now()
    found = {
        Step.PICTURE: _heard(reader, now),
        Step.PLATE: _read(reader),
        Step.HOT_LIST: _list(lists_of([reader])[reader.pk].behind),
    }
    if reader.clock_ahead_ms is not None:
        found[Step.TIME] = _clock(timedelta(milliseconds=reader.clock_ahead_ms))
    if reader.alarm_withheld_at is not None:
        text = "Its alarm is withheld, for it was too often wrong: it rings when that is reviewed."
        found[Step.ALARM] = Known(text, doubt=True)
    return found


def _heard(reader: Reader, now: datetime) -> Known:
    if reader.last_seen_at is None:
        return Known("The hub has never heard this reader.", doubt=True)
    quiet = now - reader.last_seen_at
    text = f"Last heard {days.told(reader.last_seen_at)}."
    return Known(text, doubt=quiet > SILENT_AFTER)


def _read(reader: Reader) -> Known:
    if reader.last_read_at is None:
        return Known("No read of it has come yet.")
    return Known(f"Its last read is of {days.told(reader.last_read_at)}.")


def _clock(ahead: timedelta) -> Known:
    if abs(ahead) < timedelta(seconds=2):
        return Known("Its clock was right when it last sent reads.")
    told = "ahead" if ahead > timedelta(0) else "behind, or they were long on their way"
    return Known(
        f"When it last sent reads, its clock was {clock.span(abs(ahead))} {told}.", abs(ahead) > CLOCK_OFF
    )


def _list(lacking: Behind | None) -> Known:
    if lacking is None:
        return Known("It holds the current list.")
    if lacking.changes is None:
        return Known("It has no list yet.", doubt=True)
    if not lacking.changes:
        return Known("A list's settings or age are older than the hub's.", doubt=True)
    return Known(
        f"It is behind by {lacking.changes} change{'' if lacking.changes == 1 else 's'}.", doubt=True
    )
