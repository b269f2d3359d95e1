"""Which case numbers people work on together or for long, as their searches show."""

from collections import defaultdict
from datetime import datetime, timedelta

from plateward.oversight.detectors.cad_book import CadBook, bare, form_of
from plateward.oversight.detectors.records import Claim, Event

TOGETHER = timedelta(days=30)  # in which a colleague's search for the plate under the number was made
AFTER_ALERT = timedelta(hours=1)
USERS = 2  # other people who use numbers of a form that CAD's have not: another system's
# What CAD says that does not rule out work: it may not know yet which other plates a case has come to.
MAY_BE_JOINT = frozenset(
    {Claim.FOREIGN, Claim.OPEN, Claim.OPEN_WITHOUT_PLATE, Claim.OTHER_PLATE, Claim.OTHER_UNIT}
    | {Claim.UNJUDGED, Claim.UNKNOWN, Claim.WORKED}
)


class Matters:
    """Hears every search, in order of time."""

    def __init__(self, cad: CadBook) -> None:
        self._cad = cad
        self._searched: dict[tuple[str, str], dict[str, datetime]] = defaultdict(
            dict
        )  # number, plate; person
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

    def claim(self, event: Event, claim: Claim) -> Claim:
        """What the number is worth, given also what the person and colleagues searched under it before. A plate that
        came to the person by an alert is not one that they came with."""
        number, viewed = bare(event.case), self._viewed.get((event.person, event.plate))
        is_new = event.plate not in self._known[event.person]
        self._known[event.person].add(event.plate)
        if not number:
            is_alert = is_new and viewed and event.at - viewed <= AFTER_ALERT
            return Claim.ELSEWHERE if is_alert else claim
        searched = self._searched[number, event.plate]
        settled = claim
        if claim is Claim.OTHER_PLATE and self._works(number, event):
            settled = Claim.WORKED
        if claim is Claim.UNKNOWN and self._is_another_systems(number, event.person):
            settled = Claim.UNJUDGED
        if claim in MAY_BE_JOINT and any(
            person != event.person and event.at - at <= TOGETHER for person, at in searched.items()
        ):
            settled = Claim.JOINT
        if claim is Claim.PLATE_NAMED:
            self._worked.setdefault((number, event.person), event.at)
        searched[event.person] = event.at
        return settled

    def _works(self, number: str, event: Event) -> bool:
        """Whether the person searched a plate that CAD names under this number before today."""
        since = self._worked.get((number, event.person))
        return since is not None and since.date() < event.at.date()

    def _is_another_systems(self, number: str, person: str) -> bool:
        """Whether CAD has no numbers of this form, and others use them too."""
        form = form_of(number)
        users = self._forms[form]
        users.add(person)
        return len(users - {person}) >= USERS and not self._cad.has_form(form)
