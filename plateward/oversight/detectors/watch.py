"""All detectors, one after another, over a history in order of time."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from operator import methodcaller

from plateward.oversight.detectors.accounts import SharedAccount
from plateward.oversight.detectors.cad_book import CadBook
from plateward.oversight.detectors.close_plates import ClosePlates
from plateward.oversight.detectors.concealing import Concealment
from plateward.oversight.detectors.detector import Detector
from plateward.oversight.detectors.exports import BulkExport
from plateward.oversight.detectors.habits import Habits, ReasonReuse
from plateward.oversight.detectors.leaving import BeforeLeaving
from plateward.oversight.detectors.records import Event, Finding, Person, Suspicion
from plateward.oversight.detectors.repeated import NoAction, RepeatedPlate
from plateward.oversight.detectors.roster import Roster
from plateward.oversight.detectors.routing import route
from plateward.oversight.detectors.sharing import SharingDrift
from plateward.oversight.detectors.signs import Signs
from plateward.oversight.detectors.thresholds import Thresholds
from plateward.oversight.detectors.unused import UnusedAccess
from plateward.oversight.detectors.volume import Volume

DAY = timedelta(days=1)
IDLE = timedelta(days=400)  # days without any event beyond which the clock is set forward
LEAVES_OUT = frozenset({"no case", "off-shift", "plausible lie", "repeated plate", "vague reasons"})
ALL = (
    RepeatedPlate,
    ClosePlates,
    Habits,
    ReasonReuse,
    NoAction,
    SharedAccount,
    Volume,
    BulkExport,
    BeforeLeaving,
    SharingDrift,
    Concealment,
    UnusedAccess,
)
NAMES = sorted(name for detector in ALL for name in detector.names)


class Watch:
    """Folds what the detectors say into findings. `hear` and `end_at` return the findings that are new; `findings` has
    all, with their counts. `now` is the time of the last event, but for one that alone lies far ahead. A detector that
    fails raises; with `failures`, its error is put there, and the others go on without it."""

    def __init__(
        self,
        people: Mapping[str, Person],
        roster: Roster,
        cad: CadBook,
        thresholds: Thresholds | None = None,
        failures: list[Exception] | None = None,
    ) -> None:
        self._thresholds = thresholds or Thresholds()
        self._failures = failures
        self._people = people
        self._signs = Signs(people, roster, cad, self._thresholds)
        self._detectors: list[Detector] = [detector(self._signs) for detector in ALL]
        self._open: dict[tuple[str, str, str, str], int] = {}
        self._midnight: datetime | None = None
        self._leapt = False
        self.now: datetime | None = None
        self.findings: list[Finding] = []

    def hear(self, event: Event) -> list[Finding]:
        """Take the next event."""
        event = self._in_time(event)
        new = self.end_at(event.at)
        reading = self._signs.read(event)
        return new + self._each(methodcaller("hear", reading), event.at)

    def _in_time(self, event: Event) -> Event:
        """The event; if it alone lies far ahead, by a clock that was wrong, as if it were now."""
        leaps = self.now is not None and event.at - self.now > IDLE
        if self.now and leaps and not self._leapt:
            self._leapt = True
            return replace(event, at=self.now)
        self._leapt = False
        if self.now is None or event.at > self.now or self.now - event.at > IDLE:
            self.now = event.at
        return event

    def end_at(self, at: datetime) -> list[Finding]:
        """Set the clock forward: every day that ends until then is over."""
        if self._midnight is None or self._midnight - at > IDLE:
            self._midnight = at.replace(hour=0, minute=0, second=0, microsecond=0) + DAY
        new: list[Finding] = []
        self._midnight = max(self._midnight, at - IDLE)
        while self._midnight <= at:
            new += self._each(methodcaller("end_day", self._midnight), self._midnight)
            self._midnight += DAY
        return new

    def _each(self, report: Callable[[Detector], Iterable[Suspicion]], at: datetime) -> list[Finding]:
        new = []
        for detector in tuple(self._detectors):
            try:
                new += self._fold(report(detector), at)
            except Exception as failed:
                if self._failures is None:
                    raise
                self._failures.append(failed)
                self._detectors.remove(detector)
        return new

    def _fold(self, suspicions: Iterable[Suspicion], at: datetime) -> list[Finding]:
        new = []
        for suspicion in suspicions:
            key = (suspicion.detector, suspicion.subject, suspicion.plate, suspicion.topic)
            index = self._open.get(key)
            if index is not None:
                finding = self.findings[index]
                if at - finding.last_at <= timedelta(days=self._thresholds.quiet_days):
                    finding = replace(finding, last_at=at, count=finding.count + 1)
                    if (
                        not suspicion.implicated <= finding.implicated
                    ):  # who else may be part of it only grows
                        implicated = finding.implicated | suspicion.implicated
                        to = route(replace(suspicion, implicated=implicated), self._people)
                        finding = replace(finding, implicated=implicated, to=to)
                    self.findings[index] = finding
                    continue
            self._open[key] = len(self.findings)
            finding = Finding(
                at,
                suspicion.detector,
                suspicion.subject,
                suspicion.plate,
                route(suspicion, self._people),
                suspicion.sentence,
                at,
                implicated=suspicion.implicated,
                topic=suspicion.topic,
            )
            self.findings.append(finding)
            if suspicion.detector in LEAVES_OUT:
                self._signs.rates.leave_out(self._signs.person(suspicion.subject))
            new.append(finding)
        return new
