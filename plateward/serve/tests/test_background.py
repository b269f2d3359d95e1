"""The hub's background work goes on."""

import threading

import pytest

from plateward.serve import daily, requests
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


@pytest.mark.clause("AC-2", "AC-6")
def test_a_job_about_people_that_fails_is_told_and_stops_no_other(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    stop, done = threading.Event(), []

    def broken() -> None:
        raise RuntimeError("no database")

    def working() -> None:
        done.append("done")
        if len(done) == 2:
            stop.set()

    assert {job.__name__ for job in daily.JOBS} == {"notice_all", "open_due"}
    monkeypatch.setattr(daily, "JOBS", (broken, working))
    monkeypatch.setattr(daily, "EVERY", 0.0)
    monkeypatch.setattr("django.db.connections.close_all", lambda: None)
    daily.look_after_people(stop)
    assert len(done) == 2
    assert "broken failed; it is tried again" in caplog.text


@pytest.mark.clause("6.a.iii", "6.f.i.1")
def test_a_job_about_requests_that_fails_is_told_and_stops_no_other(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    stop, done = threading.Event(), []

    def broken() -> None:
        raise RuntimeError("no database")

    def working() -> None:
        done.append("done")
        if len(done) == 2:
            stop.set()

    assert {job.__name__ for job in requests.JOBS} == {"settle_numbers", "end_unreviewed_in_time"}
    monkeypatch.setattr(requests, "JOBS", (broken, working))
    monkeypatch.setattr(requests, "EVERY", 0.0)
    monkeypatch.setattr("django.db.connections.close_all", lambda: None)
    requests.look_after_requests(stop)
    assert len(done) == 2
    assert "broken failed; it is tried again" in caplog.text
