"""Carries the screen's acts to the hub, and back who may not be logged in any more, in a thread of its own."""

import threading
from collections.abc import Callable, Collection
from contextlib import suppress
from uuid import UUID

from plateward.ground.policy.trace import enforces
from plateward.ground.wire.officer import ScreenReport
from plateward.reader.errors import HubAway, HubRefuses
from plateward.reader.hub import Hub
from plateward.reader.screen.crew import Crew

EVERY = 5.0  # seconds: so soon is a person out whose access ended, while there is a connection


@enforces("6.a.i.2/vehicle", "AU-2/logons")
class Reporter(threading.Thread):
    """`redraw` what the screen shows after each report; `unsent` gives the reads that wait for the hub."""

    def __init__(self, crew: Crew, hub: Hub, redraw: Callable[[], None]) -> None:
        super().__init__(name="screen reporter", daemon=True)
        self.connected: bool | None = None
        self.unsent: Callable[[], Collection[UUID]] = lambda: ()
        self._crew, self._hub, self._redraw = crew, hub, redraw
        self._stopping, self._wake = threading.Event(), threading.Event()

    def wake(self) -> None:
        self._wake.set()

    def stop(self) -> None:
        self._stopping.set()
        self.wake()
        self.join(timeout=5)

    def run(self) -> None:
        while not self._stopping.is_set():
            self._wake.clear()
            self._crew.end_what_is_over()
            try:
                more = self._report()
                self.connected = True
            except HubAway as error:
                more, self.connected = False, False
                if (
                    isinstance(error, HubRefuses) and error.final
                ):  # the reader was revoked, and everybody with it
                    self._crew.take_refusals(self._everybody(str(error)))
            self._redraw()
            if not more:
                self._wake.wait(EVERY)
        with suppress(HubAway):
            self._report()  # the last log-out
        self._hub.close()

    def _everybody(self, why: str) -> dict[str, str]:
        session = self._crew.session
        return dict.fromkeys([*self._crew.usernames(), *([session.officer.username] if session else [])], why)

    def _report(self) -> bool:
        """Returns whether more waits that can go."""
        acts, session = self._crew.acts.due(self.unsent), self._crew.session
        report = ScreenReport(
            session.officer.username if session else "",
            session.officer.since if session else None,
            self._crew.usernames(),
            acts,
        )
        answer = self._hub.report(report)
        self._crew.acts.remove(acts)
        self._crew.take_refusals(answer.refused)
        return bool(acts) and bool(self._crew.acts.due(self.unsent))
