"""An act and its audit entry succeed or fail together."""

import logging
import threading
from collections.abc import Callable
from contextlib import nullcontext, suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import DatabaseError, connection, transaction
from django.db.transaction import TransactionManagementError

from plateward.core.audit.actor import Actor, command_line_actor
from plateward.core.audit.events import Event
from plateward.core.audit.leaf import Leaf, read_line
from plateward.core.audit.log import LogUnavailable, NothingToDo, act, record
from plateward.core.audit.models import AuditEntry, Tree, lock_tree, save_tree
from plateward.ground import clock
from plateward.ground.errors import PlatewardError
from plateward.ground.merkle import Frontier
from plateward.ground.policy.decision import Refusal, Refused

NewEntries = Callable[[], list[AuditEntry]]

REFUSED = Refused(Refusal("6.e.iv.3", "The plate was not verified.", "Query NCIC first."))


def leaves(entries: list[AuditEntry]) -> list[Leaf]:
    """Without the digests of what was written: the first entry of a test has those of all that was there."""
    read = [entry.leaf for entry in entries]
    assert None not in read
    for leaf in read:
        if leaf:
            leaf.details.pop("records", None)
    return [leaf for leaf in read if leaf]


def groups() -> set[str]:
    return set(Group.objects.values_list("name", flat=True))


@pytest.mark.both_databases
@pytest.mark.clause("6.b.i.9/entries", "AU-3/fields", "AU-8/clock")
def test_an_act_is_recorded_with_who_what_when_where_why_and_how(ada: Actor, new_entries: NewEntries) -> None:
    moment = datetime(2026, 7, 1, 15, 4, 5, 60_000, UTC)
    with clock.set_to(moment), act(ada, Event.ALERT_CONFIRM, "alert:7", reason="On patrol") as entry:
        entry.note(plate="ZIA1234", matches=True, seconds=2.5)
        entry.note(state=None, methods=["password", "totp"])

    (leaf,) = leaves(new_entries())
    assert leaf.at == "2026-07-01T15:04:05.060000Z"
    assert (leaf.actor_kind, leaf.actor_id, leaf.actor_name) == ("person", "archuleta", "Ada Archuleta")
    assert (leaf.address, leaf.session) == ("192.0.2.12", "f00d")
    assert (leaf.event, leaf.object, leaf.outcome, leaf.clause) == ("alert.confirm", "alert:7", "done", "")
    assert leaf.reason == "On patrol"
    assert leaf.details == {
        "matches": True,
        "methods": ["password", "totp"],
        "plate": "ZIA1234",
        "seconds": 2.5,
        "state": None,
    }
    assert leaf.node


@pytest.mark.both_databases
@pytest.mark.clause("6.b.i.9/sealed")
def test_entries_count_from_nought_without_a_gap_and_the_tree_grows_with_them(
    ada: Actor, new_entries: NewEntries
) -> None:
    tree = Tree.objects.get()
    frontier = Frontier.load(tree.size, bytes(tree.frontier))
    for name in "abc":
        record(ada, Event.IMAGE_VIEW, f"read:{name}")
    with pytest.raises(Refused), act(ada, Event.ALERT_ACT, "alert:7"):
        raise REFUSED

    entries = new_entries()
    assert [entry.sequence for entry in entries] == list(range(tree.size, tree.size + 4))
    for entry in entries:
        frontier = frontier.append(read_line(entry.line()).covered)
    grown = Tree.objects.get()
    assert Frontier.load(grown.size, bytes(grown.frontier)) == frontier


