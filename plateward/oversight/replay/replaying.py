"""Runs a history through the detectors."""

from collections.abc import Callable
from datetime import timedelta

from plateward.oversight.detectors.cad_book import CadBook
from plateward.oversight.detectors.records import Finding
from plateward.oversight.detectors.roster import Roster
from plateward.oversight.detectors.thresholds import Thresholds
from plateward.oversight.detectors.watch import Watch
from plateward.oversight.replay.reading import History

END = timedelta(days=2)  # after the last event, so that what waits for a day to end is said


def replay(
    history: History, thresholds: Thresholds | None = None, progress: Callable[[str], None] = lambda _: None
) -> list[Finding]:
    """The findings of a history, in the order in which they were first told. The clock runs on for two days after the
    last event. Raises NotAHistory at a bad line."""
    thresholds = thresholds or Thresholds()
    watch = Watch(history.people, Roster(history.shifts), CadBook(history.cad, thresholds), thresholds)
    for event in history.events():
        if watch.now is None or event.at.date() > watch.now.date():
            progress(f"{event.at:%Y-%m-%d}")
        watch.hear(event)
    if watch.now:
        watch.end_at(watch.now + END)
    return watch.findings
