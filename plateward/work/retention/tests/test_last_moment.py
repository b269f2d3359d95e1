"""What happens between the clocks' last word and the tombstone, and what the certificate then says."""

import errno
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from plateward.core.audit.models import AuditEntry
from plateward.field.reads import destruction
from plateward.field.reads.images import day_keys
from plateward.field.reads.store import ReadStore, configured_store
from plateward.ground import clock
from plateward.people.testing import acting, person
from plateward.work.alerts.models import Act, Sighting
from plateward.work.retention import destroying, gathering, holding, standing
from plateward.work.retention.deciding import HoldKind
from plateward.work.retention.lock import UNLOCK, LockLost, retention_lock
from plateward.work.retention.models import Destruction, Hold
from plateward.work.retention.tests.conftest import Agency

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.clause("6.h.ii/destruction", "6.b.i.2/hold", "MP-6/recorded"),
    pytest.mark.both_databases,
]
WHY = "The defense asked for it in its motion of November."


def act_on(agency: Agency) -> None:
    by = person("ada")
    Act.objects.create(alert=agency.alert("ABC123"), kind="enforcement", by=by, at=clock.now())


def hold(agency: Agency) -> None:
    """By a node whose lock was lost."""
    Hold.objects.create(
        kind="plate",
        plate="PLAIN1",
        since=agency.start - timedelta(days=1),
        until=agency.start + timedelta(days=1),
        reason=WHY,
        basis="1",
        owner=person("carla"),
        review_on=clock.now().date(),
    )


@pytest.mark.parametrize(
    ("days", "meanwhile", "stored", "done"),
    [
        (31, hold, {"ABC123", "PLAIN1"}, [(0, 1, 2)]),  # PLAIN2 goes, at the second try
        (181, act_on, {"ABC123"}, [(0, 2, 1)]),
    ],
)
def test_what_is_recorded_after_the_last_look_counts(
    agency: Agency,
    monkeypatch: pytest.MonkeyPatch,
    days: int,
    meanwhile: Callable[[Agency], None],
    stored: set[str],
    done: list[tuple[int, int, int]],
) -> None:
    with agency.later():
        agency.send("PLAIN2")
    store, left = type(configured_store()), [meanwhile]
    swap = store.swap

    def swap_later(*given: Any) -> None:
        """While it waits for its locks."""
        if left:
            left.pop()(agency)
        swap(*given)

    monkeypatch.setattr(store, "swap", swap_later)
    assert agency.run(days).problem == ""
    assert agency.stored() == stored
    rows = Destruction.objects.filter(stage=Destruction.Stage.COMPLETED)
    assert [(row.generation, row.reads, row.stays) for row in rows] == done
    assert AuditEntry.objects.filter(event="retention.replan").count() == 1


