"""Entries that wait at the same time share one transaction: one lock on the tree, one write to disk."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import InterfaceError, OperationalError

from plateward.audit.unavailable import LogUnavailable
from plateward.policy.trace import enforces

if TYPE_CHECKING:
    from plateward.audit.log import EntryDraft

MOST_AT_ONCE = 500  # waiting threads whose entries share a transaction
NOT_WRITTEN = "The thread that was to write these entries was ended."
GATHER_S = 0.002  # after a group of several: they come again, and a write to disk takes as long


@dataclass
class _Waiting:
    """What one thread has to append, and how that ended. `ready`: it is done, or this thread is to lead."""

    drafts: "Sequence[EntryDraft]"
    ready: threading.Event = field(default_factory=threading.Event)
    done: bool = False
    error: Exception | None = field(
        default_factory=lambda: InterruptedError(NOT_WRITTEN)
    )  # until it is on disk


class GroupCommit:
    """The first of the waiting threads commits for all: the others find their entries on disk when it is done.

    `append` appends and commits, or raises; then nothing of the group is on the log. Unless the database itself failed,
    each is then tried alone, so that no thread fails by what another brought."""

    def __init__(self, append: "Callable[[Sequence[EntryDraft]], None]") -> None:
        self._append = append
        self._guard = threading.Lock()
        self._waiting: list[_Waiting] = []
        self._somebody_leads = False
        self._last = 0  # how many the last group had

    @enforces("6.b.i.9", "AU-5")
    def commit(self, drafts: "Sequence[EntryDraft]") -> None:
        """Returns when these entries are on disk. Raises LogUnavailable."""
        own = _Waiting(drafts)
        with self._guard:
            self._waiting.append(own)
            if not self._somebody_leads:
                self._somebody_leads = True
                own.ready.set()
        own.ready.wait()
        if not own.done:
            self._lead()
        if own.error:
            raise LogUnavailable(str(own.error)) from own.error

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

    def _commit_group(self, group: Sequence[_Waiting]) -> None:
        try:
            self._append([draft for waiting in group for draft in waiting.drafts])
        except Exception as error:
            together = len(group) == 1 or isinstance(error.__cause__, OperationalError | InterfaceError)
            for waiting in group:
                waiting.error = error if together else self._error_alone(waiting)
        else:
            for waiting in group:
                waiting.error = None

    def _error_alone(self, waiting: _Waiting) -> Exception | None:
        try:
            self._append(waiting.drafts)
        except Exception as error:
            return error
        return None
