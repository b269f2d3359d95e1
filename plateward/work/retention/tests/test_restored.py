"""Days whose kept reads are missing are named, and a restored copy goes when the Chief decides so."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction

from plateward.core.audit.leaf import Leaf
from plateward.core.audit.models import AuditEntry
from plateward.field.reads import integrity as reads_integrity
from plateward.field.reads import losses
from plateward.field.reads.images import day_keys, image_segments
from plateward.field.reads.models import LossAcknowledgment
from plateward.field.reads.store import configured_store
from plateward.field.reads.store.away import DaySetAside
from plateward.field.reads.store.partitions import TABLES, number_of
from plateward.field.reads.tests.tables import copied, put_back
from plateward.ground import clock
from plateward.ground.policy.decision import Refused
from plateward.people.notices.models import Notice
from plateward.people.testing import acting, person, signed_in
from plateward.work.alerts.models import Act
from plateward.work.retention.integrity import check_certificates, check_terms
from plateward.work.retention.models import DestructionOrder, Hold, OrderItem
from plateward.work.retention.restored import acknowledge_loss
from plateward.work.retention.tests.conftest import Agency, on_the_log

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.clause("6.h.ii/destruction", "6.j.i/proven", "MP-6/erased", "MP-6/recorded"),
]
on_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="about tables")
WHY = "The disk with the later backups is broken as well."


def lose(day: date) -> None:
    """What was kept of it, behind the hub's back."""
    if connection.vendor == "sqlite":
        (settings.DATA / "reads" / f"{day}.1.db").unlink()
        return
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"DROP TABLE {table}_{number_of(day)}")


@pytest.mark.clause("6.h.ii/held")
@pytest.mark.both_databases
def test_a_day_that_is_lost_is_on_the_page(agency: Agency) -> None:
    day = agency.start.date()
    agency.run(31)
    lose(day)
    for client in (signed_in(person("gloria")), signed_in(person("hector"))):
        page = client.get("/retention/").content.decode()
        assert f"The reads of {clock.format_day(day)} are missing" in page
        assert "Decide about the copy" not in page


@pytest.mark.both_databases
@pytest.mark.clause("6.b.i.3/privacy")
def test_a_day_that_is_lost_hides_no_other_and_is_no_problem_of_each_run(agency: Agency) -> None:
    day, other = agency.start.date(), agency.start.date() + timedelta(days=5)
    with agency.later(5):
        agency.send("PLAIN5")
    agency.run(31)
    lose(day)
    with agency.later(40):
        faults = [fault for step in check_terms("") for fault in step.faults]
    assert [fault.object for fault in faults] == [f"reads of {day}", f"reads of {other}"]
    assert f"The reads of {clock.format_day(day)} are missing" in faults[0].problem
    assert "past their term" in faults[1].problem
    assert "are missing" in agency.run(32).problem
    assert losses.report_lost_days() == 1
    assert agency.run(33).problem == ""


