"""One job reminds of everything."""

from functools import partial

import pytest

from plateward.core.audit.events import Event
from plateward.core.decisions import jobs
from plateward.core.decisions.reminders import Reminder


def test_each_has_its_turn_as_often_as_it_says_whatever_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[str] = []

    def fail() -> list[object]:
        ran.append("first")
        raise ValueError("no database")

    def look() -> list[object]:
        ran.append("second")
        return []

    reminders = [Reminder(Event.HOLD_REMIND, rows, bool, lambda _, __: None) for rows in (fail, look)]
    monkeypatch.setattr(jobs, "declared", lambda *_: reminders)
    monkeypatch.setattr(jobs, "_next", {})
    for _ in range(2):
        with pytest.raises(ValueError, match="no database"):
            jobs.remind_all()
        jobs.remind_all()  # as the job does a second later
        jobs.remind_all()
        assert ran == ["first", "second"]
        ran.clear()
        monkeypatch.setattr(jobs, "monotonic", partial(float, max(jobs._next.values())))
    assert all(job.alarm for job in jobs.JOBS)
