"""What police action is on record for a plate: on its alerts, and what was taken from the system for a case or a lawful
purpose. What officers do on the street, in CAD or in the records system is not here."""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime

from plateward.core.audit.events import Event
from plateward.core.audit.leaf import Leaf
from plateward.core.audit.log_reader import in_parts
from plateward.core.audit.models import AuditEntry
from plateward.field.reads.store import configured_store
from plateward.ground.errors import PlatewardError
from plateward.ground.matching.normalize import zeroed
from plateward.ground.policy.trace import enforces
from plateward.oversight.detectors.plates import ACTION
from plateward.oversight.detectors.records import NumberClaim
from plateward.work.alerts.facts import AlertOutcome
from plateward.work.alerts.leaving import Destination, DisclosurePurpose
from plateward.work.alerts.models import Alert, Disposition
from plateward.work.dispatch.models import CallAlert
from plateward.work.evidence.dems.models import Duty, DutyStep
from plateward.work.evidence.dems.rules import DutyStepKind
from plateward.work.searches.models import Search

OF_ALERT = re.compile(r"alert:(\d{1,18})")  # its own page, not a list
OF_SEARCH = re.compile(r"search:(\d{1,18})")
WORKED = (  # what came of an alert if somebody went after the vehicle
    AlertOutcome.ENCOUNTER,
    AlertOutcome.ENFORCEMENT,
    AlertOutcome.INVESTIGATION,
    AlertOutcome.NOT_LOCATED,
)
RELEASES = (  # whose entries say where it goes: case sheets, packages, copies, results of searches
    *(Event.ALERT_PRINT, Event.EVIDENCE_REQUEST, Event.IMAGE_DOWNLOAD, Event.IMAGE_PRINT),
    Event.SEARCH_EXPORT,
)
OUTSIDE = (DisclosurePurpose.AGENCY, DisclosurePurpose.COURT)


@enforces("6.a.ii.2/found")
class PoliceActions:
    """When somebody acted on a plate: an alert was worked on, added to a call or exported to DEMS; or reads of it were
    brought into a case through DEMS, or disclosed.

    A disclosure within the agency is only its person's word, so it explains others' searches and not their own."""

    def __init__(self, since: datetime) -> None:
        self._by_plate: dict[str, list[tuple[datetime, str]]] = defaultdict(list)
        worked = Disposition.objects.filter(at__gte=since, outcome__in=WORKED)
        called = CallAlert.objects.filter(at__gte=since).exclude(by=None)
        by_people = (DutyStepKind.EXPORTED, DutyStepKind.STARTED)
        exported = DutyStep.objects.filter(at__gte=since, kind__in=by_people).exclude(duty__alert=None)
        self._add(worked.values_list("alert__entry__bare", "at"))
        self._add(called.values_list("alert__entry__bare", "at"))
        self._add(exported.values_list("duty__alert__entry__bare", "at"))
        self._add(_brought_in(since))
        entries = AuditEntry.objects.filter(
            event__in=RELEASES, outcome="done", actor_kind="person", at__gte=since
        )
        for part in in_parts(entries):
            self._add_released([leaf for entry in part if (leaf := entry.leaf)])
        for moments in self._by_plate.values():
            moments.sort()

    def _add(self, rows: Iterable[tuple[str, datetime]], own: str = "") -> None:
        """`own`: whose searches this does not explain."""
        for bare, at in rows:
            self._by_plate[zeroed(bare)].append((at, own))

    def _add_released(self, leaves: list[Leaf]) -> None:
        searches = Search.objects.in_bulk([_search_of(leaf) for leaf in leaves])
        alerts = Alert.objects.filter(pk__in=[pk for leaf in leaves for pk in _alerts_of(leaf)])
        plates = dict(alerts.values_list("pk", "entry__bare"))
        for leaf in leaves:
            purpose = leaf.details.get("disclosed_for")
            if purpose is None and leaf.details.get("destination") != Destination.DEMS:
                continue
            search, at = searches.get(_search_of(leaf)), datetime.fromisoformat(leaf.at)
            named = [
                *(search.query.plates if search else ()),
                *(plates.get(pk, "") for pk in _alerts_of(leaf)),
            ]
            own = "" if purpose is None or purpose in OUTSIDE else leaf.actor_id
            self._add([(plate, at) for plate in named if plate], own)

    @enforces("6.a.ii.2/found")
    def followed(self, person: str, plate: str, at: datetime, claim: NumberClaim | None) -> bool | None:
        """Whether action followed this person's search at this time. None: the case is open in CAD, or CAD was not
        heard, so action may be on record there, which the hub does not see."""
        moments = self._by_plate.get(plate, [])
        for moment, own in moments[bisect_left(moments, (at, "")) :]:
            if moment - at > ACTION:
                break
            if own != person:
                return True
        return None if claim in {NumberClaim.OPEN, NumberClaim.UNJUDGED} else False


def _brought_in(since: datetime) -> Iterator[tuple[str, datetime]]:
    """A single read that somebody vetted for a case; of a search's results the search says the plates."""
    for duty in Duty.objects.filter(alert=None, at__gte=since):
        if len(duty.reads) == 1:
            try:
                stored = configured_store().get(duty.keys[0])
            except PlatewardError:  # destroyed, or away
                continue
            if stored:
                yield stored.read.plate, duty.at


def _search_of(leaf: Leaf) -> int:
    """The search whose results leave, or that shows the image; 0: none."""
    match, search = OF_SEARCH.fullmatch(leaf.object), leaf.details.get("search")
    return int(match[1]) if match else search if isinstance(search, int) else 0


def _alerts_of(leaf: Leaf) -> list[int]:
    match, named = OF_ALERT.fullmatch(leaf.object), leaf.details.get("alerts")
    others = [alert for alert in named if isinstance(alert, int)] if isinstance(named, list) else []
    return [*others, *([int(match[1])] if match else [])]
