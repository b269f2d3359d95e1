"""What the hub knows besides its log, as the detectors read it: shifts, CAD's calls, police action."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from plateward.alerts.facts import AlertOutcome
from plateward.alerts.models import Disposition
from plateward.dispatch.models import Call, CallAlert
from plateward.evidence.dems.models import Step
from plateward.evidence.dems.rules import DutyStepKind
from plateward.fleet.checks.models import Check
from plateward.matching.normalize import zeroed
from plateward.oversight.detectors.cad_book import SILENT
from plateward.oversight.detectors.records import CadRecord, Claim, Shift
from plateward.oversight.detectors.roster import Roster
from plateward.policy.trace import enforces

LONGEST_SHIFT = timedelta(hours=12)
WORKED = (  # what came of an alert if somebody went after the vehicle
    AlertOutcome.ENCOUNTER,
    AlertOutcome.ENFORCEMENT,
    AlertOutcome.INVESTIGATION,
    AlertOutcome.NOT_LOCATED,
)


@enforces("6.a.ii.3")
def shifts_since(since: datetime) -> Roster:
    """No roster is kept here, but a shift with a reader begins with a function check. Who made none may have worked all
    the same, so only times between two checks within 25 hours are judged: no shift fits between those."""
    checks = Check.objects.filter(at__gte=since).values_list("by__username", "at")
    return Roster([Shift(name, at, at + LONGEST_SHIFT) for name, at in checks], "function checks")


@enforces("6.a.iii")
def cad_records(since: datetime) -> list[CadRecord]:
    """CAD's calls to which alerts were added. What CAD itself names is judged as it answered each search (feed.py)."""
    plates: dict[Call, set[str]] = defaultdict(set)
    links = CallAlert.objects.filter(at__gte=since).exclude(call__number="")
    for link in links.select_related("call", "alert__entry"):
        plates[link.call].add(zeroed(link.alert.entry.bare))
    return [
        CadRecord(
            call.number,
            call.opened_at,
            None if call.cad == Call.Cad.OPEN else call.heard_at or call.opened_at,
            kind=call.kind or call.common,
            plates=frozenset(named),
        )
        for call, named in plates.items()
    ]


class PoliceActions:
    """When somebody acted on a plate: an alert was worked on or added to a call, or exported to DEMS."""

    def __init__(self, since: datetime) -> None:
        self._by_plate: dict[str, list[datetime]] = defaultdict(list)
        worked = Disposition.objects.filter(at__gte=since, outcome__in=WORKED)
        called = CallAlert.objects.filter(at__gte=since).exclude(by=None)
        by_people = (DutyStepKind.EXPORTED, DutyStepKind.STARTED)
        exported = Step.objects.filter(at__gte=since, kind__in=by_people)
        self._add(worked.values_list("alert__entry__bare", "at"))
        self._add(called.values_list("alert__entry__bare", "at"))
        self._add(exported.values_list("duty__alert__entry__bare", "at"))
        for moments in self._by_plate.values():
            moments.sort()

    def _add(self, rows: Iterable[tuple[str, datetime]]) -> None:
        for bare, at in rows:
            self._by_plate[zeroed(bare)].append(at)

    @enforces("6.a.ii.2")
    def followed(self, plate: str, at: datetime, within: timedelta, claim: Claim | None) -> bool | None:
        """Whether action followed a search at this time. None: the case is open in CAD, or CAD was not heard, so
        action may be on record there, which the hub does not see."""
        moments = self._by_plate.get(plate, [])
        next_one = bisect_left(moments, at)
        if next_one < len(moments) and moments[next_one] - at <= within:
            return True
        return None if claim in SILENT else False
