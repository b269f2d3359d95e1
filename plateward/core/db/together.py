"""What several threads want done at the same time is done at once by one of them: one lock, one write to disk."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from django.db import InterfaceError, OperationalError

NOT_DONE = "The thread that was to do it was ended."
GATHER_S = 0.002  # after a group of several: they come again, and a write to disk takes as long
DATABASE_FAILED = OperationalError, InterfaceError
Item = TypeVar("Item")
Made = TypeVar("Made")


class TooSlow(OperationalError):
    """The thread that was to do it is still at work after a long time: it may yet be done."""


@dataclass(eq=False)
class Waiting(Generic[Item, Made]):
    """What a thread wants done, what came of it, and how it failed. `ready`: it is done, or this thread is to lead."""

    item: Item
    ready: threading.Event = field(default_factory=threading.Event)
    done: bool = False
    made: Any = None
    error: Exception | None = field(default_factory=lambda: InterruptedError(NOT_DONE))  # until it is done


class Together(Generic[Item, Made]):
    """The first of the waiting threads works for all: the others find theirs done.

    If `work` raises, each is tried alone, so that no thread fails by what another brought; but not where the database
    itself failed (`fails_all`). Where the thread that works hangs, the others wait no longer than `follow_s`.
    """

    def __init__(
        self,
        work: Callable[[Sequence[Item]], Sequence[Made]],
        *,
        most: int,
        follow_s: float,
        fails_all: tuple[type[Exception], ...] = DATABASE_FAILED,
    ) -> None:
        self._work, self._most, self._follow_s, self._fails_all = work, most, follow_s, fails_all
        self._guard = threading.Lock()
        self._waiting: list[Waiting[Item, Made]] = []
        self._somebody_leads = False
        self._last = 0  # how many the last group had

    def do(self, item: Item) -> Made:
        """What is made of it. Raises what its work raised, and TooSlow behind a thread that hangs."""
        own = Waiting[Item, Made](item)
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
            raise own.error
        made: Made = own.made
        return made

    def _give_up(self, own: Waiting[Item, Made]) -> None:
        """Raises TooSlow, unless this thread's turn came just now."""
        with self._guard:
            if own.ready.is_set():
                return
            if own in self._waiting:  # else it is being done, though whoever wants it hears that it was not
                self._waiting.remove(own)
        raise TooSlow(f"it has not answered for {self._follow_s:.0f} seconds")

    def _lead(self) -> None:
        """Work for all who wait, then hand on to the first of those who came meanwhile."""
        if self._last > 1:
            time.sleep(GATHER_S)
        with self._guard:
            group, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
            self._last = len(group)
        try:
            self.work_for(group)
        finally:
            with self._guard:
                if self._waiting:
                    self._waiting[0].ready.set()
                else:
                    self._somebody_leads = False
            for waiting in group:
                waiting.done = True
                waiting.ready.set()

    def work_for(self, group: Sequence[Waiting[Item, Made]]) -> None:
        """For all, or for each alone."""
        try:
            made = self._work([waiting.item for waiting in group])
        except Exception as error:
            if len(group) == 1 or isinstance(error, self._fails_all):
                for waiting in group:
                    waiting.error = error
                return
            for waiting in group:
                self.work_for([waiting])
            return
        for waiting, each in zip(group, made, strict=True):
            waiting.made, waiting.error = each, None
