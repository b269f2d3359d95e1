"""A log with counts, at the cast's agency."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from plateward.core.audit.actor import HUB, Actor
from plateward.core.audit.events import Event
from plateward.core.audit.log import record
from plateward.ground import clock
from plateward.oversight.transparency import recording

READER = Actor("device", "unit12", "Reader unit12")


def search(offense: str, times: int = 1) -> None:
    for _ in range(times):
        record(HUB, Event.SEARCH_ASK, "search:1", purpose="felony", offense=offense)


NOW = datetime(2032, 1, 1, 19, tzinfo=UTC)


@pytest.fixture
def counted_log(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """December 2031 at the agency: three days of work, the last of them New Year's Eve. It is January 1, 2032."""
    monkeypatch.setattr(recording, "MOST_DAYS", 3)  # the log of a tests' database begins with its set-up
    for day in (29, 30, 31):
        with clock.set_to(datetime(2031, 12, day, 19, tzinfo=UTC)):
            record(READER, Event.BATCH_RECEIVE, f"batch:{day}", accepted=day)
            record(HUB, Event.ALERT_CONFIRM, "alert:1", plate_agrees=True, state_agrees=day != 30)
            search("robbery", 3)
            if day == 31:
                search("wildlife", 2)
                search("homicide", 4)
    with clock.set_to(NOW):
        yield