@pytest.mark.both_databases
@pytest.mark.clause("6.b.i.3/privacy", "6.c.i.1/role", "6.b.i.9/entries")
def test_a_loss_that_the_chief_acknowledged_is_named_no_more_until_something_changes(
    agency: Agency, recorded: Callable[[str], Leaf], monkeypatch: pytest.MonkeyPatch
) -> None:
    day, listed = agency.start.date(), agency.alert("ABC123")
    Act.objects.create(alert=listed, kind="enforcement", by=person("ada"), at=clock.now())
    order = DestructionOrder.objects.create(document="Order 7", reason=WHY, signed_by=person("hector"))
    item = OrderItem.objects.create(order=order, alert=listed)
    agency.run(31)
    lose(day)
    assert losses.report_lost_days() == 1
    problem = f"The reads of {clock.format_day(day)} are missing"
    assert [problem in agency.run(number).problem for number in (32, 33)] == [True, True]

    def checked() -> list[str]:
        looks = check_terms, reads_integrity.check_reads
        return [fault.problem for look in looks for step in look("") for fault in step.faults]

    assert [problem in text for text in checked()] == [True, True]
    gloria, hector = signed_in(person("gloria")), signed_in(person("hector"))
    given = {"day": day.isoformat(), "reason": WHY}
    assert gloria.post("/retention/losses/", given).status_code == 403
    assert "Acknowledge the loss" in hector.get("/retention/").content.decode()
    assert "copy" not in hector.get("/retention/losses/").content.decode().split("<form", 2)[-1]
    assert hector.post("/retention/losses/", given | {"reason": "gone"}).status_code == 409
    assert hector.post("/retention/losses/", given | {"day": "2020-01-01"}).status_code == 422
    assert hector.post("/retention/losses/", given).status_code == 302
    leaf = recorded("retention.acknowledge")
    assert (leaf.object, leaf.actor_id, leaf.reason) == (f"day:{day}", "hector", WHY)
    assert checked() == []
    run = agency.run(34)
    assert run.problem == ""
    assert run.waiting == [
        f"{order} waits: reads of {clock.format_day(day)} are lost, and what is left of that day, such as "
        "photographs and key, is destroyed once nothing keeps any read of it."
    ]
    item.refresh_from_db()
    assert item.done_at is None  # nobody destroyed them
    page = gloria.get("/retention/").content.decode()
    assert (problem in page, "acknowledged this loss" in page, WHY in page) == (True, True, True)
    assert "No losses to acknowledge" in hector.get("/retention/losses/").content.decode()
    with pytest.raises(Refused, match="already acknowledged"):
        acknowledge_loss(acting("hector"), day, WHY)
    with pytest.raises(DatabaseError, match="is kept"), transaction.atomic():
        LossAcknowledgment.objects.update(reason="another")

    assert losses.report_lost_days() == 0
    monkeypatch.setattr(configured_store(), "lost_days", dict)
    with monkeypatch.context() as patch:
        patch.setattr(configured_store(), "days", list)  # the folder of the keys is not there for a moment
        assert losses.report_lost_days() == 0
    assert not LossAcknowledgment.objects.exclude(ended_at=None)
    assert losses.report_lost_days() == 0  # restored from a backup
    leaf = recorded("retention.lapse")
    assert (leaf.object, leaf.actor_id, leaf.reason) == (f"day:{day}", "hub", "Its reads are back.")
    monkeypatch.undo()
    assert problem in checked()[0]
    assert problem in agency.run(35).problem
    assert [losses.report_lost_days(), losses.report_lost_days()] == [1, 0]


@pytest.mark.both_databases
@pytest.mark.clause("6.b.i.3/privacy", "6.b.i.2/hold")
def test_photographs_and_key_of_an_acknowledged_day_go_at_its_term_unless_something_keeps_it(
    agency: Agency,
) -> None:
    day, listed = agency.start.date(), agency.alert("ABC123")
    order = DestructionOrder.objects.create(document="Order 7", reason=WHY, signed_by=person("hector"))
    item = OrderItem.objects.create(order=order, alert=listed)
    agency.run(31)
    lose(day)
    acknowledge_loss(acting("hector"), day, WHY)
    more = {"reason": WHY, "basis": "1", "owner": person("carla"), "review_on": day + timedelta(days=90)}
    span = {"since": agency.start - timedelta(days=1), "until": agency.start + timedelta(days=1)}
    holds = [
        Hold.objects.create(kind="alert", alert=listed, **more),
        Hold.objects.create(kind="plate", plate="PLAIN1", **span, **more),
    ]

    def checked(days: int) -> list[str]:
        with agency.later(days):
            return [fault.problem for step in check_terms("") for fault in step.faults]

    for number, hold in enumerate(holds, 3000):
        run = agency.run(number)
        assert (run.destroyed, run.problem, len(run.waiting)) == ([], "", 1)
        assert checked(number) == []
        Hold.objects.filter(pk=hold.pk).update(lifted_at=agency.start + timedelta(days=number))
    assert checked(3003) == ["Its photographs and key are past their term and were not destroyed."]
    run = agency.run(3003)
    [row] = run.destroyed
    assert (row.day, row.generation, row.reads, run.waiting, run.problem) == (day, 1, 0, [], "")
    assert all("its reads were lost" in why for why, _ in row.rules)
    assert not day_keys().listed()[0] & {day}
    assert not {other for other, _ in image_segments().listed()} & {day}
    assert configured_store().lost_days() == {}
    item.refresh_from_db()
    assert item.done_at
    with agency.later(3004):
        looks = check_terms, check_certificates
        assert not [fault for look in looks for step in look("") for fault in step.faults]


