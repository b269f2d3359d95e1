"""What the detectors read: people and their vehicles, the audit log with what CAD answered, and what the hub knows
besides: shifts, CAD's calls, police action."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Q

from plateward.core.audit.events import Event
from plateward.core.audit.leaf import Leaf
from plateward.core.audit.log_reader import in_parts
from plateward.core.audit.models import AuditEntry
from plateward.core.cases.standing import NumberStanding
from plateward.field.fleet.checks.models import ReaderCheck
from plateward.field.hotlists.protected.models import Vehicle
from plateward.field.hotlists.requests.models import Request
from plateward.ground.matching.normalize import zeroed
from plateward.ground.policy.trace import enforces
from plateward.oversight.detectors.every import weakens
from plateward.oversight.detectors.records import Account, CadRecord, EventKind, LogEvent, NumberClaim, Shift
from plateward.oversight.detectors.roster import Roster
from plateward.oversight.findings.police_action import OF_ALERT, OF_SEARCH, PoliceActions
from plateward.oversight.findings.rules import EXPORTS
from plateward.people.access.models import Suspension
from plateward.people.models import Person
from plateward.work.alerts.models import Alert
from plateward.work.dispatch.models import Call, CallAlert
from plateward.work.searches.marking import Mark
from plateward.work.searches.models import Mark as MarkOf
from plateward.work.searches.models import MarkStep, NumberCheck, Search

KINDS = {
    Event.ACCESS_INTERRUPT: EventKind.CONFIGURATION,
    Event.ALERT_VIEW: EventKind.VIEW,
    Event.HOTLIST_APPROVE: EventKind.LISTING,
    Event.PERSON_LOGIN: EventKind.LOGIN,
    Event.SEARCH_ASK: EventKind.SEARCH,
    Event.THRESHOLD_SET: EventKind.CONFIGURATION,
    **dict.fromkeys(EXPORTS, EventKind.EXPORT),
}
COPIES = {
    Event.ALERT_PRINT,
    Event.IMAGE_DOWNLOAD,
    Event.IMAGE_PRINT,
}  # whose entries name the case that they are for
ROWS = ("reads", "entries", "people", "lines")  # the detail of an export's entry that counts them
LEFT = "Left the agency"
OF_REQUEST = re.compile(r"hotlist-request:(\d{1,18})")
AT_TERMINAL = ", at "  # in the description of a client: see people/clients.py
CLAIMS = {
    NumberStanding.CLOSED: NumberClaim.CLOSED,
    NumberStanding.FOREIGN: NumberClaim.OTHER_UNIT,
    NumberStanding.OPEN: NumberClaim.OPEN,
    NumberStanding.UNASSIGNED: NumberClaim.OPEN,
    NumberStanding.UNKNOWN: NumberClaim.UNKNOWN,
    NumberStanding.UNREACHABLE: NumberClaim.UNJUDGED,
}

BY_PLATE = {  # where CAD names other plates
    NumberStanding.FOREIGN: NumberClaim.OTHER_UNIT,
    NumberStanding.OPEN: NumberClaim.OTHER_PLATE,
    NumberStanding.UNASSIGNED: NumberClaim.OTHER_PLATE,
}


def known_people() -> dict[str, Account]:
    """Every account, by username, with the plates that the register of protected vehicles has."""
    plates: dict[tuple[int, str], set[str]] = defaultdict(set)
    for vehicle in Vehicle.objects.in_force().exclude(person=None):
        plates[vehicle.person_id or 0, vehicle.kind].add(vehicle.bare)
    return {
        account.username: Account(
            account.username,
            account.full_name,
            account.role,
            account.unit.name if account.unit else "",
            account.supervisor.username if account.supervisor else "",
            frozenset(plates[account.pk, Vehicle.Kind.PERSONAL]),
            frozenset(plates[account.pk, Vehicle.Kind.FAMILY]),
        )
        for account in Person.objects.select_related("unit", "supervisor")
    }


@enforces("AU-6/findings")
def log_events(since: datetime) -> Iterator[LogEvent]:
    """What people did since then, in the order of the log; a search once for each of its plates."""
    entries = AuditEntry.objects.filter(
        event__in=list(KINDS), outcome="done", actor_kind="person", at__gte=since
    ).exclude(~Q(object__startswith="alert:"), event=Event.ALERT_VIEW)
    known = _Known(PoliceActions(since))
    for part in in_parts(entries):
        yield from _events([leaf for entry in part if (leaf := entry.leaf)], known)


@dataclass
class _Known:
    """Besides the entries: `terminals` by session, as the log-ins so far say; `packages` that their person has."""

    actions: PoliceActions
    terminals: dict[str, str] = field(default_factory=dict)
    packages: set[str] = field(default_factory=set)

    def terminal(self, leaf: Leaf) -> str:
        """The registered terminal of this session; any other browser is known by its address alone."""
        if leaf.event == Event.PERSON_LOGIN:
            session, client = str(leaf.details.get("session", "")), str(leaf.details.get("client", ""))
            self.terminals[session] = client.partition(AT_TERMINAL)[2]
            return self.terminals[session]
        return self.terminals.get(leaf.session, "")

    def has_left(self, leaf: Leaf) -> bool:
        """Whether this package was downloaded before: a download that broke off and is repeated is one export."""
        package = str(leaf.details.get("requested", ""))
        if leaf.event != Event.EVIDENCE_DOWNLOAD or not package:
            return False
        before = package in self.packages
        self.packages.add(package)
        return before


def _events(leaves: list[Leaf], known: _Known) -> Iterator[LogEvent]:
    keys = [int(match[1]) for leaf in leaves if (match := OF_SEARCH.fullmatch(leaf.object))]
    keys += [key for leaf in leaves if (key := _search_of_copy(leaf))]
    searches = Search.objects.in_bulk(keys)
    checks = {  # the last of each, which may follow an outage
        check.search_id: check for check in NumberCheck.objects.filter(search__in=keys).order_by("pk")
    }
    marked = _marked(keys)
    alerts = Alert.objects.filter(pk__in=[key for leaf in leaves if (key := _alert_of(leaf))])
    viewed = dict(alerts.values_list("pk", "entry__bare"))
    requests = Request.objects.filter(kind=Request.Kind.LIST).select_related("requester", "entry")
    listed = requests.in_bulk(
        [int(match[1]) for leaf in leaves if (match := OF_REQUEST.fullmatch(leaf.object))]
    )
    for leaf in leaves:
        match = OF_SEARCH.fullmatch(leaf.object)
        search = searches.get(int(match[1])) if match else None
        kind, at = KINDS[Event(leaf.event)], datetime.fromisoformat(leaf.at)
        device = known.terminal(leaf)
        if kind is EventKind.SEARCH and search is None:
            continue
        if kind is EventKind.LISTING:
            match = OF_REQUEST.fullmatch(leaf.object)
            request = listed.get(int(match[1])) if match else None
            if request and request.entry:  # of a request to remove one, nothing is listed
                plate, who = zeroed(request.entry.bare), request.requester.username
                yield LogEvent(at, leaf.actor_id, kind, plate, to=who)
            continue
        what, is_copy = _what(leaf), leaf.event in COPIES
        if kind is EventKind.CONFIGURATION and not what:
            continue
        if known.has_left(leaf):
            continue
        plates = search.query.plates if search and kind is EventKind.SEARCH else ()
        if kind is EventKind.VIEW:
            plates = (viewed.get(_alert_of(leaf), ""),)
        number = leaf.details.get("number") if is_copy else ""
        case = search.number if search else str(number or "")
        for plate in map(zeroed, plates or ("",)):
            if is_copy:
                claim = _claim_of_copy(searches.get(_search_of_copy(leaf)), case, checks)
            else:
                claim = _claim(checks.get(search.pk) if search else None, plate) if case else None
            yield LogEvent(
                at,
                leaf.actor_id,
                kind,
                plate,
                search.purpose if search else "",
                search.reason if search else leaf.reason,
                case,
                leaf.address,
                device,
                results=_rows(leaf) if kind is EventKind.EXPORT else None,
                action_later=(
                    known.actions.followed(leaf.actor_id, plate, at, claim)
                    if plate and kind is not EventKind.VIEW
                    else None
                ),
                to=leaf.object.removeprefix("person:") if leaf.event == Event.ACCESS_INTERRUPT else "",
                what=what,
                claim=claim,
                marked=search.pk in marked if search and search.offense is not None else None,
            )


@enforces("6.e.vi/generic", "6.a.ii.2/found")
def _marked(searches: list[int]) -> set[int]:
    """Those of these searches whose sentence was marked as thin or odd, and that no supervisor found in order."""
    in_order = MarkStep.objects.filter(kind=MarkStep.Kind.IN_ORDER, search__in=searches).values("search")
    marks = MarkOf.objects.filter(search__in=searches, kind__in=(Mark.THIN, Mark.ODD)).exclude(
        search__in=in_order
    )
    return set(marks.values_list("search", flat=True))


@enforces("6.a.iii/worth")
def _claim(check: NumberCheck | None, plate: str) -> NumberClaim:
    """What the number is worth for this plate, as CAD answered: where it names vehicles, by these."""
    if check is None:
        return NumberClaim.UNJUDGED
    standing = NumberStanding(check.standing)
    if standing in BY_PLATE and check.vehicles and plate:
        return NumberClaim.PLATE_NAMED if plate in (check.named or "").split() else BY_PLATE[standing]
    return CLAIMS[standing]


@enforces("6.a.ii.2/group", "6.a.iii/worth")
def _claim_of_copy(
    search: Search | None, number: str, checks: Mapping[int, NumberCheck]
) -> NumberClaim | None:
    """What CAD answered for the search that showed the image, if the copy was taken under its number; None: what is
    known of the number apart from searches decides."""
    if search is None or search.number != number:
        return None
    of_plates = [_claim(checks.get(search.pk), zeroed(plate)) for plate in search.query.plates or ("",)]
    return NumberClaim.PLATE_NAMED if NumberClaim.PLATE_NAMED in of_plates else of_plates[0]


def _alert_of(leaf: Leaf) -> int:
    """The key of the alert that was opened; 0: none was."""
    match = OF_ALERT.fullmatch(leaf.object) if leaf.event == Event.ALERT_VIEW else None
    return int(match[1]) if match else 0


@enforces("6.a.ii.2/group")
def _what(leaf: Leaf) -> str:
    """What was configured: somebody's access ended, not for a while alone; or a threshold was set so that the detectors
    see less. Empty for anything else."""
    if leaf.event == Event.ACCESS_INTERRUPT:
        return LEFT if leaf.details.get("kind") == Suspension.Kind.TERMINATED else ""
    if leaf.event != Event.THRESHOLD_SET:
        return ""
    name = leaf.object.removeprefix("threshold:")
    before, after = (float(str(leaf.details[each])) for each in ("before", "value"))
    if not weakens(name, before, after):
        return ""
    return f"detectors weakened: threshold {name} set from {before:g} to {after:g}"


def _search_of_copy(leaf: Leaf) -> int:
    """The key of the search whose results show the image; 0: another page does."""
    search = leaf.details.get("search") if leaf.event in COPIES else None
    return search if isinstance(search, int) else 0


def _rows(leaf: Leaf) -> float | None:
    if leaf.event in COPIES:
        return 2.0 if leaf.details.get("image") == "both" else 1.0
    rows = next((leaf.details[name] for name in ROWS if name in leaf.details), None)
    return float(rows) if isinstance(rows, int | float) else None


LONGEST_SHIFT = timedelta(hours=12)


@enforces("6.a.ii.3/found")
def shifts_since(since: datetime) -> Roster:
    """No roster is kept here, but a shift with a reader begins with a function check. Who made none may have worked all
    the same, so only times between two checks within 25 hours are judged: no shift fits between those."""
    checks = ReaderCheck.objects.filter(at__gte=since).values_list("by__username", "at")
    return Roster([Shift(name, at, at + LONGEST_SHIFT) for name, at in checks], "function checks")


@enforces("6.a.iii/worth")
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
