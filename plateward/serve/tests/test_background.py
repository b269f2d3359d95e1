"""The hub's background work goes on."""

import threading

import pytest

from plateward.core.audit.continuity import LogSetBack
from plateward.core.audit.heads import sign_head
from plateward.core.audit.log_reader import LogDamaged
from plateward.core.jobs.job import Job
from plateward.core.rooms import declared
from plateward.field.hotlists.requests.deciding import end_unreviewed_in_time
from plateward.serve import background

OFTEN = 0.001  # seconds


@pytest.fixture(autouse=True)
def _connections_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.db.connections.close_all", lambda: None)


def job_named(name: str) -> Job:
    jobs: list[Job] = declared("jobs", "JOBS")
    [job] = [job for job in jobs if job.name == name]
    return job


@pytest.mark.clause(
    "6.b.i.9/sealed", "AU-2/acts", "AC-2/disabled", "AC-2/reviewed", "AC-6/reviewed", "6.a.iii/outage"
)
@pytest.mark.parametrize(
    ("name", "function", "every"),
    [
        ("Signing the head of the audit log", "core.audit.heads.sign_head", 10),
        ("Recording counted refusals", "core.audit.repeated_refusals.record_counts", 3600),
        ("Deletion of files not applied", "core.pages.uploads.forget_overdue", 3600),
        ("Suspension of unused access", "people.access.suspensions.actions.suspend_unused", 3600),
        ("Opening of the yearly access review", "people.access.reviews.actions.open_review_if_due", 3600),
        ("Checking numbers with CAD", "field.hotlists.requests.deciding.check_numbers_again", 60),
        ("Reminders and referrals", "core.decisions.jobs.remind_all", 1),
        ("Sending calls to CAD", "work.dispatch.sending.send_changes", 1),
        ("Hearing of calls from CAD", "work.dispatch.sending.poll_cad", 1),
    ],
)
def test_rooms_declare_what_the_hub_does_by_itself(name: str, function: str, every: float) -> None:
    job = job_named(name)
    assert f"{job.run.__module__}.{job.run.__name__}" == f"plateward.{function}"
    assert job.every == every


@pytest.mark.clause("6.f.i.1/after")
def test_rooms_declare_what_waits() -> None:
    declared_by_rooms = declared("jobs", "REMINDERS")
    assert end_unreviewed_in_time in declared_by_rooms
    assert end_unreviewed_in_time.every == 60
    assert len(declared_by_rooms) == len({*declared_by_rooms}) >= 15


def test_no_two_jobs_have_one_name() -> None:
    names = [job.name for job in declared("jobs", "JOBS")]
    assert len(names) == len({*names}) >= 17


@pytest.mark.clause("AU-5/told")
def test_a_head_that_could_not_be_signed_is_told_and_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    stop, tries = threading.Event(), []

    def sign() -> None:
        tries.append("try")
        if len(tries) == 1:
            raise RuntimeError("no database")
        stop.set()

    job = job_named("Signing the head of the audit log")
    assert job.run is sign_head
    background.repeat(Job(job.name, sign, OFTEN, job.alarm), stop)
    assert len(tries) == 2
    assert [record.levelname for record in caplog.records] == ["CRITICAL"]
    assert "AU-5" in caplog.text


@pytest.mark.clause("6.b.i.9/sealed", "AU-9/found")
@pytest.mark.parametrize("error", [LogSetBack("older"), LogDamaged("altered")])
def test_a_database_restored_under_a_running_hub_stops_it(
    caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    def sign() -> None:
        raise error

    stop = threading.Event()
    background.repeat(Job("Signing", sign, OFTEN), stop)
    assert stop.is_set()
    assert f"The hub stops (AU-9). {error}" in caplog.text


def test_a_job_that_fails_is_told_and_stops_no_other(caplog: pytest.LogCaptureFixture) -> None:
    stop, done, failed = threading.Event(), [], threading.Event()

    def broken() -> None:
        failed.set()
        raise RuntimeError("no database")

    def working() -> None:
        failed.wait()
        done.append("done")
        if len(done) == 2:
            stop.set()

    for thread in background.start([Job("Broken", broken, OFTEN), Job("Working", working, OFTEN)], stop):
        thread.join()
    assert len(done) == 2
    assert "Broken failed; retrying" in caplog.text


def test_a_failure_that_lasts_is_told_once_a_minute(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    stop, tries = threading.Event(), []

    def broken() -> None:
        tries.append("try")
        if len(tries) == 25:
            stop.set()
        raise RuntimeError("no database")

    monkeypatch.setattr(background, "LOG_EVERY", 0.01)
    background.repeat(Job("Broken", broken, OFTEN), stop)
    assert len(tries) == 25
    assert len(caplog.records) == 3  # the 1st, the 11th and the 21st