def test_a_day_that_never_rests_waits_for_the_next_run(
    agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> None:
        raise destroying.ReadsClaimed("What keeps its reads changed at the last moment.")

    monkeypatch.setattr(destroying, "_refuse_claimed", refuse)
    assert "changed at the last moment" in agency.run(31).problem
    assert agency.stored() == {"ABC123", "PLAIN1"}
    assert [row.stage for row in Destruction.objects.all()] == [Destruction.Stage.PLANNED]


def test_without_its_lock_a_run_destroys_nothing(agency: Agency, monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def lost() -> Iterator[Callable[[], None]]:
        def confirm() -> None:
            raise LockLost("The database's connection broke.")

        yield confirm

    with monkeypatch.context() as patch:
        patch.setattr(destroying, "retention_lock", lost)
        assert "connection broke" in agency.run(31).problem
    assert agency.stored() == {"ABC123", "PLAIN1"}
    assert not day_keys().tombstones()
    agency.run(31, hours=1)
    assert agency.stored() == {"ABC123"}


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="a file's lock is never lost")
def test_a_session_that_lost_the_lock_says_so() -> None:
    with retention_lock() as confirm:
        confirm()
        with connection.cursor() as cursor:
            cursor.execute(UNLOCK)
        with pytest.raises(LockLost):
            confirm()


def test_a_clock_that_jumps_during_a_run_ends_no_term(agency: Agency) -> None:
    prepare = destruction.prepare
    with pytest.MonkeyPatch.context() as patch:

        def jump(*given: Any) -> None:
            prepare(*given)
            patch.setattr(clock, "now", lambda: agency.start + timedelta(days=400))

        patch.setattr(destruction, "prepare", jump)
        agency.run(31)
    assert agency.stored() == {"ABC123"}


def test_a_certificate_is_not_dated_before_what_allowed_it(agency: Agency) -> None:
    """A hold is lifted while the day is copied, half an hour after the run began."""
    prepare, decided = destruction.prepare, agency.start + timedelta(days=31)
    with agency.later():
        agency.send("HELD01")
    hold = Hold(
        kind=HoldKind.PLATE,
        reason=WHY,
        basis="2026-00412",
        review_on=(decided + timedelta(days=30)).date(),
        plate="HELD01",
        since=agency.start - timedelta(days=1),
        until=agency.start + timedelta(days=1),
    )
    with agency.later(30):
        placed = holding.place_hold(acting("carla"), hold)
    with pytest.MonkeyPatch.context() as patch:

        def lift(*given: Any) -> None:
            prepare(*given)
            patch.setattr(clock, "now", lambda: decided + timedelta(minutes=30))
            holding.lift_hold(acting("carla"), placed, WHY)
            patch.setattr(clock, "now", lambda: decided + timedelta(minutes=40))

        patch.setattr(destruction, "prepare", lift)
        agency.run(31)
    assert agency.stored() == {"ABC123"}
    [stone] = day_keys().tombstones()
    assert stone.at == decided + timedelta(minutes=40)
    assert f"due at {decided.isoformat(timespec='seconds')}" in stone.why


def test_a_long_run_is_no_clock_that_was_set_back(agency: Agency) -> None:
    """It goes on with another's work first, which takes ten minutes, and each of its entries is later."""
    with agency.later(1):
        agency.send("NEXT01")
    begin_unfinished(agency)
    shred, ends = destruction.shred, agency.start + timedelta(days=32)
    with pytest.MonkeyPatch.context() as patch:

        def slow(*given: Any) -> None:
            patch.setattr(clock, "now", lambda: ends + timedelta(minutes=10))
            shred(*given)

        patch.setattr(destruction, "shred", slow)
        assert agency.run(32).problem == ""
    assert agency.stored() == {"ABC123"}


def test_a_day_that_cannot_be_gone_on_with_keeps_no_other_from_going(agency: Agency) -> None:
    with agency.later(1):
        agency.send("NEXT01")
    begin_unfinished(agency)
    shred, first = destruction.shred, agency.start.date()
    with pytest.MonkeyPatch.context() as patch:

        def broken(day: date) -> None:
            if day == first:
                raise OSError(errno.EIO, "Input/output error")
            shred(day)

        patch.setattr(destruction, "shred", broken)
        assert f"{first}: OSError" in agency.run(32).problem
    assert agency.stored() == {"ABC123"}
    completed = Destruction.objects.filter(stage=Destruction.Stage.COMPLETED)
    assert [row.day for row in completed] == [first + timedelta(days=1)]


def begin_unfinished(agency: Agency) -> None:
    """A run that is killed right after the key of the first day went."""

    class Killed(BaseException):
        pass

    def kill(*_: Any, **__: Any) -> None:
        raise Killed

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(destroying, "_note_switched", kill)
        with pytest.raises(Killed):
            agency.run(31)


def test_between_two_tries_the_lock_is_free(agency: Agency, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file's lock is this process's only if it is open twice; a session's would be given twice."""
    pauses = []

    def pause(seconds: float) -> None:
        with retention_lock(0):
            pauses.append(seconds)

    def refuse(*_: Any) -> None:
        raise destroying.ReadsClaimed("What keeps its reads changed at the last moment.")

    monkeypatch.setattr(destroying, "_refuse_claimed", refuse)
    monkeypatch.setattr("plateward.work.retention.destroying.time.sleep", pause)
    agency.run(31)
    assert pauses == [destroying.PAUSE_S] * 2


def test_the_last_question_is_not_for_the_read_store(agency: Agency, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its tables are locked then."""
    with agency.later():
        hold(agency)
        agency.send("PLAIN2")
    real, questions = configured_store(), list[str]()
    refuse_claimed = destroying._refuse_claimed

    def counted() -> ReadStore:
        questions.append("a question")
        return real

    def watched(*given: Any) -> None:
        with monkeypatch.context() as patch:
            for module in (gathering, standing):
                patch.setattr(module, "configured_store", counted)
            refuse_claimed(*given)

    monkeypatch.setattr(destroying, "_refuse_claimed", watched)
    agency.run(31)
    assert agency.stored() == {"ABC123", "PLAIN1"}
    assert not questions


def test_the_certificate_says_what_was_destroyed_not_what_was_planned(agency: Agency) -> None:
    alert = agency.alert("ABC123")
    with agency.later():  # a sighting whose read never reached the store
        Sighting.objects.create(
            alert=alert,
            read=UUID(int=7),
            reader=alert.reader,
            captured_at=alert.captured_at,
            seen_at=alert.captured_at,
        )
        agency.send("PLAIN2")
    agency.run(31)
    row = Destruction.objects.get()
    assert (row.reads, row.images, row.stays) == (2, 4, 1)
