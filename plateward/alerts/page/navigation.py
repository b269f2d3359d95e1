"""Where alerts stand in the navigation."""

from plateward.alerts.owed.page import Counted, counted
from plateward.alerts.reviewing.routing import waiting_for
from plateward.navigation import Link, Section, Viewer


def owed(viewer: Viewer) -> Counted:
    """What is owed to DEMS."""
    return counted(viewer.person)


SECTION = Section(
    "About alerts",
    (Link("alerts:queue", "Alerts"),),
    frozenset({"alerts", "closing", "confirming", "owed"}),
    (
        Link("alerts:queue", "Queue"),
        Link("closing:to_review", "To review", lambda viewer: waiting_for(viewer.person).count()),
        Link("owed:index", "DEMS exports due", lambda viewer: viewer.ask(owed).waits),
    ),
)