@pytest.mark.clause("6.b.i.9/denied", "AU-2/acts")
class TestRefusals:
    @pytest.mark.both_databases
    def test_a_refusal_undoes_the_act_and_is_recorded_with_its_clause(
        self, ada: Actor, new_entries: NewEntries
    ) -> None:
        def stop() -> None:
            with act(ada, Event.ALERT_ACT, "alert:7", reason="In a hurry") as entry:
                Group.objects.create(name="stopped")
                entry.note(kind="stop")
                raise REFUSED

        with pytest.raises(Refused):
            stop()
        assert groups() == set()
        (leaf,) = leaves(new_entries())
        assert (leaf.outcome, leaf.clause, leaf.reason) == (
            "refused",
            "6.e.iv.3",
            "The plate was not verified.",
        )
        assert leaf.details == {"kind": "stop", "stated_reason": "In a hurry"}

    @pytest.mark.both_databases
    def test_a_failure_is_recorded_but_not_what_an_error_not_meant_for_people_says(
        self, ada: Actor, new_entries: NewEntries
    ) -> None:
        with pytest.raises(PlatewardError), act(ada, Event.READER_ENROLL, "reader:east"):
            raise PlatewardError("A reader named east is enrolled already.")
        with pytest.raises(ValueError, match="hunter2"), act(ada, Event.PERSON_PASSWORD, "person:archuleta"):
            raise ValueError("hunter2 is too short")
        explained, untold = leaves(new_entries())
        assert (explained.outcome, explained.reason) == ("failed", "A reader named east is enrolled already.")
        assert (untold.outcome, untold.reason) == ("failed", "ValueError")

    @pytest.mark.both_databases
    def test_a_refusal_within_an_outer_act_survives_the_rollback_of_both(
        self, ada: Actor, new_entries: NewEntries
    ) -> None:
        def receive() -> None:
            with act(ada, Event.BATCH_RECEIVE, "batch:1"):
                with act(ada, Event.ALERT_ARRIVE, "alert:1"):
                    Group.objects.create(name="arrived")
                with act(ada, Event.ALERT_ACT, "alert:1"):
                    raise REFUSED

        with pytest.raises(Refused):
            receive()
        assert groups() == set()
        assert [(leaf.event, leaf.outcome) for leaf in leaves(new_entries())] == [
            ("alert.act", "refused"),
            ("batch.receive", "refused"),
        ]

    @pytest.mark.both_databases
    @pytest.mark.parametrize("nested", [False, True])
    def test_an_act_that_finds_nothing_to_do_leaves_nothing_but_what_was_refused_within(
        self, ada: Actor, new_entries: NewEntries, nested: bool
    ) -> None:
        def look() -> None:
            with suppress(NothingToDo), act(ada, Event.ALERT_DISPOSE, "alert:1"):
                Group.objects.create(name="written")
                with suppress(Refused), act(ada, Event.ALERT_ACT, "alert:1"):
                    raise REFUSED
                raise NothingToDo

        with act(ada, Event.BATCH_RECEIVE, "batch:1") if nested else nullcontext():
            look()
        assert groups() == set()
        assert [(leaf.event, leaf.outcome) for leaf in leaves(new_entries())] == [
            ("alert.act", "refused"),
            *([("batch.receive", "done")] if nested else []),
        ]

    @pytest.mark.both_databases
    def test_an_outer_act_may_go_on_after_a_refusal_within(self, ada: Actor, new_entries: NewEntries) -> None:
        def stop() -> None:
            with act(ada, Event.ALERT_ACT, "alert:1"):
                with act(ada, Event.ALERT_VIEW, "alert:1"):
                    Group.objects.create(name="inner")
                raise REFUSED

        with act(ada, Event.BATCH_RECEIVE, "batch:1"):
            Group.objects.create(name="outer")
            with pytest.raises(Refused):
                stop()
            record(ada, Event.IMAGE_VIEW, "read:1")
        assert groups() == {"outer"}
        assert [(leaf.event, leaf.outcome) for leaf in leaves(new_entries())] == [
            ("alert.act", "refused"),
            ("image.view", "done"),
            ("batch.receive", "done"),
        ]

    @pytest.mark.both_databases
    @pytest.mark.django_db(transaction=True)
    def test_no_bare_transaction_may_stand_around_an_act_and_take_its_refusal_back(self, ada: Actor) -> None:
        with transaction.atomic():
            with pytest.raises(RuntimeError, match="durable"), act(ada, Event.ALERT_ACT, "alert:7"):
                pass
            with pytest.raises(RuntimeError, match="durable"):
                record(ada, Event.ROUTE_REFUSE, "/audit/", outcome="refused", clause="6.b.i.8")

    @pytest.mark.both_databases
    @pytest.mark.django_db(transaction=True)
    def test_a_record_within_a_bare_transaction_is_undone_with_it(
        self, ada: Actor, new_entries: NewEntries
    ) -> None:
        with transaction.atomic():
            record(ada, Event.PERSON_FACTOR, "person:archuleta")
            transaction.set_rollback(True)
        assert new_entries() == []

    @pytest.mark.both_databases
    @pytest.mark.django_db(transaction=True)
    def test_the_tree_is_locked_within_a_transaction_alone(self) -> None:
        with pytest.raises(TransactionManagementError):
            lock_tree()
        with transaction.atomic():
            assert lock_tree().size >= 0


