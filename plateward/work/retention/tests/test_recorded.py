"""Who writes the database past the hub takes away what keeps a read: nothing is destroyed."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from plateward.core.audit.events import Event
from plateward.core.audit.log import act
from plateward.core.audit.models import AuditEntry
from plateward.field.reads import destruction
from plateward.field.reads.term import reads_kept
from plateward.ground import clock
from plateward.ground.policy.decision import Refused
from plateward.people.notices.kinds import Kind
from plateward.people.notices.models import Notice
from plateward.people.testing import SYSTEM, acting
from plateward.testing.emptying import past_the_hub, write
from plateward.work.alerts.models import Act, Alert
from plateward.work.retention.cli import run_command
from plateward.work.retention.models import Destruction, Run, Schedule
from plateward.work.retention.recorded import DECIDING, RecordsDiffer
from plateward.work.retention.restored import discard_copy
from plateward.work.retention.rules import Covers
from plateward.work.retention.run import preview, run_retention
from plateward.work.retention.scheduling import confirm_date
from plateward.work.retention.tests.conftest import Agency

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.both_databases,
    pytest.mark.clause("6.b.i.9/records", "6.h.ii/enforcement", "6.h.ii/held", "6.b.i.2/hold"),
]
# The log, the store and notices; hot list entries, a million of which come in short transactions (ADR 0204).
NOT_COMPARED = re.compile(r"audit_|reads_(?!loss)|pg_|retention_daystanding|people_notice|hotlists_entry")


@pytest.fixture
def evidence(agency: Agency) -> Iterator[Alert]:
    """An alert on which enforcement began."""
    alert = agency.alert("ABC123")
    with agency.later():
        Act.objects.create(alert=alert, kind="enforcement", by=acting("ada").person, at=clock.now())
    assert agency.run(181).problem == ""
    assert agency.stored() == {"ABC123"}
    yield alert
    transaction.set_rollback(True)  # what is left of the attack names what is gone


def nothing_goes(agency: Agency, *says: str) -> None:
    """By a dry run, a run, and one more."""
    stored, certificates = agency.stored(), Destruction.objects.count()
    for attempt in (preview, run_retention, run_retention):
        problem = attempt().problem
        assert problem.startswith("Records that decide what is kept differ from the audit log")
        assert "Report a breach" in problem
        for part in says:
            assert part in problem
    assert agency.stored() == stored
    assert Destruction.objects.count() == certificates
    assert Run.objects.latest("pk").problem == problem[:400]
    leaf = AuditEntry.objects.filter(event="retention.run").latest("sequence").leaf
    assert leaf
    assert leaf.details["problem"] == problem
    assert Notice.objects.filter(kind=Kind.RETENTION_STOP, to__username="gloria").exists()


def test_evidence_whose_records_were_deleted_is_not_destroyed(agency: Agency, evidence: Alert) -> None:
    """As it was done: alert and act are gone, and a date is confirmed."""
    act = Act.objects.get()
    with agency.later(400):
        with past_the_hub("alerts_act", "alerts_alert", "retention_dateconfirmation"):
            write("DELETE FROM alerts_act")
            write("DELETE FROM alerts_alert")
            write(
                "INSERT INTO retention_dateconfirmation (day, by, at) VALUES (%s, 'person:gloria', %s)",
                clock.now().date(),
                clock.now(),
            )
        nothing_goes(agency, f"Alert {evidence.pk}: It is gone", f"Act {act.pk}: It is gone")
    assert agency.stored() == {"ABC123"}


def test_a_confirmation_that_no_entry_made_counts_for_nothing(agency: Agency) -> None:
    with agency.later(400):
        with past_the_hub("retention_dateconfirmation"):
            write(
                "INSERT INTO retention_dateconfirmation (day, by, at) VALUES (%s, 'person:gloria', %s)",
                clock.now().date(),
                clock.now(),
            )
        acting("gloria")
        nothing_goes(agency, "No entry of the log wrote it")


@pytest.mark.parametrize(
    ("table", "attack"),
    [
        ("retention_hold", "DELETE FROM retention_hold"),
        ("retention_hold", "UPDATE retention_hold SET until = since"),
        ("alerts_alert", "UPDATE alerts_alert SET captured_at = '2020-01-01 00:00:00+00:00'"),
        ("retention_run", "UPDATE retention_run SET begun_at = '2036-01-01 00:00:00+00:00'"),
        ("hotlists_entry", "DELETE FROM hotlists_entry"),
    ],
)
def test_what_keeps_a_read_or_trusts_the_clock_is_compared(agency: Agency, table: str, attack: str) -> None:
    acting("gloria")
    with agency.later():
        agency.hold("PLAIN1")
    with agency.later(400):
        confirm_date(agency.gloria)
        assert preview().problem == ""
        with past_the_hub(table):
            write(attack)
        nothing_goes(agency)
    transaction.set_rollback(True)


def test_a_hold_that_goes_while_a_day_is_prepared_stops_its_destruction(
    agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    with agency.later():
        agency.hold("PLAIN1")
    prepare = destruction.prepare

    def attacked(*args: Any) -> None:
        prepare(*args)
        with past_the_hub("retention_hold"):
            write("DELETE FROM retention_hold")

    monkeypatch.setattr(destruction, "prepare", attacked)
    outcome = agency.run(400)
    assert "Hold" in outcome.problem
    assert "It is gone" in outcome.problem
    assert agency.stored() == {"ABC123", "PLAIN1"}


def test_a_run_goes_on_once_the_records_are_back(agency: Agency) -> None:
    with agency.later(400):
        confirm_date(agency.gloria)
        with past_the_hub("alerts_alert"):
            write("UPDATE alerts_alert SET historical = %s", True)
        assert run_retention().problem
        with past_the_hub("alerts_alert"):
            write("UPDATE alerts_alert SET historical = %s", False)
        assert run_retention().problem == ""
    assert agency.stored() == set()


def test_a_restored_copy_stays_while_records_differ(agency: Agency) -> None:
    with agency.later(1), past_the_hub("retention_dateconfirmation"):
        write("DELETE FROM retention_dateconfirmation")
        with pytest.raises(RecordsDiffer):
            discard_copy(acting("hector"), agency.start.date(), "It is a copy that nobody needs.")


def test_every_table_that_a_plan_asks_is_compared(evidence: Alert, agency: Agency) -> None:
    with agency.later():
        agency.hold("PLAIN1")
    with agency.later(400), CaptureQueriesContext(connection) as asked:
        confirm_date(agency.gloria)
        assert run_retention().problem == ""
    tables = {name for query in asked for name in re.findall(r'(?:FROM|JOIN) "?(\w+)"?', query["sql"])}
    compared = {model._meta.db_table for model in DECIDING}
    assert {name for name in tables - compared if not NOT_COMPARED.match(name)} == set()


def test_a_run_prints_its_certificate(
    agency: Agency, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("plateward.core.db.setup.setup", lambda: None)
    with agency.later(31):
        confirm_date(agency.gloria)
        run_command(dry_run=False, as_json=False)
        assert "1 reads and 2 images destroyed, 1 kept. Certificate" in capsys.readouterr().out
    with agency.later(400):
        confirm_date(agency.gloria)
        run_command(dry_run=False, as_json=False)
        assert "1 reads and 2 images destroyed, 0 kept. Certificate" in capsys.readouterr().out


@pytest.mark.clause("6.h.ii/reads", "AU-9/found")
def test_intake_follows_no_schedule_that_was_altered_past_the_hub() -> None:
    with act(SYSTEM, Event.SCHEDULE_DECIDE, "retention"):
        schedule = Schedule.objects.create(why="Order 2026-9.", decided_at=clock.now(), approved=True)
        schedule.rows.create(covers=Covers.READS, days=45, basis="OPR:50 6.h.ii")
    assert reads_kept() == timedelta(days=45)
    with past_the_hub("retention_scheduleterm"):
        write("UPDATE retention_scheduleterm SET days = 30 WHERE days = 45")
    with pytest.raises(Refused, match="altered past the hub"):
        reads_kept()
    transaction.set_rollback(True)
