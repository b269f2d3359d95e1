"""What people work on together or for long, as their searches show."""

from collections import defaultdict
from datetime import datetime, timedelta

from plateward.oversight.detectors.cad_book import CadBook, bare, form_of
from plateward.oversight.detectors.records import Claim, Event, Person

TOGETHER = timedelta(days=30)  # in which a colleague, by the number or of the unit, searched the plate
BY_RADIO = timedelta(minutes=15)  # the same, by anybody: an officer's stop is a dispatcher's, too
BROADCAST = 3  # other people, of whatever unit
AFTER_ALERT = timedelta(hours=1)
USERS = 2  # other people who use numbers of a form that CAD's have not: another system's
FITS = frozenset({Claim.JOINT, Claim.PLATE_NAMED, Claim.WORKED})
# What CAD says that does not rule out work: it may not know yet which other plates a case has come to.
MAY_BE_JOINT = frozenset(
    {Claim.FOREIGN, Claim.MISSING, Claim.OPEN, Claim.OPEN_WITHOUT_PLATE, Claim.OTHER_PLATE, Claim.OTHER_UNIT}
    | {Claim.UNJUDGED, Claim.UNKNOWN, Claim.WORKED}
)


class Matters:
    """Hears every search, in order of time."""

    def __init__(self, cad: CadBook) -> None:
        self._cad = cad
        self._searched: dict[tuple[str, str], dict[str, datetime]] = defaultdict(
            dict
        )  # number, plate; person
        self._fitted: dict[tuple[str, str], datetime] = {}  # person, plate: last under a number that fits
        # By plate and person: when they last searched it, and of what unit they are.
        self._lately: dict[str, dict[str, tuple[datetime, str]]] = defaultdict(dict)
        self._worked: dict[
            tuple[str, str], datetime
        ] = {}  # number, person; since when under a plate that CAD names
        self._known: dict[str, set[str]] = defaultdict(set)  # plates that a person has searched
        self._viewed: dict[tuple[str, str], datetime] = {}  # before the first search
        self._forms: dict[str, set[str]] = defaultdict(set)  # of numbers that CAD does not know; people

    def view(self, event: Event) -> None:
        """Somebody opens a read or an alert."""
        if event.plate and event.plate not in self._known[event.person]:
            self._viewed[event.person, event.plate] = event.at

    def claim(self, event: Event, claim: Claim, person: Person) -> Claim:
        """What the search is worth, given also what the person and colleagues searched before. A plate that came to the
        person by an alert is not one that they came with."""
        number, viewed = bare(event.case), self._viewed.get((event.person, event.plate))
        is_new = event.plate not in self._known[event.person]
        self._known[event.person].add(event.plate)
        settled = claim
        if number:
            settled = self._of_number(event, number, claim, person)
        elif (is_new and viewed and event.at - viewed <= AFTER_ALERT) or self._goes_on(event):
            settled = Claim.ELSEWHERE
        if settled in MAY_BE_JOINT and self._is_joint(event, number, person.unit):
            settled = Claim.JOINT
        if number and settled in FITS:
            self._fitted[event.person, event.plate] = event.at
        self._searched[number, event.plate][event.person] = event.at
        self._lately[event.plate][event.person] = (event.at, person.unit)
        return settled

    def _of_number(self, event: Event, number: str, claim: Claim, person: Person) -> Claim:
        if claim is Claim.OTHER_PLATE and self._works(number, event):
            return Claim.WORKED
        if claim is Claim.UNKNOWN and self._is_another_systems(number, person):
            return Claim.UNJUDGED
        if claim is Claim.PLATE_NAMED:
            self._worked.setdefault((number, event.person), event.at)
        return claim

    def _goes_on(self, event: Event) -> bool:
        """Whether the person searched the plate under a number that fits lately, and only left it out now."""
        fitted = self._fitted.get((event.person, event.plate))
        return fitted is not None and event.at - fitted <= TOGETHER

    def _is_joint(self, event: Event, number: str, unit: str) -> bool:
        """Whether others searched the plate lately: one under the number, one of the same unit, one just now, or
        several, as after a broadcast."""
        same_number = self._searched[number, event.plate] if number else {}
        others = [each for person, each in self._lately[event.plate].items() if person != event.person]
        lately = [(at, of) for at, of in others if event.at - at <= TOGETHER]
        return (
            any(person != event.person and event.at - at <= TOGETHER for person, at in same_number.items())
            or any((unit and unit == of) or event.at - at <= BY_RADIO for at, of in lately)
            or len(lately) >= BROADCAST
        )

    def _works(self, number: str, event: Event) -> bool:
        """Whether the person searched a plate that CAD names under this number before today."""
        since = self._worked.get((number, event.person))
        return since is not None and since.date() < event.at.date()

    def _is_another_systems(self, number: str, person: Person) -> bool:
        """Whether CAD has no numbers of this form, and others use them too, or the person is of another agency."""
        form = form_of(number)
        users = self._forms[form]
        users.add(person.id)
        is_used = person.is_outside or len(users - {person.id}) >= USERS
        return is_used and not self._cad.has_form(form)