@pytest.mark.both_databases
@pytest.mark.clause("6.c.i.1/role", "6.b.i.9/entries")
def test_where_no_copy_was_destroyed_page_and_log_say_so(
    agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    day, store = agency.start.date(), configured_store()
    monkeypatch.setattr(store, "lost_days", lambda: {day: DaySetAside(day)})
    monkeypatch.setattr(store, "discard_copy", lambda _: False)
    hector = signed_in(person("hector"))
    on_the_log()
    answer = hector.post("/retention/copies/", {"day": day.isoformat(), "reason": WHY})
    assert "Nothing was destroyed" in answer.content.decode()
    entries = AuditEntry.objects.filter(event="retention.discard").order_by("pk")
    assert [entry.outcome for entry in entries] == ["done", "failed"]


@pytest.mark.both_databases
@pytest.mark.clause("6.c.i.1/role", "6.b.i.2/hold")
def test_no_copy_goes_while_reads_of_its_day_must_be_kept(
    agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    day, store, discarded = agency.start.date(), configured_store(), list[date]()
    monkeypatch.setattr(store, "lost_days", lambda: {day: DaySetAside(day)})
    monkeypatch.setattr(store, "discard_copy", discarded.append)
    alert, hector = agency.alert("ABC123"), signed_in(person("hector"))

    def decide() -> str:
        on_the_log()
        answer = hector.post("/retention/copies/", {"day": day.isoformat(), "reason": WHY})
        assert answer.status_code == 409
        return str(answer.content.decode())

    more = {"reason": WHY, "basis": "1", "owner": person("carla"), "review_on": day + timedelta(days=90)}
    span = {"since": agency.start - timedelta(days=1), "until": agency.start + timedelta(days=1)}
    for covered in ({"kind": "alert", "alert": alert}, {"kind": "plate", "plate": "PLAIN1"} | span):
        hold = Hold.objects.create(**covered, **more)
        assert f"must be kept: {hold}." in decide()
        Hold.objects.filter(pk=hold.pk).update(lifted_at=clock.now())
    Act.objects.create(alert=alert, kind="enforcement", by=person("ada"), at=clock.now())
    assert f"Evidence of alert {alert.pk}" in decide()
    assert not discarded


def restored(agency: Agency) -> date:
    """A copy from before the day's end is restored, and nothing later."""
    day = agency.start.date()
    copy = copied(day)
    agency.run(31)
    put_back(day, copy)
    return day


@pytest.mark.both_databases
@on_postgresql
@pytest.mark.clause("6.c.i.1/role", "6.b.i.9/entries")
def test_the_chief_decides_that_a_restored_copy_is_destroyed(agency: Agency) -> None:
    day = restored(agency)
    gloria, hector = signed_in(person("gloria")), signed_in(person("hector"))
    assert losses.report_lost_days() == 1
    text = Notice.objects.filter(to__username="gloria", kind="read.lose").get().text
    assert "are from a restored copy" in text
    with agency.later(40):
        faults = [fault for step in check_terms("") for fault in step.faults]
    assert [(fault.object, fault.problem, fault.link) for fault in faults] == [
        (f"reads of {day}", text, "/retention/copies/")
    ]
    assert "are from a restored copy" in gloria.get("/retention/").content.decode()
    assert gloria.get("/retention/copies/").status_code == 403
    assert "Decide about the copy" in hector.get("/retention/").content.decode()
    assert "including evidence, are then lost" in hector.get("/retention/copies/").content.decode()
    given = {"day": day.isoformat(), "reason": WHY}
    assert hector.post("/retention/copies/", given | {"reason": "gone"}).status_code == 409
    assert hector.post("/retention/copies/", given | {"day": "2020-01-01"}).status_code == 422
    assert copied(day)
    assert hector.post("/retention/copies/", given).status_code == 302
    assert copied(day) == {}
    leaf = AuditEntry.objects.get(event="retention.discard", outcome="done").leaf
    assert leaf is not None
    assert (leaf.object, leaf.actor_id, leaf.reason) == (f"day:{day}", "hector", WHY)
    page = hector.get("/retention/").content.decode()
    assert f"The reads of {clock.format_day(day)} are missing" in page
    assert "No restored copy is set aside" in hector.get("/retention/copies/").content.decode()
    assert hector.post("/retention/copies/", given).status_code == 422
