"""Where readers stand in the navigation."""

from plateward.navigation import Link, Section

SECTION = Section(
    "About readers",
    (
        Link("fleet:index", "Readers"),
        Link("checks:index", "Readers"),  # for whom the first is not open
    ),
    frozenset({"checks", "fleet", "malfunctions"}),
    (
        Link("fleet:index", "Readers"),
        Link("checks:index", "Start-of-shift checks"),
        Link("malfunctions:index", "Malfunctions"),
        Link("malfunctions:technicians", "Who may repair"),
    ),
)
