"""A run: what is due goes, what is held stays, and a run that is killed, or whose clock moved, ends right."""

from collections.abc import Callable
from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from plateward.core.audit.models import AuditEntry
from plateward.field.reads import destruction
from plateward.field.reads.images import day_keys
from plateward.field.reads.store import configured_store
from plateward.ground import clock
from plateward.ground.errors import ActError
from plateward.ground.vault.authority import Authority
from plateward.people.notices.kinds import Kind
from plateward.people.notices.models import Notice
from plateward.people.testing import acting, person
from plateward.work.alerts.leaving import Release
from plateward.work.alerts.models import Act, Alert, Confirmation
from plateward.work.evidence.requested import actions
from plateward.work.evidence.requested.making import make_packages
from plateward.work.evidence.requested.models import FILES
from plateward.work.retention import destroying, holding, ordering
from plateward.work.retention.covering import coverage
from plateward.work.retention.deciding import CaseOutcome
from plateward.work.retention.integrity import check_certificates, check_terms
from plateward.work.retention.lock import RetentionBusy, retention_lock
from plateward.work.retention.models import DayStanding, Destruction, Hold, OrderItem, Run
from plateward.work.retention.run import RunTaken, preview, run_daily, run_retention
from plateward.work.retention.tests.conftest import Agency

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.clause("6.h.ii/hits", "6.h.ii/enforcement", "6.h.ii/order", "MP-6/erased", "MP-6/recorded"),
    pytest.mark.both_databases,
]
WHY = "The defense asked for it in its motion of November."
WHY_PACKAGED = "For the district attorney, who charges the driver of the stolen car."


def certificates() -> list[tuple[int, int, int]]:
    rows = Destruction.objects.filter(stage=Destruction.Stage.COMPLETED).order_by("generation")
    return [(row.generation, row.reads, row.stays) for row in rows]


@pytest.mark.clause("6.h.ii/held")
def test_the_hit_and_the_hold_stay_when_the_day_ends(agency: Agency) -> None:
    with agency.later():
        agency.send("HELD01")
        agency.hold("HELD01")
    assert agency.run(30).destroyed == []
    assert agency.stored() == {"ABC123", "PLAIN1", "HELD01"}
    with agency.later(31):
        coming = preview()
    assert [set(due.plan.keep or ()) for due in coming.due] == [
        {agency.photos[plate].read.id for plate in ("ABC123", "HELD01")}
    ]
    assert agency.stored() == {"ABC123", "PLAIN1", "HELD01"}
    agency.run(31)
    assert agency.stored() == {"ABC123", "HELD01"}
    assert certificates() == [(0, 1, 2)]
    [row] = Destruction.objects.all()
    assert row.rules == [["Reads: 30 days (OPR:50 6.h.ii)", None]]
    assert {why for why, _, _ in row.kept} == {
        "Reads with a hit: 180 days (OPR:50 6.h.ii)",
        f"Hold {Hold.objects.get().pk}",
    }
    assert bytes(row.tombstone) == day_keys().tombstones()[0].text
    # Log before act: what goes is on it before the key does, and the certificate after all of it.
    events = list(AuditEntry.objects.filter(object=f"day:{row.day}").order_by("sequence"))
    assert [entry.event for entry in events] == ["retention.begin", "retention.erase", "retention.destroy"]
    agency.run(180)
    assert agency.stored() == {"ABC123", "HELD01"}
    agency.run(181)
    assert agency.stored() == {"HELD01"}
    assert agency.run(4000).destroyed == []  # a hold past its review date holds
    with agency.later(4000):
        holding.lift_hold(acting("carla"), Hold.objects.get(), "The case is closed, the judge agreed.")
    agency.run(4001)
    assert agency.stored() == set()
    assert certificates() == [(0, 1, 2), (1, 1, 1), (2, 1, 0)]
    assert not DayStanding.objects.exists()
    for look in (check_terms, check_certificates):
        assert [list(step.faults) for step in look("")] == [[]]


@pytest.mark.clause("6.b.i.3/privacy")
def test_the_monitor_knows_what_was_held_before_the_run_came(agency: Agency) -> None:
    with agency.later(31):  # due since midnight
        agency.hold("PLAIN1")
    agency.run(31, hours=1)
    with agency.later(31, hours=13):
        assert [list(step.faults) for step in check_terms("")] == [[]]


@pytest.mark.clause("6.b.i.3/privacy")
def test_the_monitor_gives_the_run_a_day_after_a_hold_is_lifted(agency: Agency) -> None:
    with agency.later():
        hold = agency.hold("PLAIN1")
    agency.run(181)
    assert agency.stored() == {"PLAIN1"}

    def faults(hours: int) -> int:
        with agency.later(190, hours=hours):
            return sum(len(list(step.faults)) for step in check_terms(""))

    with agency.later(190):
        holding.lift_hold(acting("carla"), hold, WHY)
    assert [faults(hours) for hours in (0, 23, 25)] == [0, 0, 1]


