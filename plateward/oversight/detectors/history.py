"""What people did, each event read once for all detectors: what speaks for a search, and what against it."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from plateward.oversight.detectors.cad_book import EXPLAINED, UNEXPLAINED, CadBook, bare
from plateward.oversight.detectors.records import (
    DAY,
    FORTNIGHT,
    HOUR,
    Account,
    EventKind,
    LogEvent,
    NumberClaim,
)
from plateward.oversight.detectors.roster import Roster
from plateward.oversight.detectors.wording import SAYS_ENOUGH, Worth, worth_of

OVERTIME = timedelta(hours=2)  # before and after a shift
RETRY = timedelta(minutes=10)
FEW, ENOUGH = 3, 10  # colleagues who make a way of working; who are enough to be measured by


@dataclass(frozen=True, slots=True)
class Use:
    """A use of the system: an event with what is known of it. `off_shift`: None if nothing says. `again`: the person
    searched the plate minutes before. `first`: of the plates of one search, the first."""

    event: LogEvent
    claim: NumberClaim = NumberClaim.UNJUDGED
    off_shift: bool | None = None
    worth: Worth = SAYS_ENOUGH
    again: bool = False
    first: bool = True

    @property
    def is_search(self) -> bool:
        return self.event.kind is EventKind.SEARCH

    @property
    def unexplained(self) -> bool:
        """Whether it has no case number, or one that CAD contradicts."""
        return self.claim in UNEXPLAINED

    @property
    def explained(self) -> bool:
        return self.claim in EXPLAINED

    @property
    def vague(self) -> bool:
        return self.worth.vague if self.event.marked is None else self.event.marked


class History:
    """`uses`: every event in order of time; `by_person`: each person's."""

    def __init__(
        self,
        events: Iterable[LogEvent],
        people: Mapping[str, Account],
        roster: Roster,
        cad: CadBook,
    ) -> None:
        self.people, self.roster, self.cad = people, roster, cad
        self._matters = Matters()
        self._lately: dict[tuple[str, str], datetime] = {}
        self._last: dict[str, datetime] = {}
        self.uses = [self._read(event) for event in sorted(events, key=lambda event: event.at)]
        self.by_person: dict[str, list[Use]] = defaultdict(list)
        self._groups: dict[tuple[str, ...], list[tuple[datetime, str]]] = defaultdict(list)
        for use in self.uses:
            self.by_person[use.event.person].append(use)
        for key, uses in self.by_person.items():
            for group in self._groups_of(key):
                self._groups[group].append((uses[0].event.at, key))

    def person(self, key: str) -> Account:
        """Who that is, as far as is known."""
        return self.people.get(key, Account(key))

    def of(self, *kinds: EventKind) -> Iterator[Use]:
        """What was done of these kinds."""
        return (use for use in self.uses if use.event.kind in kinds)

    def learned(self, at: datetime) -> bool:
        """Whether by then the history is so long that what is usual in it is known."""
        return at - self.uses[0].event.at >= FORTNIGHT

    def colleagues(self, person: str, before: datetime) -> list[str]:
        """Who was there before, of the same role in the unit; where these are too few, of the role; then everybody."""
        there: list[str] = []
        for group in self._groups_of(person):
            there = [key for since, key in self._groups[group] if since < before and key != person]
            if len(there) >= ENOUGH:
                break
        return there if len(there) >= FEW else []

    def recent(self, span: timedelta, keep: Callable[[Use], bool]) -> Iterator[list[Use]]:
        """At each use that is kept, it and the person's others of this time before it."""
        for uses in self.by_person.values():
            recent: list[Use] = []
            for use in filter(keep, uses):
                recent = [each for each in recent if each.event.at > use.event.at - span] + [use]
                yield recent

    def _groups_of(self, key: str) -> tuple[tuple[str, ...], ...]:
        person = self.person(key)
        return ((person.role, person.unit), (person.role,), ())

    def _read(self, event: LogEvent) -> Use:
        off_shift = self.roster.is_off(event.person, event.at, OVERTIME)
        if event.kind is EventKind.LISTING:  # not a look at the plate
            return Use(event, off_shift=off_shift)
        if event.kind is not EventKind.SEARCH:
            self._matters.claim(event, NumberClaim.UNJUDGED)
            return Use(event, off_shift=off_shift)
        first = self._last.get(event.person) != event.at
        self._last[event.person] = event.at
        worth = worth_of(event.reason or event.purpose)
        if not event.plate:
            return Use(event, off_shift=off_shift, worth=worth, first=first)
        person, event = self.person(event.person), replace(event, case=self.cad.number_meant(event))
        claim = self.cad.claim(event, person.unit, person.own_plates | person.family_plates)
        claim = self._matters.claim(event, claim)
        before = self._lately.get((event.person, event.plate))
        self._lately[event.person, event.plate] = event.at
        return Use(event, claim, off_shift, worth, before is not None and event.at - before <= RETRY, first)


# What CAD says that does not rule out work: it may not know yet which other plates a case has come to.
MAY_BE_JOINT = frozenset(
    {
        NumberClaim.MISSING,
        NumberClaim.OPEN,
        NumberClaim.OTHER_PLATE,
        NumberClaim.OTHER_UNIT,
        NumberClaim.UNJUDGED,
        NumberClaim.UNKNOWN,
    }
)


class Matters:
    """Takes every view and search, in order of time."""

    def __init__(self) -> None:
        self._viewed: dict[
            tuple[str, str], datetime
        ] = {}  # by person and plate, before their first search of it
        self._searched: dict[str, dict[str, datetime]] = defaultdict(
            dict
        )  # by plate and person, the last time
        self._under: dict[tuple[str, str], set[str]] = defaultdict(set)  # by number and plate, the people
        self._worked: dict[
            tuple[str, str], datetime
        ] = {}  # by number and person, since when on a plate it names

    def claim(self, event: LogEvent, claim: NumberClaim) -> NumberClaim:
        """What the search is worth, given also what the person and colleagues saw and searched before. A plate that
        came to the person by an alert is not one that they came with."""
        who, plate, number = event.person, event.plate, bare(event.case)
        if event.kind is EventKind.VIEW:
            if who not in self._searched[plate]:
                self._viewed[who, plate] = event.at
            return claim
        others = [at for person, at in self._searched[plate].items() if person != who]
        is_joint = any(event.at - at <= DAY for at in others) or (
            number and self._under[number, plate] - {who}
        )
        viewed, worked = self._viewed.pop((who, plate), None), self._worked.get((number, who))
        self._searched[plate][who] = event.at
        self._under[number, plate].add(who)
        if number and claim is NumberClaim.PLATE_NAMED:
            self._worked.setdefault((number, who), event.at)
        if claim in MAY_BE_JOINT and is_joint:
            return NumberClaim.JOINT
        if claim is NumberClaim.MISSING and viewed and event.at - viewed <= HOUR:
            return NumberClaim.ELSEWHERE
        return (
            NumberClaim.WORKED
            if claim is NumberClaim.OTHER_PLATE and worked and event.at - worked >= DAY
            else claim
        )
