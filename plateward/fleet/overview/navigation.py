"""Readers in the navigation."""

from plateward.fleet.overview import home
from plateward.navigation import Link, Section, Viewer
from plateward.people.permissions import Permission


def transfers_waiting(viewer: Viewer) -> int:
    """How many wait for command staff, for one of them."""
    if Permission.TRANSFER_DECIDE not in viewer.person.permissions:
        return 0
    return home.TRANSFERS.count(viewer)


SECTION = Section(
    "About readers",
    (
        Link("fleet:index", "Readers"),
        Link("checks:index", "Readers"),  # for people who cannot open the first
    ),
    frozenset({"checks", "fleet", "malfunctions", "placements"}),
    (
        Link("fleet:index", "Readers"),
        Link("checks:index", "Start-of-shift checks"),
        Link("placements:index", "Placements", transfers_waiting),
        Link("malfunctions:index", "Malfunctions"),
        Link("malfunctions:technicians", "Repair authorizations"),
    ),
)
