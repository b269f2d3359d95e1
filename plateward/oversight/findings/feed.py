"""What the detectors hear: people and their vehicles, and the audit log with what CAD answered."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Q

from plateward import clock
from plateward.alerts.models import Alert
from plateward.audit.events import Event as AuditEvent
from plateward.audit.leaf import Leaf
from plateward.audit.models import AuditEntry
from plateward.audit.parts import in_parts
from plateward.cases.standing import NumberStanding
from plateward.hotlists.protected.models import Vehicle
from plateward.matching.normalize import zeroed
from plateward.oversight.detectors.records import Claim, Event, EventKind, Person
from plateward.oversight.detectors.thresholds import weakens
from plateward.oversight.findings.house import PoliceActions
from plateward.people.access.models import Suspension
from plateward.people.access.standing import approved_access, in_force_at
from plateward.people.models import Person as Account
from plateward.policy.trace import enforces
from plateward.searches.models import NumberCheck, Search

KINDS = {
    AuditEvent.ACCESS_EXPORT: EventKind.EXPORT,
    AuditEvent.ACCESS_INTERRUPT: EventKind.CONFIGURATION,
    AuditEvent.ALERT_PRINT: EventKind.EXPORT,
    AuditEvent.ALERT_VIEW: EventKind.VIEW,
    AuditEvent.AUDIT_EXPORT: EventKind.EXPORT,
    AuditEvent.CUSTODY_EXPORT: EventKind.EXPORT,
    AuditEvent.EVIDENCE_DOWNLOAD: EventKind.EXPORT,
    AuditEvent.HOTLIST_EXPORT: EventKind.EXPORT,
    AuditEvent.IMAGE_DOWNLOAD: EventKind.EXPORT,
    AuditEvent.IMAGE_PRINT: EventKind.EXPORT,
    AuditEvent.INVESTIGATION_EXPORT: EventKind.EXPORT,
    AuditEvent.PERSON_LOGIN: EventKind.LOGIN,
    AuditEvent.READ_SHARE: EventKind.SHARE,
    AuditEvent.REVIEW_EXPORT: EventKind.EXPORT,
    AuditEvent.SEARCH_ASK: EventKind.SEARCH,
    AuditEvent.SEARCH_EXPORT: EventKind.EXPORT,
    AuditEvent.THRESHOLD_SET: EventKind.CONFIGURATION,
}
COPIES = {
    AuditEvent.ALERT_PRINT,
    AuditEvent.IMAGE_DOWNLOAD,
    AuditEvent.IMAGE_PRINT,
}  # whose entries name the case that they are for
ROWS = ("reads", "entries", "people", "lines")  # the detail of an export's entry that counts them
LEFT = "Left the agency"
OF_ALERT = re.compile(r"alert:(\d{1,18})")  # its own page, not a list
OF_SEARCH = re.compile(r"search:(\d{1,18})")
AT_TERMINAL = ", at "  # in the description of a client: see people/clients.py
CLAIMS = {
    NumberStanding.CLOSED: Claim.CLOSED,
    NumberStanding.FOREIGN: Claim.OTHER_UNIT,
    NumberStanding.OPEN: Claim.OPEN_WITHOUT_PLATE,
    NumberStanding.UNASSIGNED: Claim.OPEN_WITHOUT_PLATE,
    NumberStanding.UNKNOWN: Claim.UNKNOWN,
    NumberStanding.UNREACHABLE: Claim.UNJUDGED,
}

BY_PLATE = {  # where CAD names other plates
    NumberStanding.FOREIGN: Claim.FOREIGN,
    NumberStanding.OPEN: Claim.OTHER_PLATE,
    NumberStanding.UNASSIGNED: Claim.OTHER_PLATE,
}


def known_people() -> dict[str, Person]:
    """Every account, by username, with the plates that the register of protected vehicles has, and since when it has
    the access that is in force."""
    now = clock.now()
    suspended = set(in_force_at(Suspension.objects.all(), now).values_list("person", flat=True))
    since = {
        access.person_id: access.begins
        for access in approved_access(now)
        if access.person_id not in suspended
    }
    plates: dict[tuple[int, str], set[str]] = defaultdict(set)
    for vehicle in Vehicle.objects.in_force().exclude(person=None):
        plates[vehicle.person_id or 0, vehicle.kind].add(vehicle.bare)
    return {
        account.username: Person(
            account.username,
            account.full_name,
            account.role,
            account.unit.name if account.unit else "",
            account.supervisor.username if account.supervisor else "",
            frozenset(plates[account.pk, Vehicle.Kind.PERSONAL]),
            frozenset(plates[account.pk, Vehicle.Kind.FAMILY]),
            account.pk in since,
            since.get(account.pk),
        )
        for account in Account.objects.select_related("unit", "supervisor")
    }


@enforces("6.b.i.9", "AU-6")
def log_events(since: datetime, expected: timedelta) -> Iterator[Event]:
    """What people did since then, in the order of the log; a search once for each of its plates. `expected`: how soon
    police action follows."""
    entries = AuditEntry.objects.filter(
        event__in=list(KINDS), outcome="done", actor_kind="person", at__gte=since
    ).exclude(~Q(object__startswith="alert:"), event=AuditEvent.ALERT_VIEW)
    known = _Known(PoliceActions(since), expected)
    for part in in_parts(entries):
        yield from _events([leaf for entry in part if (leaf := entry.leaf)], known)


@dataclass
class _Known:
    """Besides the entries: `terminals` by session, as the log-ins so far say; `packages` that their person has."""

    actions: PoliceActions
    expected: timedelta
    terminals: dict[str, str] = field(default_factory=dict)
    packages: set[str] = field(default_factory=set)

    def terminal(self, leaf: Leaf) -> str:
        """The registered terminal of this session; any other browser is known by its address alone."""
        if leaf.event == AuditEvent.PERSON_LOGIN:
            session, client = str(leaf.details.get("session", "")), str(leaf.details.get("client", ""))
            self.terminals[session] = client.partition(AT_TERMINAL)[2]
            return self.terminals[session]
        return self.terminals.get(leaf.session, "")

    def has_left(self, leaf: Leaf) -> bool:
        """Whether this package was downloaded before: a download that broke off and is repeated is one export."""
        package = str(leaf.details.get("requested", ""))
        if leaf.event != AuditEvent.EVIDENCE_DOWNLOAD or not package:
            return False
        before = package in self.packages
        self.packages.add(package)
        return before


def _events(leaves: list[Leaf], known: _Known) -> Iterator[Event]:
    keys = [int(match[1]) for leaf in leaves if (match := OF_SEARCH.fullmatch(leaf.object))]
    keys += [key for leaf in leaves if (key := _search_of_copy(leaf))]
    searches = Search.objects.in_bulk(keys)
    checks = {  # the last of each, which may follow an outage
        check.search_id: check for check in NumberCheck.objects.filter(search__in=keys).order_by("pk")
    }
    alerts = Alert.objects.filter(pk__in=[key for leaf in leaves if (key := _alert_of(leaf))])
    viewed = dict(alerts.values_list("pk", "entry__bare"))
    for leaf in leaves:
        match = OF_SEARCH.fullmatch(leaf.object)
        search = searches.get(int(match[1])) if match else None
        kind, at = KINDS[AuditEvent(leaf.event)], datetime.fromisoformat(leaf.at)
        device = known.terminal(leaf)
        if kind is EventKind.SEARCH and search is None:
            continue
        what = _what(leaf)
        if kind is EventKind.CONFIGURATION and not what:
            continue
        if known.has_left(leaf):
            continue
        plates = search.query.plates if search and kind is EventKind.SEARCH else ()
        if kind is EventKind.VIEW:
            plates = (viewed.get(_alert_of(leaf), ""),)
        case = search.number if search else _case_of_copy(leaf)
        for plate in map(zeroed, plates or ("",)):
            if leaf.event in COPIES:
                claim = _claim_of_copy(searches.get(_search_of_copy(leaf)), case, checks)
            else:
                claim = _claim(checks.get(search.pk) if search else None, plate) if case else None
            yield Event(
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
                    known.actions.followed(plate, at, known.expected, claim)
                    if plate and kind is not EventKind.VIEW
                    else None
                ),
                to=_to(leaf, kind),
                what=what,
                claim=claim,
            )


@enforces("6.a.iii")
def _claim(check: NumberCheck | None, plate: str) -> Claim:
    """What the number is worth for this plate, as CAD answered: where it names vehicles, by these."""
    if check is None:
        return Claim.UNJUDGED
    standing = NumberStanding(check.standing)
    if standing in BY_PLATE and check.vehicles and plate:
        return Claim.PLATE_NAMED if plate in (check.named or "").split() else BY_PLATE[standing]
    return CLAIMS[standing]


@enforces("6.a.ii.2", "6.a.iii")
def _claim_of_copy(search: Search | None, number: str, checks: Mapping[int, NumberCheck]) -> Claim | None:
    """What CAD answered for the search that showed the image, if the copy was taken under its number; None: what is
    known of the number apart from searches decides."""
    if search is None or search.number != number:
        return None
    of_plates = [_claim(checks.get(search.pk), zeroed(plate)) for plate in search.query.plates or ("",)]
    return Claim.PLATE_NAMED if Claim.PLATE_NAMED in of_plates else of_plates[0]


def _alert_of(leaf: Leaf) -> int:
    """The key of the alert that was opened; 0: none was."""
    match = OF_ALERT.fullmatch(leaf.object) if leaf.event == AuditEvent.ALERT_VIEW else None
    return int(match[1]) if match else 0


@enforces("AU-9", "6.a.ii.2")
def _what(leaf: Leaf) -> str:
    """What was configured: somebody's access ended, not for a while alone; or a threshold was set so that the detectors
    see less. Empty for anything else."""
    if leaf.event == AuditEvent.ACCESS_INTERRUPT:
        return LEFT if leaf.details.get("kind") == Suspension.Kind.TERMINATED else ""
    if leaf.event != AuditEvent.THRESHOLD_SET:
        return ""
    name = leaf.object.removeprefix("threshold:")
    before, after = (float(str(leaf.details[each])) for each in ("before", "value"))
    if not weakens(name, before, after):
        return ""
    return f"detectors weakened: threshold {name} set from {before:g} to {after:g}"


def _to(leaf: Leaf, kind: EventKind) -> str:
    if leaf.event == AuditEvent.ACCESS_INTERRUPT:
        return leaf.object.removeprefix("person:")
    return leaf.object if kind is EventKind.SHARE else ""


def _case_of_copy(leaf: Leaf) -> str:
    return str(leaf.details.get("number") or "") if leaf.event in COPIES else ""


def _search_of_copy(leaf: Leaf) -> int:
    """The key of the search whose results show the image; 0: another page does."""
    search = leaf.details.get("search") if leaf.event in COPIES else None
    return search if isinstance(search, int) else 0


def _rows(leaf: Leaf) -> float | None:
    if leaf.event in COPIES:
        return 2.0 if leaf.details.get("image") == "both" else 1.0
    rows = next((leaf.details[name] for name in ROWS if name in leaf.details), None)
    return float(rows) if isinstance(rows, int | float) else None
