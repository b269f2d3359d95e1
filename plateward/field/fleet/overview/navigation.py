"""Readers in the navigation; what waits about them, and one's own, for the home page."""

from typing import Any

from plateward.field.fleet.checks.rules import CheckState
from plateward.field.fleet.checks.standings import ReaderRow, readers_to_check, readers_without_check
from plateward.field.fleet.malfunctions.models import Malfunction
from plateward.field.fleet.models import Deployment
from plateward.field.fleet.placements.models import Transfer
from plateward.field.fleet.reach import SEES_ALL_READERS
from plateward.ground.policy.trace import enforces
from plateward.people.navigation import Link, Section, Viewer
from plateward.people.permissions import Permission, Role
from plateward.people.waiting import Matter, Panel, Waiting, if_any

MOST_SHOWN = 8  # readers on the home page


@if_any(lambda: Transfer.objects.filter(decided_at=None))
def _transfers(_: Viewer) -> Waiting:
    return Waiting.among(Transfer.objects.filter(decided_at=None), "at")


@if_any(lambda: Deployment.objects.filter(decision=None))
def _deployments(_: Viewer) -> Waiting:
    return Waiting.among(Deployment.objects.waiting(), "at")


@enforces("6.e.iv.2/report")
def _malfunctions(viewer: Viewer) -> Waiting:
    """For those who repair readers, or keep them."""
    if not {Permission.FLEET_MANAGE, Permission.REPAIR_RECORD} & viewer.person.permissions:
        return Waiting()
    return Waiting.among(Malfunction.objects.open(), "at", "due_at")


def _own_readers(viewer: Viewer) -> list[ReaderRow]:
    checks = Permission.CHECK_RECORD in viewer.person.permissions
    return readers_to_check(viewer.person) if checks else []


@enforces("6.e.iv.1/missing")
def _unchecked(viewer: Viewer) -> Waiting:
    """Readers at work without a passed check, for those who lead units or keep readers."""
    person = viewer.person
    if person.role != Role.SUPERVISOR and person.role not in SEES_ALL_READERS:
        return Waiting()
    return Waiting.of(row.since for row in readers_without_check(person))


@enforces("6.e.iv.1/check", "6.b.i.8/scope")
def _own_checks(viewer: Viewer) -> dict[str, Any]:
    """Context: readers, those that this person checks, unchecked first, and unit; empty if they check none."""
    rows = sorted(viewer.ask(_own_readers), key=lambda row: row.standing.state == CheckState.PASSED)
    if not rows:
        return {}
    return {"readers": rows[:MOST_SHOWN], "left": len(rows[MOST_SHOWN:]), "unit": viewer.person.unit}


TRANSFERS = Matter("placements:decide", "Reader transfers to decide", _transfers, "placements:index")
DEPLOYMENTS = Matter("placements:approve", "Reader deployments to decide", _deployments, "placements:index")
MATTERS = (
    TRANSFERS,
    DEPLOYMENTS,
    Matter("malfunctions:index", "Reader malfunctions open", _malfunctions),
    Matter("checks:index", "Readers in use without a passed check", _unchecked),
)
PANEL = Panel("checks:make", "fleet/home.html", _own_checks)


def placements_waiting(viewer: Viewer) -> int:
    """How many wait for command staff, for one of them."""
    if Permission.TRANSFER_DECIDE not in viewer.person.permissions:
        return 0
    return TRANSFERS.count(viewer) + DEPLOYMENTS.count(viewer)


SECTION = Section(
    "About readers",
    (
        Link("fleet:index", "Readers"),
        Link("checks:index", "Readers"),  # for people who cannot open the first
    ),
    frozenset({"checks", "fleet", "malfunctions", "officers", "placements"}),
    (
        Link("fleet:index", "Readers"),
        Link("checks:index", "Start-of-shift checks"),
        Link("placements:index", "Placements", placements_waiting),
        Link("malfunctions:index", "Malfunctions"),
        Link("checks:models", "Check instructions"),
        Link("malfunctions:technicians", "Repair authorizations"),
        Link("officers:confirm", "Log in at a vehicle's screen"),
    ),
)
