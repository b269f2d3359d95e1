"""Plates of people whom the searcher knows: their own, their family's, their colleagues' (6.a.ii.3)."""

from collections import defaultdict, deque
from collections.abc import Iterator
from datetime import datetime, timedelta

from plateward.oversight.detectors.detector import Detector
from plateward.oversight.detectors.records import Event, EventKind, Person, Suspicion
from plateward.oversight.detectors.signs import Reading, Signs
from plateward.oversight.detectors.wording import claim_words
from plateward.policy.trace import enforces

LESSON = timedelta(hours=2)  # in which two others search plates of their own: a class tries the system
OTHERS = 2
LOOKS = {EventKind.SEARCH: "Searched", EventKind.VIEW: "Viewed", EventKind.EXPORT: "Exported"}


@enforces("6.a.ii.3")
class ClosePlates(Detector):
    """Says so at the first search for one's own or family's plate, whatever the case, but for one's own in a class that
    tries the system; for a colleague's plate, if no case is known to explain it. Where many searches are accounted for
    no better, one may meet a colleague's car by chance: then it is told at the second."""

    names = ("colleague's plate", "family plate", "own plate")

    def __init__(self, signs: Signs) -> None:
        super().__init__(signs)
        self._people = signs.people
        self._owners: dict[str, list[tuple[Person, bool]]] = defaultdict(list)
        for person in signs.people.values():
            for plate in person.own_plates:
                self._owners[plate].append((person, False))
            for plate in person.family_plates - person.own_plates:
                self._owners[plate].append((person, True))
        self._tried: dict[str, datetime] = {}  # when a person last searched a plate of their own
        self._colleagues: dict[str, deque[datetime]] = defaultdict(deque)  # looks at colleagues' plates

    def hear(self, reading: Reading) -> Iterator[Suspicion]:
        event = reading.event
        owners = self._owners.get(event.plate, ())
        if not owners or event.kind not in LOOKS:
            return
        did = LOOKS[event.kind]
        mine = [is_family for owner, is_family in owners if owner.id == event.person]
        if mine and not all(mine) and event.kind is not EventKind.EXPORT and self._is_lesson(event):
            return
        if mine:
            whose = "a family member's" if all(mine) else "their own"
            detector = "family plate" if all(mine) else "own plate"
            yield Suspicion(
                detector,
                event.person,
                f"{did} {whose} plate, {event.plate}. {self._given(reading)}",
                event.plate,
            )
        elif event.kind is EventKind.EXPORT or (reading.is_unexplained and not self._may_be_chance(reading)):
            owner, is_family = owners[0]
            whose = (
                f"a plate of {owner.label}'s family"
                if is_family
                else f"the plate of a colleague, {owner.label}"
            )
            yield Suspicion(
                "colleague's plate",
                event.person,
                f"{did} {whose}: {event.plate}. {self._given(reading)}",
                event.plate,
                frozenset({owner.id}),
            )

    def _is_lesson(self, event: Event) -> bool:
        others = [at for person, at in self._tried.items() if person != event.person]
        self._tried[event.person] = event.at
        return sum(event.at - at <= LESSON for at in others) >= OTHERS

    def _may_be_chance(self, reading: Reading) -> bool:
        """Whether it is the first look at a colleague's plate for long, with no less of a case than many searches."""
        event, looks = reading.event, self._colleagues[reading.event.person]
        while looks and looks[0] < event.at - timedelta(days=self.thresholds.repeat_days):
            looks.popleft()
        if not reading.is_retry:
            looks.append(event.at)
        rate = self.signs.rates.rate(self.signs.person(event.person), reading.claim, "claim")
        return len(looks) < 2 and not reading.off_shift and rate > self.thresholds.common_rate

    def _given(self, reading: Reading) -> str:
        event = reading.event
        case = f"case {event.case}" if event.case else "no case number"
        reason = f"reason “{event.reason or event.purpose}”" if event.reason or event.purpose else "no reason"
        known = claim_words(reading.claim) if event.kind is EventKind.SEARCH and event.case else ""
        return f"Given: {reason[:80]}, {case}{known and f', {known}'}."