@pytest.mark.clause("6.b.i.2/hold")
def test_evidence_stays_until_adjudication_and_order(agency: Agency) -> None:
    alert = agency.alert("ABC123")
    with agency.later():
        Act.objects.create(alert=alert, kind="enforcement", by=acting("ada").person, at=clock.now())
    agency.run(31)
    agency.run(181)
    assert agency.stored() == {"ABC123"}
    number, court = "D-307-CR-2026-00412", "Third Judicial District Court"
    with agency.later(200):
        ordering.record_adjudication(
            acting("iris"), number, court, CaseOutcome.CONVICTED, clock.now().date(), alert.pk
        )
    agency.run(201)
    assert agency.stored() == {"ABC123"}
    with agency.later(202):
        order = ordering.sign_order(acting("hector"), [alert.pk], "Order 7 of 2027", "The court ordered it.")
        ordering.record_adjudication(
            acting("iris"), number, "Court of Appeals", CaseOutcome.REOPENED, clock.now().date()
        )
    agency.run(203)
    assert agency.stored() == {"ABC123"}  # the case is open again
    with agency.later(204):
        ordering.record_adjudication(
            acting("iris"), number, "Court of Appeals", CaseOutcome.CONVICTED, clock.now().date()
        )
    agency.run(205)
    assert agency.stored() == {"ABC123"}  # the order was for the judgment before
    with agency.later(206):
        ordering.revoke_order(acting("hector"), order, "The court of appeals decided anew.")
        order = ordering.sign_order(acting("hector"), [alert.pk], "Order 7 of 2027", "The court ordered it.")
    agency.run(207)
    assert agency.stored() == set()
    assert certificates() == [(0, 1, 1), (1, 1, 0)]
    assert Destruction.objects.latest("pk").rules == [[f"{order} (Order 7 of 2027)", 1]]
    assert OrderItem.objects.get(order=order).done_at is not None


def test_a_day_of_late_reads_only_ends_by_its_captures(agency: Agency) -> None:
    with agency.later(15):
        agency.send("LATE01", captured_at=agency.start + timedelta(days=3))
    agency.run(33)
    assert "LATE01" in agency.stored()
    agency.run(34)
    assert "LATE01" not in agency.stored()


@pytest.mark.both_databases
@pytest.mark.clause("6.h.ii/held", "6.b.i.2/hold")
def test_what_two_holds_keep_stays_until_both_are_lifted_whatever_the_clock_says(agency: Agency) -> None:
    first, second = agency.hold("PLAIN1"), agency.hold("PLAIN1")
    agency.run(31)
    holding.lift_hold(acting("carla"), first, WHY)
    for days in (31.5, 400, 32):  # forward by a year, and back
        agency.run(days)
        assert "PLAIN1" in agency.stored()
    holding.lift_hold(acting("carla"), second, WHY)
    agency.run(401)
    assert "PLAIN1" not in agency.stored()


def test_a_bystanders_plate_goes_with_the_read(agency: Agency) -> None:
    alert = agency.alert("ABC123")
    Confirmation.objects.create(
        alert=alert, by=acting("ada").person, at=agency.start, plate="XYZ789", state="NM", agrees=False
    )
    agency.run(31)
    assert Confirmation.objects.get().plate == "XYZ789"
    agency.run(181)
    assert Confirmation.objects.get().plate == ""
    assert Confirmation.objects.get().differs == {"plate"}
    assert Destruction.objects.latest("pk").copies == [["Plates of bystanders, as people read them", 1]]


@pytest.mark.clause("6.h.ii/destruction")
@pytest.mark.parametrize("switched", [True, False])
def test_a_package_with_a_destroyed_read_is_not_downloaded(
    agency: Agency, monkeypatch: pytest.MonkeyPatch, *, switched: bool
) -> None:
    """Also while a killed run has not yet recorded what it destroyed."""
    Authority.create(settings.RING)  # now, not half a year ahead: other tests use it too
    agency.run(180)
    alert = agency.alert("ABC123")
    with agency.later(180, hours=11):
        ada = acting("ada")
        release = Release("2026-00587", "disclosure", WHY_PACKAGED, "court")
        row = actions.request_package(ada, release, [alert.pk], Alert.objects.filter(pk=alert.pk))
        assert make_packages() == 1
        row.refresh_from_db()
        actions.take_package(ada, row)
    if not switched:
        monkeypatch.setattr(destroying, "end_requested", lambda _: 0)
    agency.run(181)
    assert agency.stored() == set()
    row.refresh_from_db()
    assert (row.stage, row.key is None) == (("ended", True) if switched else ("ready", False))
    with agency.later(181, minutes=1):
        with pytest.raises(
            ActError, match="no longer here" if switched else "Reads of this package were destroyed"
        ):
            actions.take_package(ada, row)
        make_packages()
        assert FILES.kept() == (set() if switched else {row.pk})


class Killed(BaseException):
    """As if the process were."""


def kill() -> Any:
    raise Killed


def cut_off_the_swap(patch: pytest.MonkeyPatch) -> None:
    """On PostgreSQL the tables stay as they were, and the tombstone is written."""
    store = type(configured_store())
    swap = store.swap
    patch.setattr(store, "swap", lambda self, stone, write: swap(self, stone, lambda: [write(), kill()]))


