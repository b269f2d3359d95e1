"""What the hub itself knows about a reader, shown beside the steps of its check."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from plateward.field.fleet.checks.steps import CheckStep
from plateward.field.fleet.lists import Behind, lists_of
from plateward.field.fleet.models import Reader
from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.people import days

SILENT_AFTER = timedelta(minutes=2)
CLOCK_OFF = timedelta(seconds=30)  # a request may take this long to arrive


@dataclass(frozen=True)
class HubFact:
    """One fact in words; `doubt`: it speaks against a yes."""

    text: str
    doubt: bool = False


@enforces("6.e.iv.1/check")
def hub_facts(reader: Reader) -> dict[CheckStep, HubFact]:
    """The facts by step; steps that the hub knows nothing about are missing."""
    now = clock.now()
    facts = {
        CheckStep.PICTURE: _last_contact(reader, now),
        CheckStep.PLATE: _last_read(reader),
        CheckStep.HOT_LIST: _hot_list(lists_of([reader])[reader.pk].behind),
    }
    if reader.clock_ahead_ms is not None:
        facts[CheckStep.TIME] = _clock_offset(timedelta(milliseconds=reader.clock_ahead_ms))
    if reader.muted_at is not None:
        text = "Its alarm is withheld because it was often wrong: it rings again after review."
        facts[CheckStep.ALARM] = HubFact(text, doubt=True)
    return facts


def _last_contact(reader: Reader, now: datetime) -> HubFact:
    if reader.last_seen_at is None:
        return HubFact("This reader has never been in contact.", doubt=True)
    quiet = now - reader.last_seen_at
    text = f"Last heard {days.format_time(reader.last_seen_at)}."
    return HubFact(text, doubt=quiet > SILENT_AFTER)


def _last_read(reader: Reader) -> HubFact:
    if reader.last_read_at is None:
        return HubFact("No reads received yet.")
    return HubFact(f"Last read {days.format_time(reader.last_read_at)}.")


def _clock_offset(ahead: timedelta) -> HubFact:
    if abs(ahead) < timedelta(seconds=2):
        return HubFact("Its clock was correct when it last sent reads.")
    direction = "ahead" if ahead > timedelta(0) else "behind, or they were delayed"
    return HubFact(
        f"When it last sent reads, its clock was {clock.format_span(abs(ahead))} {direction}.",
        abs(ahead) > CLOCK_OFF,
    )


def _hot_list(lacking: Behind | None) -> HubFact:
    if lacking is None:
        return HubFact("It has the current list.")
    if lacking.changes is None:
        return HubFact("It has no list yet.", doubt=True)
    if not lacking.changes:
        return HubFact("A list's settings or age are out of date.", doubt=True)
    return HubFact(
        f"It is behind by {lacking.changes} change{'' if lacking.changes == 1 else 's'}.", doubt=True
    )
