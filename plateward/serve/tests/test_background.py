"""The hub's background work goes on."""

import threading
from collections.abc import Callable
from types import ModuleType

import pytest

from plateward.audit.continuity import LogSetBack
from plateward.audit.reading import LogDamaged
from plateward.serve import daily, dispatch, requests, rounds
from plateward.serve import hub as served


@pytest.mark.clause("AU-5")
def test_a_head_that_could_not_be_signed_is_told_and_tried_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    stop, tries = threading.Event(), []

    def sign() -> None:
        tries.append("try")
        if len(tries) == 1:
            raise RuntimeError("no database")
        stop.set()

    monkeypatch.setattr(served, "sign_head", sign)
    monkeypatch.setattr(served, "HEAD_EVERY", 0.0)
    monkeypatch.setattr("django.db.connections.close_all", lambda: None)
    served.sign_heads(stop)
    assert len(tries) == 2
    assert [record.levelname for record in caplog.records] == ["CRITICAL"]
    assert "AU-5" in caplog.text


@pytest.mark.clause("6.b.i.9", "AU-9")
@pytest.mark.parametrize("error", [LogSetBack("older"), LogDamaged("altered")])
def test_a_database_that_was_put_back_under_the_running_hub_stops_it(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    def sign() -> None:
        raise error

    monkeypatch.setattr(served, "sign_head", sign)
    monkeypatch.setattr("django.db.connections.close_all", lambda: None)
    stop = threading.Event()
    served.sign_heads(stop)
    assert stop.is_set()
    assert f"The hub stops (AU-9). {error}" in caplog.text


def failing_beside_working(
    which: ModuleType, work: Callable[[threading.Event], None], monkeypatch: pytest.MonkeyPatch
) -> list[str]:
    """What was done in two rounds of this work, with a job that fails before the one that works."""
    stop, done = threading.Event(), []

    def broken() -> None:
        raise RuntimeError("no database")

    def working() -> None:
        done.append("done")
        if len(done) == 2:
            stop.set()

    monkeypatch.setattr(which, "JOBS", (broken, working))
    monkeypatch.setattr(which, "EVERY", 0.0)
    monkeypatch.setattr("django.db.connections.close_all", lambda: None)
    work(stop)
    return done


@pytest.mark.clause("AC-2", "AC-6")
def test_a_job_about_people_that_fails_is_told_and_stops_no_other(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    assert {job.__name__ for job in daily.JOBS} == {"notice_all", "open_due", "settle", "clear_expired"}
    assert len(failing_beside_working(daily, daily.look_after_people, monkeypatch)) == 2
    assert "broken failed; it is tried again" in caplog.text


@pytest.mark.clause("6.a.iii", "6.f.i.1")
def test_a_job_about_requests_that_fails_is_told_and_stops_no_other(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    assert {job.__name__ for job in requests.JOBS} == {"settle_numbers", "end_unreviewed_in_time"}
    assert len(failing_beside_working(requests, requests.look_after_requests, monkeypatch)) == 2
    assert "broken failed; it is tried again" in caplog.text


@pytest.mark.clause("6.e.vii")
def test_cad_is_heard_though_it_cannot_be_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert {job.__name__ for job in dispatch.JOBS} == {"send", "hear"}
    assert len(failing_beside_working(dispatch, dispatch.look_after_calls, monkeypatch)) == 2


def test_a_failure_that_lasts_is_told_once_a_minute(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    stop, tries = threading.Event(), []

    def broken() -> None:
        tries.append("try")
        if len(tries) == 25:
            stop.set()
        raise RuntimeError("no database")

    monkeypatch.setattr("django.db.connections.close_all", lambda: None)
    monkeypatch.setattr(rounds, "TOLD_EVERY", 0.01)
    rounds.go_on((broken,), 0.001, stop)
    assert len(tries) == 25
    assert len(caplog.records) == 3  # the 1st, the 11th and the 21st