@pytest.mark.clause("6.b.i.10/failure", "AU-5/stops", "AU-5/told")
class TestFailingLog:
    @pytest.mark.both_databases
    def test_nothing_happens_when_it_cannot_be_recorded(
        self, ada: Actor, broken_log: None, caplog: pytest.LogCaptureFixture
    ) -> None:
        said = r"Nothing was done.*\(OPR:50 6\.b\.i\.10\)"
        with pytest.raises(LogUnavailable, match=said), act(ada, Event.ALERT_CONFIRM, "alert:7"):
            Group.objects.create(name="confirmed")
        assert groups() == set()
        assert caplog.records[-1].levelno == logging.CRITICAL

    @pytest.mark.both_databases
    def test_no_page_is_shown_when_its_view_cannot_be_recorded(self, ada: Actor, broken_log: None) -> None:
        with pytest.raises(LogUnavailable):
            record(ada, Event.IMAGE_VIEW, "read:7")

    @pytest.mark.both_databases
    def test_a_refusal_that_cannot_be_recorded_is_unavailable_too(self, ada: Actor, broken_log: None) -> None:
        with pytest.raises(LogUnavailable), act(ada, Event.ALERT_ACT, "alert:7"):
            raise REFUSED

    @pytest.mark.both_databases
    def test_an_act_within_an_act_is_undone_with_it(self, ada: Actor, broken_log: None) -> None:
        def receive() -> None:
            with act(ada, Event.BATCH_RECEIVE, "batch:1"):
                Group.objects.create(name="outer")
                with act(ada, Event.ALERT_ARRIVE, "alert:1"):
                    Group.objects.create(name="inner")

        with pytest.raises(LogUnavailable):
            receive()
        assert groups() == set()

    @pytest.mark.both_databases
    def test_a_tree_that_is_not_there_is_not_taken_for_saved(self, db: None) -> None:
        with pytest.raises(DatabaseError, match="not saved"):
            save_tree(Tree(id=99, size=7, frontier=b""))

    @pytest.mark.both_databases
    def test_the_next_act_is_recorded_once_the_log_is_back(self, ada: Actor, new_entries: NewEntries) -> None:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE audit_tree RENAME TO audit_tree_gone")
            with pytest.raises(LogUnavailable), act(ada, Event.ALERT_CONFIRM, "alert:7"):
                pass
            cursor.execute("ALTER TABLE audit_tree_gone RENAME TO audit_tree")
        with act(ada, Event.ALERT_CONFIRM, "alert:7"):
            pass
        assert [leaf.outcome for leaf in leaves(new_entries())] == ["done"]


@pytest.mark.both_databases
@pytest.mark.clause("6.b.i.9/entries")
@pytest.mark.django_db(transaction=True)
def test_acts_at_the_same_time_stand_one_after_the_other(ada: Actor, new_entries: NewEntries) -> None:
    failures: list[Exception] = []

    def work(number: int) -> None:
        try:
            for i in range(10):
                with act(ada, Event.ALERT_VIEW, f"alert:{number}.{i}"):
                    Group.objects.create(name=f"{number}.{i}")
        except Exception as failure:
            failures.append(failure)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(groups()) == 40
    entries = new_entries()
    assert len({entry.object for entry in entries}) == 40
    assert [e.sequence for e in entries] == list(range(entries[0].sequence, entries[0].sequence + 40))


@pytest.mark.both_databases
@pytest.mark.parametrize(
    "broken", [{"password": "x"}, {"Token": "x"}, {"x": object()}, {"x": float("nan")}, {"x": 2**60}]
)
def test_neither_secrets_nor_what_json_does_not_know_gets_on_the_log(
    ada: Actor, db: None, broken: dict[str, Any]
) -> None:
    with pytest.raises((ValueError, TypeError)):
        record(ada, Event.IMAGE_VIEW, "read:1", **broken)


@pytest.mark.both_databases
def test_what_a_stranger_sends_is_cut_and_cleaned_rather_than_left_out(new_entries: NewEntries) -> None:
    stranger = Actor("anonymous", "", "x" * 5000, "192.0.2.66")
    record(
        stranger,
        Event.ROUTE_REFUSE,
        "GET /\0\ud800" + "y" * 5000,
        outcome="refused",
        clause="6.c.ii.1",
        reason="z" * 5000,
        agent="w" * 5000,
        tried=["v" * 500] * 500,
    )
    (leaf,) = leaves(new_entries())
    assert leaf.actor_name.endswith("… (5000 characters)")
    assert leaf.object.startswith("GET /\ufffd?yyy")
    assert (len(leaf.object), len(leaf.reason), len(str(leaf.details["agent"]))) == (200, 2000, 1000)
    tried = leaf.details["tried"]
    assert isinstance(tried, list)
    assert tried[-1] == "… (500 items)"


def test_whoever_works_at_the_hubs_command_line_is_named_by_their_account() -> None:
    actor = command_line_actor("people create")
    assert actor.kind == "system"
    assert actor.name == f"{actor.id} at the hub's command line: people create"
