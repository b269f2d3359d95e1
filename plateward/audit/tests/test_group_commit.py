"""Entries that wait together share one commit; none is lost, doubled or failed by another's fault."""

import threading
from collections.abc import Callable, Sequence

import pytest
from django.db import OperationalError

from plateward.audit.actor import Actor
from plateward.audit.events import Event
from plateward.audit.group_commit import GroupCommit
from plateward.audit.log import EntryDraft
from plateward.audit.unavailable import LogUnavailable

ADA = Actor("person", "archuleta", "Ada Archuleta")


def draft(name: str) -> EntryDraft:
    return EntryDraft(ADA, Event.IMAGE_VIEW, name)


class Log:
    """Takes entries slowly, and notes what came together."""

    def __init__(self) -> None:
        self.groups: list[list[str]] = []
        self.first, self.go_on = threading.Event(), threading.Event()
        self.down = False

    def append(self, drafts: Sequence[EntryDraft]) -> None:
        names = [entry.object for entry in drafts]
        self.first.set()
        self.go_on.wait(10)
        if self.down:
            raise LogUnavailable("down") from OperationalError("disk full")
        if "bad" in names:
            raise LogUnavailable("bad") from ValueError("bad")
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
            ends[name] = str(error)

    threads = [threading.Thread(target=work, args=[name]) for name in names]
    threads[0].start()
    log.first.wait(10)
    for number, thread in enumerate(threads[1:], 1):
        thread.start()
        while len(group._waiting) < number:
            pass
    log.go_on.set()
    for thread in threads:
        thread.join(10)
    assert not any(thread.is_alive() for thread in threads)
    return ends


@pytest.mark.clause("6.b.i.9", "AU-5")
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
        assert set(commit_all(log, ["first", "a", "b"]).values()) == {"down"}
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
