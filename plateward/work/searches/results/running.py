"""The searches that run now in this process: few for a person, and none longer than the person may see results."""

import asyncio
import contextlib
import logging
import threading
import time
from collections.abc import Collection
from dataclasses import dataclass, field

from django.db import connection

from plateward.core.audit.events import Event
from plateward.core.audit.log import LogUnavailable, record_refusal
from plateward.ground.policy.decision import Refusal
from plateward.ground.policy.trace import enforces
from plateward.people.actor import PersonActor
from plateward.people.permissions import Permission
from plateward.people.sign_in import open_sessions
from plateward.work.searches import records
from plateward.work.searches.models import Search
from plateward.work.searches.results.slots import streams
from plateward.work.searches.rules import may_run

logger = logging.getLogger(__name__)
CHECK_EVERY = 0.5  # seconds: a stream ends within one second of its session


@dataclass(eq=False)
class RunningSearch:
    """One stream of results. `dismissed` gets the reasons why it must end; none: its session's key must be shown."""

    session: open_sessions.OpenSession
    actor: PersonActor
    search: int
    loop: asyncio.AbstractEventLoop
    dismissed: "asyncio.Future[tuple[Refusal, ...]]" = field(init=False)

    def __post_init__(self) -> None:
        self.dismissed = self.loop.create_future()

    def dismiss(self, reasons: tuple[Refusal, ...]) -> None:
        """Called from the checking thread."""
        with contextlib.suppress(RuntimeError):  # the loop is closed: so is the stream
            self.loop.call_soon_threadsafe(self._end, reasons)

    def _end(self, reasons: tuple[Refusal, ...]) -> None:
        if not self.dismissed.done():
            self.dismissed.set_result(reasons)


class RunningSearches:
    """All streams of this process, and one thread that checks their sessions while there are any."""

    def __init__(self) -> None:
        self._running: set[RunningSearch] = set()
        self._lock = threading.Lock()
        self._checking = False

    def begin(self, running: RunningSearch) -> bool:
        """Whether there is room for another stream of this person; if so, it is checked from now on."""
        if not streams.take(running.session.person):
            return False
        with self._lock:
            self._running.add(running)
            if not self._checking:
                threading.Thread(target=self._check_all, name="search-sessions", daemon=True).start()
                self._checking = True
            return True

    def end(self, running: RunningSearch) -> None:
        """This stream has ended."""
        with self._lock:
            if running not in self._running:
                return
            self._running.discard(running)
        streams.give_back(running.session.person)

    def _check_all(self) -> None:
        while self._wanted():
            try:
                self.check(self._all())
            except Exception:
                logger.exception("The sessions of running searches cannot be checked; the searches end.")
                for running in self._all():
                    running.dismiss(())
            finally:
                connection.close()
            time.sleep(CHECK_EVERY)

    def _wanted(self) -> bool:
        with self._lock:
            self._checking = bool(self._running)
            return self._checking

    def _all(self) -> list[RunningSearch]:
        with self._lock:
            return list(self._running)

    @enforces("6.a.i.2/own", "6.a.i.2/unauthorized", "6.d.ii/yearly", "AC-2/disabled", "AC-12/ends")
    def check(self, searches: Collection[RunningSearch]) -> None:
        """End the streams of people who may no longer search: first end them all, then log it."""
        sessions = open_sessions.refusals_of_sessions(
            {running.session for running in searches}, Permission.SEARCH_RUN
        )
        over = _over({running.search for running in searches})
        refused = {
            running: sessions[running.session] if running.session in sessions else over[running.search]
            for running in searches
            if running.session in sessions or running.search in over
        }
        for running, reasons in refused.items():
            running.dismiss(reasons)
        for running, reasons in refused.items():
            for refusal in reasons[:1]:
                with contextlib.suppress(LogUnavailable):  # the process log reports it
                    record_refusal(running.actor, Event.ROUTE_REFUSE, f"search:{running.search}", refusal)


def _over(searches: Collection[int]) -> dict[int, tuple[Refusal, ...]]:
    """Which of these searches may not run any longer: their time is over, or CAD did not confirm their number."""
    rows = records.with_records(Search.objects.filter(pk__in=searches))
    decisions = {search.pk: may_run(records.state(search), own=True) for search in rows}
    return {pk: (decision,) for pk, decision in decisions.items() if isinstance(decision, Refusal)}


running_searches = RunningSearches()
