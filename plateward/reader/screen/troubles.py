"""What an officer must know is not as it should be, in words."""

import time
from datetime import timedelta

from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.ground.wire.state import FaultKind
from plateward.reader.process import ReaderProcess
from plateward.reader.screen.crew import Crew
from plateward.reader.screen.reporter import Reporter

SILENT = 10.0  # seconds without a frame
ENDS = timedelta(minutes=30)  # so long before its end the log-in says so


@enforces("6.e.iv.1/missing")
class Troubles:
    """Asked twice a second while somebody is logged in."""

    def __init__(self, process: ReaderProcess, crew: Crew, reporter: Reporter) -> None:
        self._process, self._crew, self._reporter = process, crew, reporter
        self._frames, self._since = -1, time.monotonic()

    def __call__(self) -> list[str]:
        return [
            text
            for ask in (self._camera, self._hub, self._position, self._clock, self._check, self._end)
            if (text := ask())
        ]

    def _camera(self) -> str:
        now = time.monotonic()
        if self._process.frames != self._frames:
            self._frames, self._since = self._process.frames, now
        silent = now - self._since
        return (
            f"No picture from the camera for {silent:.0f} s"
            if silent > SILENT
            else self._process.picture.problem
        )

    def _hub(self) -> str:
        if self._reporter.connected is not False:
            return ""
        confirmed = self._process.stores.hotlist.confirmed_at
        since = f" Hot list as of {confirmed.astimezone():%H:%M}." if confirmed else ""
        return f"No connection. Alarms go on from this reader's own list.{since}"

    def _position(self) -> str:
        return "" if self._process.positions.at(clock.now()).position else "No position"

    def _clock(self) -> str:
        faults = self._process.faults.current
        return next((fault.words for fault in faults if fault.kind is FaultKind.TIME), "")

    def _check(self) -> str:
        return self._process.shift.lack(clock.now())

    def _end(self) -> str:
        session = self._crew.session
        if session is None or session.officer.until - clock.now() > ENDS:
            return ""
        return f"Your log-in ends at {session.officer.until.astimezone():%H:%M}"
