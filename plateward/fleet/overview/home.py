"""What waits about readers, one's own readers, and how all are, for the home page."""

from typing import Any

from plateward import clock
from plateward.fleet.checks.hub_facts import SILENT_AFTER
from plateward.fleet.checks.rules import CheckState
from plateward.fleet.checks.standings import ReaderRow, readers_to_check, readers_without_check
from plateward.fleet.malfunctions.models import Malfunction
from plateward.fleet.models import Reader
from plateward.fleet.placements.models import Transfer
from plateward.fleet.reach import SEES_ALL_READERS
from plateward.navigation import Viewer
from plateward.people.permissions import Permission, Role
from plateward.policy.trace import enforces
from plateward.waiting import Matter, Panel, State, SystemPart, Waiting, if_any

MOST_SHOWN = 8  # readers on the home page


@if_any(lambda: Transfer.objects.filter(decided_at=None))
def _transfers(_: Viewer) -> Waiting:
    return Waiting.among(Transfer.objects.filter(decided_at=None), "at")


@enforces("6.e.iv.2")
def _malfunctions(viewer: Viewer) -> Waiting:
    """For those who repair readers, or keep them."""
    if not {Permission.FLEET_MANAGE, Permission.REPAIR_RECORD} & viewer.person.permissions:
        return Waiting()
    return Waiting.among(Malfunction.objects.open(), "at")


def _own_readers(viewer: Viewer) -> list[ReaderRow]:
    checks = Permission.CHECK_RECORD in viewer.person.permissions
    return readers_to_check(viewer.person) if checks else []


@enforces("6.e.iv.1")
def _unchecked(viewer: Viewer) -> Waiting:
    """Readers at work without a passed check, for those who lead units or keep readers."""
    person = viewer.person
    if person.role != Role.SUPERVISOR and person.role not in SEES_ALL_READERS:
        return Waiting()
    return Waiting.of(row.since for row in readers_without_check(person))


@enforces("6.e.iv.1", "6.b.i.8")
def _own_checks(viewer: Viewer) -> dict[str, Any]:
    """Context: readers, those that this person checks, unchecked first, and unit; empty if they check none."""
    rows = sorted(viewer.ask(_own_readers), key=lambda row: row.standing.state == CheckState.PASSED)
    if not rows:
        return {}
    return {"readers": rows[:MOST_SHOWN], "left": len(rows[MOST_SHOWN:]), "unit": viewer.person.unit}


def _all_readers(_: Viewer) -> State:
    readers = Reader.objects.filter(revoked_at=None)
    every, since = readers.count(), clock.now() - SILENT_AFTER
    silent = every - readers.filter(last_seen_at__gte=since).count()
    return State(f"{silent} of {every} not connected", "normal") if silent else State(f"{every} connected")


TRANSFERS = Matter("placements:decide", "Reader transfers to decide", _transfers, "placements:index")
MATTERS = (
    TRANSFERS,
    Matter("malfunctions:index", "Reader malfunctions open", _malfunctions),
    Matter("checks:index", "Readers in use without a passed check", _unchecked),
)
PANEL = Panel("checks:make", "fleet/home.html", _own_checks)
SYSTEM = (SystemPart("fleet:index", "Readers", _all_readers),)
