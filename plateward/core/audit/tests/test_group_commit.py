"""Entries that wait together share one commit; none is lost, doubled or failed by another's fault."""

import threading
from collections.abc import Callable, Iterator, Sequence

import pytest
from django.db import OperationalError, connection, connections, transaction

from plateward.core.audit import log as audit_log
from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.group_commit import GroupCommit
from plateward.core.audit.log import EntryDraft, act, record
from plateward.core.audit.models import AuditEntry, Tree
from plateward.core.audit.unavailable import LogUnavailable, log_failed
from plateward.core.db.together import Waiting
from plateward.testing.waiting import WITHIN

ADA = Actor("person", "archuleta", "Ada Archuleta")
BEN = Actor("person", "begay", "Ben Begay")


def draft(name: str) -> EntryDraft:
    return EntryDraft(ADA, Event.IMAGE_VIEW, name)


@pytest.fixture
def outages() -> Iterator[list[set[str]]]:
    """The people of each outage that is signaled."""
    signaled: list[set[str]] = []
    log_failed.connect(lambda people, **_: signaled.append(set(people)), weak=False, dispatch_uid="test")
    yield signaled
    log_failed.disconnect(dispatch_uid="test")


class Log:
    """Takes entries slowly, and notes what came together."""

    def __init__(self) -> None:
        self.groups: list[list[str]] = []
        self.first, self.go_on = threading.Event(), threading.Event()
        self.down = False

    def append(self, drafts: Sequence[EntryDraft]) -> None:
        names = [entry.object for entry in drafts]
        self.first.set()
        self.go_on.wait(WITHIN)
        if self.down:
            raise OperationalError("disk full")
        if "bad" in names:
            raise ValueError("bad")
        self.groups.append(names)


def commit_all(
    log: Log, names: list[str], append: Callable[[Sequence[EntryDraft]], None] | None = None
) -> dict[str, str]:
    """One thread for each name; the first is committing while the others come, in order. What each heard."""
    group, ends = GroupCommit(append or log.append), {}

    def work(name: str) -> None:
        try:
            group.commit([draft(name)])
            ends[name] = "done"
        except LogUnavailable as error:
            ends[name] = str(error.__cause__)

    threads = [threading.Thread(target=work, args=[name]) for name in names]
    threads[0].start()
    log.first.wait(WITHIN)
    for number, thread in enumerate(threads[1:], 1):
        thread.start()
        while len(group.together._waiting) < number:
            pass
    log.go_on.set()
    for thread in threads:
        thread.join(WITHIN)
    assert not any(thread.is_alive() for thread in threads)
    return ends


@pytest.mark.clause("6.b.i.9/first", "AU-5/stops")
class TestGroupCommit:
    def test_those_who_wait_share_one_commit(self) -> None:
        log, names = Log(), [str(i) for i in range(20)]
        assert commit_all(log, names) == dict.fromkeys(names, "done")
        assert [len(group) for group in log.groups] == [1, 19]
        assert sorted(name for group in log.groups for name in group) == sorted(names)

    def test_what_one_brought_fails_nobody_else(self) -> None:
        log = Log()
        ends = commit_all(log, ["first", "a", "bad", "b"])
        assert ends == {"first": "done", "a": "done", "bad": "bad", "b": "done"}
        assert sorted(name for group in log.groups for name in group) == ["a", "b", "first"]

    def test_where_the_database_fails_all_are_told_and_nothing_is_tried_singly(self) -> None:
        log = Log()
        log.down = True
        assert set(commit_all(log, ["first", "a", "b"]).values()) == {"disk full"}
        assert log.groups == []
        log.down = False
        GroupCommit(log.append).commit([draft("later")])
        assert log.groups == [["later"]]

    @pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
    @pytest.mark.parametrize("ended_at", ["", "a"])  # while it writes all, while it tries each alone
    def test_nothing_counts_as_written_when_the_thread_that_writes_is_ended(self, ended_at: str) -> None:
        log = Log()

        def append(drafts: Sequence[EntryDraft]) -> None:
            names = [entry.object for entry in drafts]
            if names != ["first"] and (not ended_at or names == [ended_at]):
                raise SystemExit
            log.append(drafts)

        ends = commit_all(log, ["first", "b", "a", "bad", "c"], append)
        assert {name for group in log.groups for name in group} == ({"first", "b"} if ended_at else {"first"})
        assert {name for name, end in ends.items() if end == "done"} == {"first"}
        assert {"a", "bad", "c"} < set(ends)  # whose thread goes on hears of it

    def test_behind_a_writer_that_hangs_nobody_waits_for_long(self, outages: list[set[str]]) -> None:
        log = Log()
        group = GroupCommit(log.append, follow_s=0.2)
        leader = threading.Thread(target=group.commit, args=[[draft("first")]])
        leader.start()
        log.first.wait(WITHIN)
        with pytest.raises(LogUnavailable, match=r"Nothing was done.*6\.b\.i\.10"):
            group.commit([draft("follower")])
        assert outages == [{"archuleta"}]
        log.go_on.set()
        leader.join(WITHIN)
        group.commit([draft("later")])
        assert log.groups == [["first"], ["later"]]


@pytest.mark.both_databases
@pytest.mark.clause("6.b.i.10/failure", "AU-5/stops")
@pytest.mark.django_db(transaction=True)
def test_only_what_fails_alone_too_is_an_outage(outages: list[set[str]]) -> None:
    bad = EntryDraft(BEN, Event.IMAGE_VIEW, "bad", details={"what": object()})  # type: ignore[dict-item]
    group = [Waiting[Sequence[EntryDraft], None](drafts) for drafts in ([draft("good")], [bad])]
    audit_log._group.together.work_for(group)
    assert (group[0].error, type(group[1].error)) == (None, TypeError)
    assert AuditEntry.objects.latest("sequence").object == "good"
    assert outages == [{"begay"}]


@pytest.mark.both_databases
@pytest.mark.clause("6.b.i.10/failure", "AU-5/stops")
@pytest.mark.django_db(transaction=True)
def test_a_tree_that_another_connection_holds_is_an_outage_after_seconds(
    outages: list[set[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_log, "WAIT_S", 1)
    if connection.vendor == "sqlite":
        monkeypatch.setattr(connections["default"], "wait_s", 1.0)
    held, release = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            Tree.objects.select_for_update().get()
            held.set()
            release.wait(WITHIN)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    assert held.wait(WITHIN)
    try:
        with pytest.raises(LogUnavailable):
            record(ADA, Event.IMAGE_VIEW, "read:1")
        with pytest.raises(LogUnavailable), act(BEN, Event.IMAGE_VIEW, "read:2"):
            pass
        assert holder.is_alive()
    finally:
        release.set()
        holder.join(WITHIN)
        connection.close()  # which waits for a second only
    assert outages == [{"archuleta"}, {"begay"}]
    record(ADA, Event.IMAGE_VIEW, "read:3")
    assert AuditEntry.objects.latest("sequence").object == "read:3"
