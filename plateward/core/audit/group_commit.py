"""Entries that wait at the same time share one transaction: one lock on the tree, one write to disk."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from django.db import InterfaceError, OperationalError

from plateward.core.audit.unavailable import NOTHING_DONE, Attempt, LogUnavailable, log_unavailable
from plateward.ground.policy.trace import enforces

MOST_AT_ONCE = 500  # waiting threads whose entries share a transaction
FOLLOW_S = 30.0  # more than two appends that end in time (log.py): the one under way, then one's own
NOT_WRITTEN = "The thread that was to write these entries was ended."
GATHER_S = 0.002  # after a group of several: they come again, and a write to disk takes as long
Draft = TypeVar("Draft", bound=Attempt)


@dataclass(eq=False)
class _Waiting(Generic[Draft]):
    """What one thread has to append, and how that ended. `ready`: it is done, or this thread is to lead."""

    drafts: Sequence[Draft]
    ready: threading.Event = field(default_factory=threading.Event)
    done: bool = False
    error: Exception | None = field(
        default_factory=lambda: InterruptedError(NOT_WRITTEN)
    )  # until it is on disk


class GroupCommit(Generic[Draft]):
    """The first of the waiting threads commits for all: the others find their entries on disk when it is done.

    `append` appends and commits, or raises; then nothing of the group is on the log. Unless the database itself failed,
    each is then tried alone, so that no thread fails by what another brought. Only what fails then is an outage. Where
    the thread that writes hangs, the others wait no longer than `follow_s`."""

    def __init__(self, append: Callable[[Sequence[Draft]], None], follow_s: float = FOLLOW_S) -> None:
        self._append, self._follow_s = append, follow_s
        self._guard = threading.Lock()
        self._waiting: list[_Waiting[Draft]] = []
        self._somebody_leads = False
        self._last = 0  # how many the last group had

    @enforces("6.b.i.9/first", "AU-5/stops")
    def commit(self, drafts: Sequence[Draft]) -> None:
        """Returns when these entries are on disk. Raises LogUnavailable."""
        own = _Waiting(drafts)
        with self._guard:
            self._waiting.append(own)
            if not self._somebody_leads:
                self._somebody_leads = True
                own.ready.set()
        if not own.ready.wait(self._follow_s):
            self._give_up(own)
        if not own.done:
            self._lead()
        if own.error:
            raise LogUnavailable(NOTHING_DONE) from own.error

    def _give_up(self, own: _Waiting[Draft]) -> None:
        """Raises LogUnavailable, unless this thread's turn came just now."""
        with self._guard:
            if own.ready.is_set():
                return
            if own in self._waiting:  # else it is being written, and the log may have what did not happen
                self._waiting.remove(own)
        slow = OperationalError(f"it has not answered for {self._follow_s:.0f} seconds")
        raise log_unavailable(slow, own.drafts) from slow

    def _lead(self) -> None:
        """Commit for all who wait, then hand on to the first of those who came meanwhile."""
        if self._last > 1:
            time.sleep(GATHER_S)
        with self._guard:
            group, self._waiting = self._waiting[:MOST_AT_ONCE], self._waiting[MOST_AT_ONCE:]
            self._last = len(group)
        try:
            self._commit_group(group)
        finally:
            with self._guard:
                if self._waiting:
                    self._waiting[0].ready.set()
                else:
                    self._somebody_leads = False
            for waiting in group:
                waiting.done = True
                waiting.ready.set()

    def _commit_group(self, group: Sequence[_Waiting[Draft]]) -> None:
        try:
            self._append([draft for waiting in group for draft in waiting.drafts])
        except Exception as error:
            if len(group) == 1 or isinstance(error, OperationalError | InterfaceError):
                _fail(group, error)
            else:
                self._commit_each(group)
        else:
            for waiting in group:
                waiting.error = None

    def _commit_each(self, group: Sequence[_Waiting[Draft]]) -> None:
        for waiting in group:
            try:
                self._append(waiting.drafts)
            except Exception as error:
                _fail([waiting], error)
            else:
                waiting.error = None


def _fail(group: Sequence[_Waiting[Draft]], error: Exception) -> None:
    """An outage, with the people of all."""
    log_unavailable(error, [draft for waiting in group for draft in waiting.drafts])
    for waiting in group:
        waiting.error = error
