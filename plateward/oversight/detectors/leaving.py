"""Searches and exports just before somebody leaves."""

import re
from collections import defaultdict, deque
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from plateward.oversight.detectors.detector import Detector
from plateward.oversight.detectors.records import Event, EventKind, Person, Suspicion
from plateward.oversight.detectors.signs import Reading, Signs
from plateward.oversight.detectors.wording import claims_of
from plateward.policy.trace import enforces

LEAVING = re.compile(
    r"\b(leav(e|es|ing)\b(?! of)|left\b|resign|separat|terminat|retire|last day|depart(?!ment)|offboard|"
    r"(disabl|deactivat|remov|revok|end)\w* (the )?(account|access))",
    re.IGNORECASE,
)
HISTORY = timedelta(days=90)
SHIFTS_TO_KNOW = 5  # within the last month; a roster with fewer says nothing of who leaves


@enforces("6.a.ii.2")
class BeforeLeaving(Detector):
    """Looks back from the moment when it is on record that somebody leaves, or when the roster, which goes on for two
    weeks or more, no longer has them: were there many more exports than usual, or searches that no case is known to
    explain? For exports, which are rare, it is enough that the roster no longer has them from two weeks on. Who returns
    after a vacation does not leave."""

    names = ("before leaving",)

    def __init__(self, signs: Signs) -> None:
        super().__init__(signs)
        self._people, self._roster = signs.people, signs.roster
        self._events: dict[str, deque[Reading]] = defaultdict(deque)
        self._leavers: dict[str, datetime] = {}
        self._first: dict[str, datetime] = {}

    def hear(self, reading: Reading) -> Iterator[Suspicion]:
        event = reading.event
        if event.kind in {EventKind.SEARCH, EventKind.EXPORT}:
            self._events[event.person].append(reading)
            self._first.setdefault(event.person, event.at)
        for leaver in leavers(event, self._people):
            self._leavers[leaver] = event.at
            if leaver != event.person and self._events[leaver]:  # whose own events may end with it
                yield from self._judge(leaver, event.at, "it is on record that they leave")
        leaver_at = self._leavers.get(event.person)
        if leaver_at and event.at - leaver_at <= timedelta(days=self.thresholds.leaving_days):
            yield from self._judge(event.person, event.at, "it is on record that they leave")

    def end_day(self, at: datetime) -> Iterator[Suspicion]:
        ahead = timedelta(days=self.thresholds.leaving_days)
        for person, events in self._events.items():
            while events and events[0].event.at < at - HISTORY:
                events.popleft()
            if not events or events[-1].event.at < at - timedelta(days=1):
                continue
            recorded = self._leavers.get(person)
            if recorded and at - recorded <= ahead:
                yield from self._judge(person, at, "it is on record that they leave")
            elif self._roster.shifts_between(person, at - timedelta(days=30), at) < SHIFTS_TO_KNOW:
                continue
            elif self._has_left_roster(person, at):
                yield from self._judge(person, at, "the roster no longer has them")
            elif self._has_left_roster(person, at + ahead):
                yield from self._judge(person, at, "the roster soon no longer has them", exports_only=True)

    def _has_left_roster(self, person: str, begin: datetime) -> bool:
        """Whether they have no shift from then on, though the roster goes on."""
        goes_on = self._roster.ends_at > begin + timedelta(days=self.thresholds.leaving_days)
        return goes_on and not self._roster.has_shift_from(person, begin)

    def _judge(
        self, person: str, at: datetime, why: str, *, exports_only: bool = False
    ) -> Iterator[Suspicion]:
        days = self.thresholds.leaving_days
        begin = at - timedelta(days=days)
        unexplained = [item for item in self._events[person] if item.is_unexplained]
        exports = [item for item in self._events[person] if item.event.kind is EventKind.EXPORT]
        known = min(HISTORY, at - self._first[person])
        periods = known / timedelta(days=days) - 1
        for items, least, did in (
            (exports, self.thresholds.leaving_exports, "exports"),
            (unexplained, self.thresholds.leaving_searches, "searches that no case is known to explain"),
        ):
            late = [item for item in items if item.event.at >= begin]
            if len(late) < least or periods <= 0 or (exports_only and items is not exports):
                continue
            usual = (len(items) - len(late)) / periods
            if len(late) > self.thresholds.leaving_factor * usual:
                sentence = (
                    f"Made {len(late)} {did} in the last {days:.0f} days, while {why}; usual are {usual:.0f}."
                )
                claims = claims_of(late) if items is unexplained else ""
                yield Suspicion("before leaving", person, f"{sentence} {claims}".strip())
                return


def leavers(event: Event, people: Mapping[str, Person]) -> list[str]:
    """Whom this event records as leaving or without access from now on: named in `to` or `what`; otherwise whoever made
    it. Empty if it records no such thing."""
    if event.kind is not EventKind.CONFIGURATION or not LEAVING.search(event.what):
        return []
    words = {event.to, *re.findall(r"[\w.@-]+", event.what)}
    named = [person.id for person in people.values() if person.id in words]
    named += [
        person.id for person in people.values() if person.name and person.name in (event.to, event.what)
    ]
    return named or [event.person]