STEPS: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "before the copy": lambda patch: patch.setattr(destruction, "prepare", lambda *_: kill()),
    "after the copy": lambda patch: patch.setattr(destroying, "_switch", lambda *_: kill()),
    "before the key": lambda patch: patch.setattr(destruction, "switch", lambda *_, **__: kill()),
    "within the swap": cut_off_the_swap,
    "after the key": lambda patch: patch.setattr(destroying, "_note_switched", lambda *_, **__: kill()),
    "before the files": lambda patch: patch.setattr(destruction, "shred", lambda *_: kill()),
    "before the certificate": lambda patch: patch.setattr(destroying, "note_certified", lambda *_: kill()),
}


@pytest.mark.parametrize("step", STEPS)
def test_a_killed_run_is_gone_on_with(agency: Agency, step: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        STEPS[step](patch)
        with pytest.raises(Killed):
            agency.run(31)
    with agency.later(31, minutes=5), pytest.raises(RunTaken):
        run_retention()  # it may still be alive
    agency.run(31, minutes=11)
    assert agency.stored() == {"ABC123"}
    assert certificates() == [(0, 1, 1)]
    assert Run.objects.filter(ended_at=None).count() == 0
    assert AuditEntry.objects.filter(event="retention.destroy").count() == 1
    row = Destruction.objects.get()
    assert (row.images, row.bytes > 1_000) == (2, True)  # also where the run was killed right after the key
    again = AuditEntry.objects.filter(event="retention.replan", object=f"day:{row.day}").count()
    assert again == (step == "before the key")


def test_a_killed_run_is_not_gone_on_with_by_a_clock_that_jumped(agency: Agency) -> None:
    with pytest.MonkeyPatch.context() as patch:
        STEPS["before the key"](patch)
        with pytest.raises(Killed):
            agency.run(31)
    with agency.later(31 + 365):
        outcome = run_retention()
    assert "Confirm today's date" in outcome.problem
    assert outcome.destroyed == []
    assert agency.stored() == {"ABC123", "PLAIN1"}
    assert certificates() == []
    agency.run(31 + 365, minutes=1)
    assert agency.stored() == set()


def test_a_hold_placed_while_the_day_is_copied_counts(
    agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare = destruction.prepare

    def meanwhile(*given: Any) -> None:
        prepare(*given)
        agency.hold("PLAIN1")

    monkeypatch.setattr(destruction, "prepare", meanwhile)
    assert agency.run(31).destroyed == []  # nothing is due any more
    assert agency.stored() == {"ABC123", "PLAIN1"}


def test_an_altered_certificate_closes_nothing_and_is_named(agency: Agency) -> None:
    with pytest.MonkeyPatch.context() as patch:
        STEPS["before the certificate"](patch)  # then the database takes no change
        with pytest.raises(Killed):
            agency.run(31)
    row = Destruction.objects.get()
    altered = bytes(row.tombstone).replace(b"Reads: 30 days", b"Reads: 31 days")
    Destruction.objects.update(tombstone=altered)
    destruction.adopt_tombstones()
    [fault] = [fault for step in check_certificates("") for fault in step.faults]
    assert (fault.link, "was altered" in fault.problem) == (row.get_absolute_url(), True)
    for place in day_keys()._tombstones.places:
        (place / f"{row.day}.destroyed").unlink()
    destruction.adopt_tombstones()
    assert not day_keys().tombstones()


def test_a_hold_placed_too_late_says_so(agency: Agency) -> None:
    agency.run(31)
    with agency.later(31):
        hold = agency.hold("PLAIN1")
        assert coverage(hold, hold.owner).text.endswith("; of 1 of its days reads were destroyed before.")


def test_whoever_places_a_hold_waits_for_the_lock(agency: Agency) -> None:
    failed = []

    def other() -> None:
        try:
            with retention_lock(0.1):
                pass
        except RetentionBusy as busy:
            failed.append(busy)
        finally:
            connection.close()

    with retention_lock():
        thread = Thread(target=other)
        thread.start()
        thread.join()
    assert len(failed) == 1
    with retention_lock(0.1):
        pass


def test_a_clock_that_jumped_destroys_nothing_until_the_date_is_confirmed(agency: Agency) -> None:
    person("gloria")
    with agency.later(400):
        assert run_daily() == 0
        assert agency.stored() == {"ABC123", "PLAIN1"}
        assert "the last run was 400 days ago" in Run.objects.latest("pk").problem
        assert Notice.objects.filter(kind=Kind.RETENTION_STOP, to__username="gloria").count() == 1
        assert run_daily() == 0  # not again within the hour
    assert agency.run(400, hours=1).problem == ""
    assert agency.stored() == set()
    with agency.later(399):  # it is set back
        assert "was set back" in run_retention().problem
        assert not Notice.objects.filter(kind=Kind.RETENTION_STOP, settled_at=None).count() > 1


def test_it_runs_once_a_day(agency: Agency) -> None:
    counts = []
    for hours in (1, 2, 11, 13, 14, 40):
        with agency.later(hours=hours):
            run_daily()
        counts.append(Run.objects.count())
    assert counts == [1, 1, 1, 2, 2, 3]
