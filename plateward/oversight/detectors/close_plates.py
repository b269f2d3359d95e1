"""Plates of people whom the searcher knows: their own, their family's, their colleagues' (6.a.ii.3)."""

from collections import defaultdict
from collections.abc import Iterator

from plateward.oversight.detectors.detector import Detector
from plateward.oversight.detectors.records import EventKind, Person, Suspicion
from plateward.oversight.detectors.signs import Reading, Signs
from plateward.oversight.detectors.wording import claim_words
from plateward.policy.trace import enforces

LOOKS = {EventKind.SEARCH: "Searched", EventKind.VIEW: "Viewed", EventKind.EXPORT: "Exported"}


@enforces("6.a.ii.3")
class ClosePlates(Detector):
    """Says so at the first search for one's own or family's plate, whatever the case; for a colleague's plate, if no
    case is known to explain it."""

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

    def hear(self, reading: Reading) -> Iterator[Suspicion]:
        event = reading.event
        owners = self._owners.get(event.plate, ())
        if not owners or event.kind not in LOOKS:
            return
        did = LOOKS[event.kind]
        mine = [is_family for owner, is_family in owners if owner.id == event.person]
        if mine:
            whose = "a family member's" if all(mine) else "their own"
            detector = "family plate" if all(mine) else "own plate"
            yield Suspicion(
                detector,
                event.person,
                f"{did} {whose} plate, {event.plate}. {self._given(reading)}",
                event.plate,
            )
        elif event.kind is EventKind.EXPORT or reading.is_unexplained:
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

    def _given(self, reading: Reading) -> str:
        event = reading.event
        case = f"case {event.case}" if event.case else "no case number"
        reason = f"reason “{event.reason or event.purpose}”" if event.reason or event.purpose else "no reason"
        known = claim_words(reading.claim) if event.kind is EventKind.SEARCH and event.case else ""
        return f"Given: {reason[:80]}, {case}{known and f', {known}'}."
