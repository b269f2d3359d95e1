"""What the hub knows, as the detectors read it: people and their vehicles, CAD's answers, the audit log."""

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

from plateward import clock
from plateward.audit.events import Event as AuditEvent
from plateward.audit.leaf import Leaf
from plateward.audit.models import AuditEntry
from plateward.cases.standing import NumberStanding
from plateward.dispatch.models import Call, CallAlert
from plateward.hotlists.protected.models import Vehicle
from plateward.matching.normalize import zeroed
from plateward.oversight.detectors.records import CadRecord, Claim, Event, EventKind, Person
from plateward.people.access.models import Suspension
from plateward.people.access.standing import approved_access, in_force_at
from plateward.people.models import Person as Account
from plateward.policy.trace import enforces
from plateward.searches.models import NumberCheck, Search

KINDS = {
    AuditEvent.ACCESS_EXPORT: EventKind.EXPORT,
    AuditEvent.ACCESS_INTERRUPT: EventKind.CONFIGURATION,
    AuditEvent.HOTLIST_EXPORT: EventKind.EXPORT,
    AuditEvent.SEARCH_ASK: EventKind.SEARCH,
    AuditEvent.SEARCH_EXPORT: EventKind.EXPORT,
    AuditEvent.PERSON_LOGIN: EventKind.LOGIN,
    AuditEvent.READ_SHARE: EventKind.SHARE,
}
ROWS = ("reads", "entries", "people", "lines")  # the detail of an export's entry that counts them
LEFT = "Left the agency"
OF_SEARCH = re.compile(r"search:(\d{1,18})")
CHUNK = 500
CLAIMS = {
    NumberStanding.CLOSED: Claim.CLOSED,
    NumberStanding.FOREIGN: Claim.OTHER_UNIT,
    NumberStanding.OPEN: Claim.OPEN_WITHOUT_PLATE,
    NumberStanding.UNASSIGNED: Claim.OPEN_WITHOUT_PLATE,
    NumberStanding.UNKNOWN: Claim.UNKNOWN,
    NumberStanding.UNREACHABLE: Claim.UNJUDGED,
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


@enforces("6.a.iii")
def cad_records(since: datetime) -> list[CadRecord]:
    """CAD's calls to which alerts were added: of all numbers, only theirs name plates."""
    plates: dict[Call, set[str]] = defaultdict(set)
    links = CallAlert.objects.filter(at__gte=since).exclude(call__number="")
    for link in links.select_related("call", "alert__entry"):
        plates[link.call].add(zeroed(link.alert.entry.bare))
    return [
        CadRecord(
            call.number,
            call.opened_at,
            None if call.cad == Call.Cad.OPEN else call.heard_at or call.opened_at,
            plates=frozenset(named),
        )
        for call, named in plates.items()
    ]


@enforces("6.b.i.9", "AU-6")
def log_events(since: datetime) -> Iterator[Event]:
    """What people did since then, in the order of the log; a search once for each of its plates."""
    entries = AuditEntry.objects.filter(
        event__in=list(KINDS), outcome="done", actor_kind="person", at__gte=since
    )
    leaves: list[Leaf] = []
    for entry in entries.order_by("sequence").iterator(CHUNK):
        if leaf := entry.leaf:
            leaves.append(leaf)
        if len(leaves) >= CHUNK:
            yield from _events(leaves)
            leaves = []
    yield from _events(leaves)


def _events(leaves: list[Leaf]) -> Iterator[Event]:
    keys = [int(match[1]) for leaf in leaves if (match := OF_SEARCH.fullmatch(leaf.object))]
    searches = Search.objects.in_bulk(keys)
    checks = NumberCheck.objects.filter(search__in=keys).order_by("pk")
    standings = dict(checks.values_list("search", "standing"))  # the last of each, which may follow an outage
    for leaf in leaves:
        match = OF_SEARCH.fullmatch(leaf.object)
        search = searches.get(int(match[1])) if match else None
        kind, at = KINDS[AuditEvent(leaf.event)], datetime.fromisoformat(leaf.at)
        if kind is EventKind.SEARCH and search is None:
            continue
        if kind is EventKind.CONFIGURATION and leaf.details.get("kind") != Suspension.Kind.TERMINATED:
            continue  # on leave, or suspended for a while
        plates = search.query.plates if search and kind is EventKind.SEARCH else ()
        claim = None
        if search and search.number:
            standing = standings.get(search.pk)
            claim = CLAIMS[NumberStanding(standing)] if standing else Claim.UNJUDGED
        for plate in plates or ("",):
            yield Event(
                at,
                leaf.actor_id,
                kind,
                zeroed(plate),
                search.purpose if search else "",
                search.reason if search else leaf.reason,
                search.number if search else "",
                leaf.address,
                results=_rows(leaf) if kind is EventKind.EXPORT else None,
                to=_to(leaf, kind),
                what=LEFT if kind is EventKind.CONFIGURATION else "",
                claim=claim,
            )


def _to(leaf: Leaf, kind: EventKind) -> str:
    if kind is EventKind.CONFIGURATION:
        return leaf.object.removeprefix("person:")
    return leaf.object if kind is EventKind.SHARE else ""


def _rows(leaf: Leaf) -> float | None:
    rows = next((leaf.details[name] for name in ROWS if name in leaf.details), None)
    return float(rows) if isinstance(rows, int | float) else None
