"""Readers in the navigation."""

from plateward.navigation import Link, Section

SECTION = Section(
    "About readers",
    (
        Link("fleet:index", "Readers"),
        Link("checks:index", "Readers"),  # for people who cannot open the first
    ),
    frozenset({"checks", "fleet", "malfunctions"}),
    (
        Link("fleet:index", "Readers"),
        Link("checks:index", "Start-of-shift checks"),
        Link("malfunctions:index", "Malfunctions"),
        Link("malfunctions:technicians", "Repair authorizations"),
    ),
)
