"""The DEMS exports' place in the navigation: among the pages about alerts."""

from plateward.ground.policy.trace import enforces
from plateward.people.navigation import Link, Viewer
from plateward.people.waiting import Matter, Waiting
from plateward.work.evidence.dems.page import DutyCounts, count_duties


def dems_counts(viewer: Viewer) -> DutyCounts:
    """DEMS exports due."""
    return count_duties(viewer.person)


@enforces("6.a.iv/overdue")
def _exports(viewer: Viewer) -> Waiting:
    counts = viewer.ask(dems_counts)
    return Waiting(counts.waits, due=counts.due)


EXPORTS = Matter("dems:index", "DEMS exports due", _exports)
MATTERS = (EXPORTS,)
LINK = Link("dems:index", "DEMS exports due", EXPORTS.count)
