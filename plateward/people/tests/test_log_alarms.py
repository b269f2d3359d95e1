"""What is wrong with the audit log reaches the administrators as a notice, and supervisors where 6.b.i.10 says so."""

import socket
import threading
from collections.abc import Collection, Iterator

import pytest
from django.conf import settings
from django.db import OperationalError, connection

from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.log import LogUnavailable, act, record
from plateward.core.audit.models import AuditEntry
from plateward.core.audit.unavailable import log_failed
from plateward.core.audit.witnesses.outage import LogOutage, OutageReports
from plateward.core.audit.witnesses.signals import log_alarm
from plateward.ground import clock
from plateward.people.notices.models import Notice
from plateward.people.testing import person
from plateward.testing.waiting import WITHIN


@pytest.mark.clause("6.b.i.10/failure", "AU-5/told")
def test_every_administrator_and_nobody_else_is_notified(db: None) -> None:
    gloria, _ada = person("gloria"), person("ada")
    with act(Actor("system", "hub", "The hub"), Event.WITNESS_REFUSE, "witness:az"):
        log_alarm.send(None, text="Audit log, witness az: It does not answer.")
    (notice,) = Notice.objects.filter(kind="log.alarm")
    assert (notice.to, notice.text, notice.link) == (
        gloria,
        "Audit log, witness az: It does not answer.",
        "/audit/",
    )


def rename(old: str, new: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {old} RENAME TO {new}")


@pytest.mark.both_databases
@pytest.mark.clause("6.b.i.10/failure", "AU-5/told")
@pytest.mark.django_db(transaction=True)
def test_while_the_log_takes_nothing_supervisor_and_administrator_hear_at_once_and_when_it_is_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    syslog = socket.create_server(("127.0.0.1", 0))  # hangs: it takes the connection and says nothing
    monkeypatch.setattr(settings, "SYSLOG", syslog.getsockname())
    carla, gloria, ben = person("carla"), person("gloria"), person("ben")
    ada = person("ada", supervisor=carla)
    told: list[int] = []

    def mend(_: float) -> None:
        told.append(Notice.objects.filter(kind="log.alarm").count())
        rename("audit_entry_gone", "audit_entry")

    OutageReports(sleep=mend).begin()
    rename("audit_entry", "audit_entry_gone")
    try:
        with pytest.raises(LogUnavailable):
            record(Actor("person", ada.username, "Ada Archuleta"), Event.IMAGE_VIEW, "read:7")
        for thread in threading.enumerate():
            if thread.name == "outage of the log":
                thread.join(WITHIN)
        assert "outage to syslog" in {thread.name for thread in threading.enumerate()}  # which still waits
    finally:
        syslog.close()
        log_failed.disconnect(dispatch_uid="witnesses.outage")
    assert told == [2]  # before the log was back
    notices = Notice.objects.filter(kind="log.alarm").order_by("pk")
    assert {notice.to for notice in notices} == {carla, gloria}
    assert ben not in {notice.to for notice in notices}
    assert ["no entry can be written" in notice.text for notice in notices] == [True, True, False, False]
    stated = AuditEntry.objects.filter(event="audit.outage").latest("sequence").leaf
    assert stated is not None
    assert stated.details["people"] == ["ada"]


class People(set[str]):
    """Those of an outage, to whom others may be added at any time: not to be iterated over."""

    def __iter__(self) -> Iterator[str]:
        raise RuntimeError("Set changed size during iteration")


@pytest.mark.both_databases
@pytest.mark.clause("6.b.i.10/failure", "AU-5/told")
@pytest.mark.django_db(transaction=True)
def test_the_end_of_an_outage_is_reported_though_the_database_fails_meanwhile() -> None:
    person("ada"), person("gloria")
    sleeps: list[float] = []

    def fail_at_first(text: str, **_: object) -> None:
        if "written again" in text and not sleeps:
            raise OperationalError("the connection was lost")

    log_alarm.connect(fail_at_first, weak=False, dispatch_uid="test")
    outage = LogOutage(clock.now(), "OperationalError", People({"ada"}))
    try:
        thread = threading.Thread(target=OutageReports(sleep=sleeps.append).report, args=[outage])
        thread.start()
        thread.join(WITHIN)
    finally:
        log_alarm.disconnect(dispatch_uid="test")
    assert len(sleeps) == 1
    stated = AuditEntry.objects.filter(event="audit.outage", outcome="done").latest("sequence").leaf
    assert stated is not None
    assert stated.details["since"] == outage.since.isoformat(timespec="seconds")
    assert stated.details["people"] == ["ada"]


@pytest.mark.both_databases
@pytest.mark.clause("6.b.i.10/failure", "AU-5/told")
@pytest.mark.django_db(transaction=True)
def test_a_refusal_while_an_outage_ends_is_reported_too() -> None:
    carla, _gloria = person("carla"), person("gloria")
    person("ada", supervisor=carla)

    def refuse_ada(text: str, people: Collection[str] = (), **_: object) -> None:
        if "written again" in text and not people:
            log_failed.send(None, problem="OperationalError", people={"ada"})

    reports = OutageReports(sleep=lambda _: None)
    reports.begin()
    log_alarm.connect(refuse_ada, weak=False, dispatch_uid="test")
    try:
        log_failed.send(None, problem="OperationalError", people=set())
        while threads := [thread for thread in threading.enumerate() if thread.name == "outage of the log"]:
            threads[0].join(WITHIN)
    finally:
        log_alarm.disconnect(dispatch_uid="test")
        log_failed.disconnect(dispatch_uid="witnesses.outage")
    texts = [notice.text for notice in Notice.objects.filter(kind="log.alarm", to=carla).order_by("pk")]
    assert ["no entry can be written" in text for text in texts] == [True, False]
