"""The DEMS exports' place in the navigation: among the pages about alerts."""

from plateward.evidence.dems.page import DutyCounts, count_duties
from plateward.navigation import Link, Viewer


def dems_counts(viewer: Viewer) -> DutyCounts:
    """DEMS exports due."""
    return count_duties(viewer.person)


LINK = Link("dems:index", "DEMS exports due", lambda viewer: viewer.ask(dems_counts).waits)
